"""The rows of the estate by urgency, each with its next date: what `seawall vendors list` shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from seawall.model import Finding, Json, Severity
from seawall.vendors.facts.deadline import Deadline, end_known, lapse, notice
from seawall.vendors.facts.row import Vendor, VendorFacts
from seawall.vendors.wording import evidence


@dataclass(frozen=True, slots=True)
class Listed:
    """A row, its next lapse and what was found about it. severity: of the worst finding, None where there is none."""

    vendor: Vendor
    deadline: Deadline | None
    state: str
    severity: Severity | None
    rules: tuple[str, ...]
    fields: dict[str, Json]

    def as_json(self) -> dict[str, Json]:
        """Name, owner, state, severity, rules, and the evidence that a finding about it would have."""
        return {
            "name": self.vendor.name,
            "owner": self.vendor.owner or None,
            "state": self.state,
            "severity": self.severity.value if self.severity else None,
            "rules": list(self.rules),
            **self.fields,
        }


def listed(facts: VendorFacts, findings: Sequence[Finding]) -> list[Listed]:
    """Every row, the most urgent first: by severity, then by the hours to the loss; without a date before far away."""
    rows = [_listed(facts, vendor, findings) for vendor in facts.vendors]
    never = datetime.max.replace(tzinfo=facts.now.tzinfo)
    return sorted(
        rows,
        key=lambda r: (
            -(r.severity.rank if r.severity else -1),
            r.deadline.lost_at if r.deadline else never,
            r.vendor.name,
        ),
    )


def _listed(facts: VendorFacts, vendor: Vendor, findings: Sequence[Finding]) -> Listed:
    about = [f for f in findings if f.where.kind == "vendor" and f.where.fields.get("name") == vendor.name]
    deadline = lapse(facts, vendor)
    by = notice(facts, vendor)
    fields = evidence(facts, vendor, deadline) | {"notice_by": by.last_day.isoformat() if by else None}
    return Listed(
        vendor,
        deadline,
        _state(facts, vendor, deadline),
        max((f.severity for f in about), key=lambda s: s.rank, default=None),
        tuple(sorted({f.rule for f in about})),
        fields,
    )


def _state(facts: VendorFacts, vendor: Vendor, deadline: Deadline | None) -> str:
    """`lapses`, `lapsed`, `lost`, `refused` (a certificate), `renews`, `as used` or `no date known`."""
    if deadline is not None:
        if deadline.hours_to_data_loss(facts.now) == 0:
            return "refused" if vendor.contract == "certificate" else "lost"
        return "lapses" if deadline.hours_left(facts.now) > 0 else "lapsed"
    if vendor.contract == "pay-as-you-go":
        return "as used"
    return "renews" if facts.converts(vendor) and end_known(facts, vendor) else "no date known"
