"""CloudWatch alarms: what they watch, what they make of missing data, and whether a deleted source would stay unseen.

A source that is deleted sends no more data. TreatMissingData says what an alarm makes of that:

    breaching      the alarm goes off: right for what a living source always reports
    missing        no state but INSUFFICIENT_DATA, which nobody is told of unless an action is set for it; the default
    ignore         the state stays as it was, for good
    notBreaching   the alarm says OK; right for counts that are absent when they are zero

Source: "Configuring how CloudWatch alarms treat missing data", Amazon CloudWatch User Guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from seawall.keyspace import printable

BREACHING, MISSING, IGNORE, NOT_BREACHING = "breaching", "missing", "ignore", "notBreaching"
_FILLS = re.compile(r"\bFILL\s*\(", re.IGNORECASE)
_SHOWN = 255  # characters: the longest name of an alarm, a namespace or a metric
_SCALING = "autoscaling"  # the service of such an action's ARN


@dataclass(frozen=True, slots=True)
class Metric:
    """What an alarm reads. dimensions: names and values, such as `CacheClusterId` and `jobs-001`. statistic: a word."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()
    statistic: str = ""

    @property
    def level(self) -> bool:
        """Whether the alarm reads a level of it, as of a gauge: neither a sum nor a number of samples."""
        return self.statistic not in ("Sum", "SampleCount")

    def __str__(self) -> str:
        """`AWS/ElastiCache CPUUtilization CacheClusterId=jobs-001`."""
        return " ".join([self.namespace, self.name, *(f"{name}={value}" for name, value in self.dimensions)])


@dataclass(frozen=True, slots=True)
class Alarm:
    """One metric alarm, by one metric or by an expression over several.

    vendor: the row whose source lists it. source: where it was read. missing: one of the four words. enabled: whether
    its actions are. scales: all that it does is to scale. told: it has an action for INSUFFICIENT_DATA. fills: an
    expression puts values where there are none. period_s and periods: of its evaluation, `periods` of them must breach.
    no_data_since: since when it has been in the state INSUFFICIENT_DATA, None where it is not.
    """

    vendor: str
    source: str
    name: str
    metrics: tuple[Metric, ...]
    missing: str = MISSING
    enabled: bool = True
    scales: bool = False
    told: bool = False
    fills: bool = False
    period_s: int = 60
    periods: int = 1
    no_data_since: datetime | None = None

    @property
    def hides(self) -> bool:
        """Whether it stays silent when there is no more data; where an expression fills gaps, that is not known."""
        silent = self.fills or (self.missing != BREACHING and not (self.missing == MISSING and self.told))
        return self.enabled and not self.scales and silent

    @property
    def told_after_s(self) -> int:
        """Seconds from the last data to the alarm, were it `breaching`."""
        return self.period_s * self.periods


def alarm(record: Mapping[str, Any], vendor: str, source: str) -> Alarm:
    """One of the MetricAlarms of DescribeAlarms."""
    queries = record.get("Metrics", ())
    stats = [query["MetricStat"] for query in queries if "MetricStat" in query]
    metrics = [_metric(stat["Metric"], stat.get("Stat", "")) for stat in stats]
    periods = [query.get("Period", 0) for query in queries] + [stat.get("Period", 0) for stat in stats]
    if "MetricName" in record:
        metrics.append(_metric(record, record.get("Statistic", record.get("ExtendedStatistic", ""))))
    actions = [str(action) for action in record.get("AlarmActions", ())]
    since = record.get("StateTransitionedTimestamp", record.get("StateUpdatedTimestamp"))
    no_data = record.get("StateValue") == "INSUFFICIENT_DATA" and isinstance(since, datetime)
    return Alarm(
        vendor=vendor,
        source=source,
        name=_shown(record.get("AlarmName", "")),
        metrics=tuple(metrics),
        missing=_shown(record.get("TreatMissingData") or MISSING),
        enabled=record.get("ActionsEnabled", True) is not False,
        scales=bool(actions) and all(_service(action) == _SCALING for action in actions),
        told=bool(record.get("InsufficientDataActions")),
        fills=any(_FILLS.search(str(query.get("Expression", ""))) for query in queries),
        period_s=record.get("Period") or max(periods, default=0) or 60,
        periods=record.get("DatapointsToAlarm") or record.get("EvaluationPeriods") or 1,
        no_data_since=since.astimezone(UTC) if no_data and since is not None else None,
    )


def _metric(record: Mapping[str, Any], statistic: object) -> Metric:
    dimensions: Iterable[Mapping[str, Any]] = record.get("Dimensions", ())
    pairs = [(_shown(d.get("Name", "")), _shown(d.get("Value", ""))) for d in dimensions]
    return Metric(
        _shown(record.get("Namespace", "")), _shown(record.get("MetricName", "")), tuple(pairs), str(statistic)
    )


def _shown(text: object) -> str:
    return printable(str(text))[:_SHOWN]


def _service(arn: str) -> str:
    """The service of `arn:aws:autoscaling:eu-central-1:...`."""
    parts = arn.split(":")
    return parts[2] if len(parts) > 2 else ""
