"""Lints the templates of a folder that others wrote, for a person to read: `make truth SRC=FOLDER`.

Every template is read, or refused with its line and reason; every finding is printed. Exit code 1 where a finding is
high or worse: in templates that are known to be right each of those is a fault of ours. Nothing of the folder is kept.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from seawall import rulebook
from seawall.model import Severity
from seawall.schedules.collect import collect


def main(arguments: list[str]) -> int:
    """Print what the rules say of the templates below these folders."""
    if not arguments or not all(Path(name).is_dir() for name in arguments):
        print("usage: make truth SRC=FOLDER, a folder of templates such as a checkout", file=sys.stderr)
        return 2
    facts, missing = collect(arguments, datetime.now(UTC))
    findings = sorted(rulebook.run("schedules", facts), key=lambda f: (f.rule, str(f.where.fields["path"])))
    for finding in findings:
        fields = finding.where.fields
        print(f"{finding.rule} {finding.severity.value}  {fields['path']}:{fields['line']}: {finding.title}")
    for one in missing:
        print(f"refused  {one.target}: {one.reason}")
    schedules = sum(len(template.scheduled) for template in facts.templates)
    known = sum(expression.value.known for expression in facts.expressions)
    print(f"{len(facts.templates)} templates read, {len(missing)} refused with a reason")
    print(f"{schedules} schedules, {len(facts.expressions)} forms of their expressions, {known} of them known")
    print(
        ", ".join(f"{code} {count}" for code, count in sorted(Counter(f.rule for f in findings).items()))
        or "no finding"
    )
    return 1 if any(f.severity.rank >= Severity.HIGH.rank for f in findings) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
