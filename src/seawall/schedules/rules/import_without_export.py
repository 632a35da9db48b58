"""An Fn::ImportValue of a name that none of the templates exports."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from seawall.keyspace import KeyPattern
from seawall.model import Finding, Severity
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.facts.value import Value
from seawall.schedules.wording import finding, shown

CODE = "SW315"
NAME = "import-without-export"
NEAR = 50  # imports for which a near export is looked up: 3 ms each among 500 names


def check(facts: TemplateFacts) -> Iterator[Finding]:
    """Imports that fit no export of the templates at hand; medium where one has nearly that name."""
    exports = [value for template in facts.templates for value in template.exports]
    plain = {value.text for value in exports if value.known}
    looks = NEAR
    patterns = [_pattern(value) for value in exports if not value.known]
    for template in facts.templates:
        for one in template.imports:
            if one.value.text in plain or _fits(one.value, plain, patterns):
                continue
            looks -= 1
            near = get_close_matches(one.value.text, sorted(plain)[:500], n=1, cutoff=0.8) if looks >= 0 else []
            name = shown(one.value.text)
            yield finding(
                CODE,
                NAME,
                Severity.MEDIUM if near else Severity.LOW,
                path=template.path,
                place=one.value.place(),
                resource=one.resource,
                part="Fn::ImportValue",
                title=f"{name} is imported, and none of the templates exports it",
                why="Where no other stack exports it, the deployment fails.",
                fix=f"Did you mean {shown(near[0])}?"
                if near
                else "Check the name, or give the template that exports it too",
                more={"name": name, "exports": len(exports)},
            )


def _pattern(value: Value) -> KeyPattern:
    """The text with a gap for each part that is not known."""
    parts: list[bytes | None] = []
    at = 0
    for begin, end in value.holes:
        parts += [value.text[at:begin].encode(), None]
        at = end
    return KeyPattern.of([*parts, value.text[at:].encode()])


def _fits(value: Value, plain: set[str], patterns: list[KeyPattern]) -> bool:
    mine = _pattern(value)
    if not value.known and any(mine.matches(name.encode()) for name in plain):
        return True
    return any(mine.intersects(pattern) for pattern in patterns)
