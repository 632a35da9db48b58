"""The rules of this room as a plug-in of cfn-lint: `cfn-lint --append-rules seawall.schedules.cfnlint TEMPLATE`.

Each rule SW3nn has the number that cfn-lint keeps for foreign rules: E93nn for what is high, W93nn for medium, I93nn
for low and info (off unless `--include-checks I`). Line and column are those of `seawall schedules lint`. One template
is judged at a time, so an export of another is never seen, and SW315 stays out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch  # pyright: ignore[reportMissingTypeStubs]

from seawall import rulebook
from seawall.errors import InputError
from seawall.model import Finding, Severity
from seawall.schedules.collect import of_template

if TYPE_CHECKING:
    from cfnlint.template import Template  # pyright: ignore[reportMissingTypeStubs]

_LETTERS = {
    Severity.CRITICAL: "E",
    Severity.HIGH: "E",
    Severity.MEDIUM: "W",
    Severity.LOW: "I",
    Severity.INFO: "I",
}
_NEEDS_OTHER_TEMPLATES = ("SW315",)


@lru_cache(maxsize=4)
def _findings(path: str, data: bytes, now: datetime) -> tuple[Finding, ...]:
    """What the rules say of a template, asked once for all of them. Where it cannot be read, cfn-lint says so."""
    try:
        return tuple(rulebook.run("schedules", of_template(path, data, now)))
    except InputError:
        return ()


class _Judged:
    """A rule of this room in one severity. No rule of cfn-lint itself, which would take it for one."""

    code = ""
    letter = ""

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """The findings of this rule and severity in the file that cfn-lint has parsed."""
        path = Path(str(cfn.filename))
        if not path.is_file():  # from standard input, or made by another program
            return
        now = datetime.now(UTC)  # noqa: TID251 - cfn-lint gives no time
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        for finding in _findings(str(path), path.read_bytes(), today):
            if finding.rule == self.code and _LETTERS[finding.severity] == self.letter:
                yield _match(finding)


def _match(finding: Finding) -> RuleMatch:
    fields = finding.where.fields
    line, column = int(fields["line"] or 1) - 1, int(fields["column"] or 1) - 1
    hint = f". {finding.fix.summary}" if finding.fix else ""
    where: list[str | int] = ["Resources", str(fields["resource"])]
    return RuleMatch(where, f"{finding.title}{hint}", location=(line, column, line, column + 1))


def _classes() -> dict[str, type[Any]]:
    """A class for each rule and letter: cfn-lint takes the classes of a module, and the id says how bad a match is."""
    found: dict[str, type[Any]] = {}
    for rule in rulebook.rules("schedules"):
        if rule.code in _NEEDS_OTHER_TEMPLATES:
            continue
        sentence = rule.page.partition("\n")[2].strip().partition("\n\n")[0].replace("\n", " ")
        for letter in "EWI":
            number = f"{letter}9{rule.code[2:]}"
            words = {
                "id": number,
                "shortdesc": rule.name,
                "description": sentence,
                "source_url": "",
                "tags": ["seawall", "schedules", rule.code],
                "code": rule.code,
                "letter": letter,
                "__module__": __name__,
                "__doc__": sentence,
            }
            found[number] = type(number, (_Judged, CloudFormationLintRule), words)
    return found


globals().update(_classes())
