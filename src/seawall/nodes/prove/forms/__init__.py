"""The catalogue: every fault of the rule book that commands can show, in its old and its new form.

A rule has a form here or a reason in NO_FORM, never both: tests/prove/test_catalogue.py sees to it. A module of this
folder holds the forms of one kind of work in FORMS.
"""

from __future__ import annotations

from seawall.nodes.prove.form import Form
from seawall.nodes.prove.forms import computed, frees, named, positions, values, walks, wholes

FORMS: tuple[Form, ...] = (
    *positions.FORMS,
    *wholes.FORMS,
    *walks.FORMS,
    *frees.FORMS,
    *named.FORMS,
    *computed.FORMS,
    *values.FORMS,
)

NO_FORM = {
    "SW130": "it is about the slow log's threshold: no command becomes faster or slower by it",
    "SW131": "it is about the length of the slow log: no command becomes faster or slower by it",
    "SW140": "it is about forks, whose stall depends on the memory of the server and on its host",
    "SW141": "it is about evictions, which are no command: LATENCY LATEST shows them before and after",
    "SW142": "it is about the disk under the append-only file, which a private server does not have",
    "SW143": "it is about the expiry cycle, which is no command: LATENCY LATEST shows it before and after",
}
