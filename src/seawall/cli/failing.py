"""From what severity on a command fails: the exit code of all that find something."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from seawall.errors import EXIT_FINDINGS, EXIT_OK, EXIT_TARGET
from seawall.model import Finding, Severity


class FailOn(StrEnum):
    """From which severity on findings make the exit code 1."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"
    NEVER = "never"


def exit_code(findings: Iterable[Finding], fail_on: FailOn, *, unread: bool) -> int:
    """3 where something could not be read, as unknown is never green; 1 from this severity on; else 0."""
    if unread:
        return EXIT_TARGET
    if fail_on is FailOn.NEVER:
        return EXIT_OK
    limit = Severity(fail_on.value).rank
    return EXIT_FINDINGS if any(finding.severity.rank >= limit for finding in findings) else EXIT_OK
