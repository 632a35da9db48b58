"""Findings as SARIF 2.1.0 (OASIS, with errata 01), for code scanning and editors.

A finding whose `where` has a `path` gets that file, line and column as its location; any other subject is a logical
location. The fingerprint rests on the rule and the subject without line and column, so it survives an edit above.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from seawall import rulebook
from seawall.errors import UsageError
from seawall.model import Finding, Json, NotChecked, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.INFO: "note",
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
# GitHub orders alerts by this number: over 9 is critical, from 7 high, from 4 medium, above 0 low.
_SCORES = {
    Severity.INFO: "0.1",
    Severity.LOW: "2.0",
    Severity.MEDIUM: "5.0",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}


def to_sarif(
    findings: Sequence[Finding],
    version: str,
    *,
    not_checked: Sequence[NotChecked] = (),
    notes: Sequence[str] = (),
    ahead: str = "",
) -> str:
    """One run of seawall as a SARIF log, ending in a newline. Pure ASCII.

    not_checked: each is a notification of the invocation, which then counts as not successful. notes: notifications
    that say no more than they say. ahead: the folder, with its `/`, that paths of code are relative to.
    """
    codes = list(dict.fromkeys(f.rule for f in findings))
    worst = {code: max((f.severity for f in findings if f.rule == code), key=lambda s: s.rank) for code in codes}
    names = {f.rule: f.name for f in findings}
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "seawall",
                "version": version,
                "rules": [_rule(code, names[code], worst[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not not_checked,
                "toolExecutionNotifications": [
                    *(_notification(one) for one in not_checked),
                    *({"level": "note", "message": {"text": f"{note.rstrip('.')}."}} for note in notes),
                ],
            }
        ],
        "results": [_result(f, codes.index(f.rule), ahead if f.where.kind == "code" else "") for f in findings],
    }
    log: dict[str, Json] = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rule(code: str, name: str, worst: Severity) -> Json:
    try:
        page = rulebook.find(code).page
    except UsageError:  # of another version, read from a store
        page = f"# {code} {name}\n\n{name}."
    sentence = page.partition("\n")[2].strip().partition("\n\n")[0].replace("\n", " ")
    return {
        "id": code,
        "name": "".join(word.title() for word in name.split("-")),
        "shortDescription": {"text": sentence},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[worst]},
        "properties": {"security-severity": _SCORES[worst], "tags": [name]},
    }


def _result(finding: Finding, index: int, ahead: str) -> Json:
    said = [f"{finding.title}.", finding.why, f"{finding.fix.summary.rstrip('.')}." if finding.fix else ""]
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": " ".join(part for part in said if part)},
        "locations": [_location(finding, ahead)],
        "partialFingerprints": {"seawall/v1": finding.id},
        "properties": {"id": finding.id, "severity": finding.severity.value, "evidence": dict(finding.evidence)},
    }


def _location(finding: Finding, ahead: str) -> Json:
    fields = finding.where.fields
    others = {word: value for word, value in fields.items() if word not in ("path", "line", "column") and value}
    name = " ".join(str(value) for value in others.values()) or finding.where.kind
    found: dict[str, Json] = {"logicalLocations": [{"fullyQualifiedName": name, "kind": finding.where.kind}]}
    path, line, column = fields.get("path"), fields.get("line"), fields.get("column")
    if isinstance(path, str):
        place: dict[str, Json] = {"artifactLocation": _artifact(Path(ahead, path))}
        if isinstance(line, int) and line > 0:
            place["region"] = {
                "startLine": line,
                **({"startColumn": column} if isinstance(column, int) and column else {}),
            }
        found["physicalLocation"] = place
    return found


def _artifact(path: Path) -> Json:
    """A path as a URI: of the root of the sources where the path is relative, so that a checkout anywhere is served."""
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}


def _notification(one: NotChecked) -> Json:
    text = ". ".join(part.rstrip(".") for part in (f"{one.target} was not checked: {one.reason}", one.hint) if part)
    return {"level": "error", "message": {"text": f"{text}."}}
