"""A command that is slow on average by commandstats, whether or not an entry of it is in the slow log."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix, Severity
from seawall.nodes.facts.node import ENOUGH_S, STALL_US, NodeFacts
from seawall.nodes.wording import about_server, count, ms, severity

CODE = "SW132"
NAME = "slow-on-average"
# Not traffic: run by operators and replicas, counted while they wait, or (EXEC) the sum of rows of their own.
NOT_TRAFFIC = (
    "SHUTDOWN",
    "SYNC",
    "PSYNC",
    "SAVE",
    "BGSAVE",
    "BGREWRITEAOF",
    "CONFIG",
    "DEBUG",
    "EXEC",
    "MONITOR",
    "REPLICAOF",
    "SLAVEOF",
    "MIGRATE",
    "FLUSHALL",
    "FLUSHDB",
)
OURS = ("INFO", "TIME", "CLIENT", "AUTH", "SELECT")  # what a scan has sent once when it reads the counters


def check(facts: NodeFacts) -> Iterator[Finding]:
    """Commands of 10 ms and more a call that the slow log read does not already show."""
    shown = {command for group in facts.groups for command in (group.command, *(i.command for i in group.inside))}
    shown |= {command.split(" ")[0] for command in shown}  # 6.2 counts a container in one row
    seconds = facts.server.uptime_s
    for stat in facts.server.stats:
        mean = stat.us / stat.calls if stat.calls else 0
        if mean < STALL_US or stat.command in shown or stat.command.split(" ")[0] in NOT_TRAFFIC:
            continue
        if facts.is_live and stat.calls == 1 and stat.command.split(" ")[0] in OURS:
            continue
        per_day = stat.us / 1000 * 86_400 / seconds if seconds and seconds >= ENOUGH_S else None
        yield about_server(
            CODE,
            NAME,
            facts,
            max(severity(round(mean)), Severity.MEDIUM, key=lambda s: s.rank),
            kind="commandstats",
            subject=stat.command,
            title=f"{stat.command} takes {ms(mean)} a call: {count(stat.calls, 'call')}, {ms(stat.us)} together",
            why="commandstats counts every call, the ones that the slow log has dropped or never logged as well. It "
            "names no key.",
            fix=Fix(
                f"Find who sends {stat.command}: lower the slow log's threshold and scan again after its next call",
                stall=f"{ms(mean)} on average, more at the worst.",
                work=f"{ms(stat.us)} of main thread since the counters began.",
                instead=("SLOWLOG GET 128, after slowlog-log-slower-than 1000",),
            ),
            more={
                "calls": stat.calls,
                "total_us": stat.us,
                "us_per_call": round(mean, 1),
                "ms_per_day": None if per_day is None else round(per_day, 1),
            },
        )
