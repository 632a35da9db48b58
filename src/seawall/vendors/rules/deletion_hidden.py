"""An alarm that stays silent when the source of its data is deleted."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Severity, Where
from seawall.vendors.facts.alarm import BREACHING, IGNORE, MISSING, Alarm, Metric
from seawall.vendors.facts.gauges import gauge
from seawall.vendors.facts.row import VendorFacts, host_of

CODE = "SW613"
NAME = "deletion-hidden"
_BECOMES = {
    MISSING: "missing data put it in the state INSUFFICIENT_DATA, and no action is set for that",
    IGNORE: "missing data leave it in the state it was in, for good",
}
_OK = "missing data put it in the state OK"
_FILLED = "its expression fills gaps with FILL, so TreatMissingData never sees them, and the filled-in value decides"


def check(facts: VendorFacts) -> Iterator[Finding]:
    """Alarms with actions, on what a living source always reports, that do not go off when nothing is reported."""
    owners = {vendor.name: facts.people.get(vendor.owner) for vendor in facts.vendors}
    hosts = {*facts.in_use, *(host for vendor in facts.vendors for host in vendor.endpoints)}
    for alarm in (alarm for reading in facts.readings for alarm in reading.alarms if alarm.hides):
        watched = _watched(alarm, hosts)
        if watched is None:
            continue
        metric, source, why, known = watched
        silent = _silent(alarm, facts)
        yield Finding(
            rule=CODE,
            name=NAME,
            severity=_severity(alarm, known, silent),
            title=_title(alarm, source, silent),
            where=Where("alarm", {"source": alarm.source, "name": alarm.name}),
            evidence={
                "metric": str(metric),
                "treat_missing_data": alarm.missing,
                "fills": alarm.fills,
                "period_s": alarm.period_s,
                "periods": alarm.periods,
                "told_after_s": alarm.told_after_s,
                "no_data_since": alarm.no_data_since.isoformat() if alarm.no_data_since else None,
            },
            why=_why(alarm, metric, why),
            fix=Fix(_fix(alarm, silent), stall="", work=""),
            owner=owners.get(alarm.vendor),
        )


def _watched(alarm: Alarm, hosts: set[str]) -> tuple[Metric, str, str, bool] | None:
    """The metric whose silence means a deletion, of what, why it does, and whether that is documented."""
    for metric in alarm.metrics:
        if known := gauge(metric):
            return metric, known.source, known.why, True
    for metric in alarm.metrics:
        own = not metric.namespace.startswith("AWS/") and metric.level
        if own and any(host_of(value) in hosts for _, value in metric.dimensions):
            return metric, "server", "a level of a server is normally reported as long as that is there", False
    return None


def _silent(alarm: Alarm, facts: VendorFacts) -> bool:
    """Whether it has had no data for longer than an alarm needs to go off."""
    since = alarm.no_data_since
    return since is not None and (facts.now - since).total_seconds() > alarm.told_after_s


def _severity(alarm: Alarm, known: bool, silent: bool) -> Severity:
    """High where it has no data now; low where it is not certain that it hides anything; else medium."""
    if not known or alarm.fills:
        return Severity.LOW
    return Severity.HIGH if silent else Severity.MEDIUM


def _title(alarm: Alarm, source: str, silent: bool) -> str:
    if silent and alarm.no_data_since:
        return f"the alarm {alarm.name} has had no data since {alarm.no_data_since.date()}: its {source} may be gone"
    if alarm.fills:
        return f"the alarm {alarm.name} may stay silent when its {source} is deleted"
    return f"the alarm {alarm.name} stays silent when its {source} is deleted"


def _why(alarm: Alarm, metric: Metric, why: str) -> str:
    seconds = f"{alarm.periods} x {alarm.period_s} s = {alarm.told_after_s} s"
    becomes = _FILLED if alarm.fills else _BECOMES.get(alarm.missing, _OK)
    told = (
        ""
        if alarm.fills
        else f" With {BREACHING} it would go off {seconds} after the last data; as it is, it never does."
    )
    return f"It watches {metric}, and {why}. But {becomes}.{told}"


def _fix(alarm: Alarm, silent: bool) -> str:
    if silent:
        return f"See whether its source is there: if not, delete the alarm, else set TreatMissingData to {BREACHING}"
    if alarm.fills:
        return f"Fill gaps with a value that breaches, or take FILL out and set TreatMissingData to {BREACHING}"
    return f"Set TreatMissingData of the alarm to {BREACHING}"
