"""The scans that the tests of the reports print: one as a person meets it, and one made of a single outside text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from seawall.model import (
    Capture,
    CommandTotal,
    Cost,
    Finding,
    Fix,
    Happening,
    Json,
    NotChecked,
    Owner,
    Period,
    Scan,
    Severity,
    Target,
    Timeline,
    Trend,
    Where,
)

STARTED = datetime(2026, 11, 24, 8, 14, 5, tzinfo=UTC)
NODE = "cache.prod:6379"
APART = "One slice after the other, not in one MULTI and not in one script."


def group(
    rule: str,
    name: str,
    severity: Severity,
    command: str,
    key_pattern: str | None,
    *,
    shape: str = "key",
    node: str = NODE,
    title: str = "a title",
    why: str = "The reply is built element by element while every other client waits.",
    fix: Fix | None = None,
    owner: Owner | None = None,
    **evidence: Json,
) -> Finding:
    """A finding about a slow-log group, with the evidence that all of them have."""
    facts: dict[str, Json] = {
        "entries": 1,
        "max_us": 28_520,
        "total_us": 11_750_240,
        "elements": 20_000,
        "elements_from": "now",
        "verdict": "culprit",
        "ms_per_day": 31_200.0,
        "observed_seconds": 2_400.0,
        "us_per_element": 1.426,
        "example": f"{command} {shape}",
        **evidence,
    }
    where = Where("slowlog", {"node": node, "command": command, "key_pattern": key_pattern, "shape": shape})
    return Finding(rule, name, severity, title, where, facts, why, fix, owner)


def read_whole(command: str, key_pattern: str, scan: str, stall: str, **evidence: Json) -> Finding:
    """A collection read whole; `scan` is the command that reads it in slices."""
    fix = Fix(
        "Iterate in slices of 1,000 with the SCAN form",
        stall,
        "The total rises, up to 2.2 times.",
        APART,
        (f"{scan} {key_pattern} 0 COUNT 1000",),
    )
    found = group("SW104", "collection-read-whole", Severity.HIGH, command, key_pattern, fix=fix)
    return replace(found, evidence={**found.evidence, **evidence})


def typical() -> Scan:
    """Three culprits, one of them with a second finding, and something of everything else."""
    ada = Owner("ada", "Ada Lovelace")
    geo = group(
        "SW101",
        "radius-covers-the-earth",
        Severity.HIGH,
        "GEORADIUS",
        "drivers:geo",
        shape="key longitude latitude radius mi WITHCOORD",
        title="GEORADIUS lists 20,000 members of drivers:geo",
        fix=Fix(
            "Page with ZRANGE and GEOPOS",
            "28.5 ms becomes 1.4 ms a call",
            "About the same",
            APART,
            ("ZRANGE key 0 999", "GEOPOS key member ..."),
        ),
        owner=ada,
        entries=412,
    )
    geo = replace(
        geo,
        callers=({"path": "app/nearby.py", "line": 41, "symbol": "list_all", "confidence": "high"},),
        triggers=({"kind": "schedule", "name": "map", "schedule": "rate(1 minute)", "path": "t.yml", "line": 12},),
    )
    deprecated = replace(
        geo,
        rule="SW103",
        name="command-deprecated-here",
        severity=Severity.LOW,
        fix=Fix("Use GEOSEARCH", "None by itself", "None by itself"),
        callers=(),
        triggers=(),
    )
    victim = group(
        "SW190",
        "cheap-command-stretched",
        Severity.MEDIUM,
        "GET",
        "session:*",
        title="GET of session:* took 14 ms for one value: the host, not the code",
        fix=Fix("Look at CPU steal on the host", "Depends on the host", "None"),
        verdict="victim",
        max_us=14_000,
        elements=1,
        ms_per_day=None,
    )
    setting = Finding(
        "SW130",
        "threshold-hides-commands",
        Severity.MEDIUM,
        "calls between 1 and 10 ms leave no entry",
        Where("server", {"node": NODE, "setting": "slowlog-log-slower-than"}),
        {"threshold_us": 10_000},
        "Most harmful calls take between 1 and 10 ms.",
    )
    hours = read_whole(
        "SMEMBERS", "hour:*", "SSCAN", "4.1 ms becomes 0.1 ms", entries=1_204, max_us=4_090, total_us=360_000,
        elements=40_000, elements_from="estimated", ms_per_day=9_100.0,
    )  # fmt: skip
    users = read_whole(
        "HGETALL", "user:*:cart", "HSCAN", "5.2 ms becomes 0.3 ms", max_us=5_230, total_us=83_600, elements=None,
        elements_from="gone", ms_per_day=804.0,
    )  # fmt: skip
    return Scan(
        version="0.1.0",
        started_at=STARTED,
        finished_at=STARTED + timedelta(seconds=2),
        targets=(Target(NODE, "redis", "Redis 7.0.15", "128 slow-log entries, threshold 10 ms, covering 40 min"),),
        capture=(Capture(NODE, "abc", 1_204, 1_331, 128, 1_204),),
        findings=(geo, deprecated, hours, users, victim, setting),
        commands=(
            CommandTotal(NODE, "GEORADIUS", 412, 11_750_240, 31_200.0, 0.62),
            CommandTotal(NODE, "GET", 6_550_000, 6_100_000, 4_100.0, 0.315),
            CommandTotal(NODE, "PING", 1_000, 200, 0.1, 0.0001),
        ),
        cost=Cost(24, 3_012),
        not_checked=(NotChecked(NODE, "LATENCY is not permitted", "Grant +latency."),),
        notes=("LATENCY was left out",),
        accepted=(deprecated,),
    )


def empty(**changes: object) -> Scan:
    """A scan that found nothing; `changes` are fields of Scan."""
    return replace(
        Scan(
            version="0.1.0",
            started_at=STARTED,
            finished_at=STARTED,
            targets=(),
            capture=(),
            findings=(),
            commands=(),
            cost=Cost(0, None),
        ),
        **changes,  # pyright: ignore[reportArgumentType]
    )


def timeline_from_outside(text: str) -> Timeline:
    """A timeline in which every text that can come from outside is `text`."""
    period = Period("daily", 1440, (180,), text, says=text, share=0.9)
    one = Trend(
        text, text, text, text, text, 3, 4_000, 3_000, "us", None, STARTED, STARTED, (1, None, 2), "worse", text, period
    )
    days = tuple(date(2026, 11, 24) + timedelta(n) for n in range(3))
    two = replace(one, node=f"{text}~", shape=f"{text}~", change=None, period=None)
    return Timeline(STARTED, STARTED, days, (days[1],), (one, two), (Happening(STARTED, text, text, text),), STARTED)


def all_from_outside(text: str) -> Scan:
    """A scan in which every string that can come from outside is `text`."""
    fix = Fix(text, text, text, text, (text, text))
    owner = Owner(text, text)
    slow = group(
        text, text, Severity.HIGH, text, text, shape=text, node=text, title=text, why=text, fix=fix, owner=owner,
        example=text, clients=[text], host={text: text},
    )  # fmt: skip
    slow = replace(
        slow,
        evidence={**slow.evidence, f"{text}~": text},
        callers=({"path": text, "line": 3, "symbol": text, "confidence": text},),
        triggers=({"kind": text, "name": text, "schedule": text, "path": text, "line": 4, "via": text},),
    )
    other = replace(slow, where=Where(text, {"node": text, "event": text}), severity=Severity.LOW)
    return Scan(
        version=text,
        started_at=STARTED,
        finished_at=STARTED,
        targets=(Target(text, "redis", text, text, owner),),
        capture=(Capture(text, text, 1, 2, 2, 5, STARTED),),
        findings=(slow, other),
        commands=(CommandTotal(text, text, 3, 4, 5.0, 0.6),),
        cost=Cost(1, 2),
        not_checked=(NotChecked(text, text, text),),
        notes=(text,),
        accepted=(slow,),
        timeline=timeline_from_outside(text),
    )


def many(findings: int) -> Scan:
    """A scan of that many findings, one in six no culprit, each about a key and a command of its own."""
    made: list[Finding] = []
    for i in range(findings):
        verdict = "victim" if i % 6 == 5 else "culprit"
        fix = Fix(f"Mend it in way {i}", "less", "the same")
        severity = list(Severity)[4 - i * 5 // findings]
        made.append(
            group(f"SW1{i:02}", f"fault-{i}", severity, f"COMMAND{i}", f"key:{i}:*", title=f"title {i}", fix=fix,
                  verdict=verdict, ms_per_day=90_000.0 / (i + 1))
        )  # fmt: skip
    return replace(typical(), findings=tuple(made))
