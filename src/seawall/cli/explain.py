"""`seawall explain`: a rule's page, or the list of rules."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

EPILOG = """\
Examples:\n
  seawall explain SW105\n
  seawall explain keys-walks-everything --format json\n
\n
Exit codes: 0 printed; 2 no such rule.
"""


class Form(StrEnum):
    """The forms of a page."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def command(
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="A code or a name. Without one: the list of all rules.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="The form.")] = Form.TEXT,
) -> int:
    """Print the page of a rule: what it does, why it hurts, bad and good, when it is fine, how safe the fix is."""
    import json

    from seawall import rulebook
    from seawall.cli.output import write

    chosen = (rulebook.find(rule),) if rule else rulebook.all_rules()
    if form is not Form.TEXT:
        records = [{"rule": r.code, "name": r.name, "room": r.room, "page": r.page} for r in chosen]
        if form is Form.JSONL:
            write("\n".join(json.dumps(r) for r in records), None)
        else:
            write(json.dumps(records[0] if rule else records, indent=2), None)
        return 0
    write(chosen[0].page if rule else "\n".join(f"{r.code}  {r.name}" for r in chosen), None)
    return 0
