"""One ranking of all findings, and the sums of a scan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seawall.model import CommandTotal, Cost, Finding
from seawall.nodes.collect import Reading
from seawall.nodes.facts.node import ENOUGH_S, NodeFacts
from seawall.nodes.wording import count, ms


def ranked(findings: Sequence[Finding], readings: Sequence[Reading]) -> list[Finding]:
    """By milliseconds of main thread a day; what has no such figure follows, by severity."""
    seconds = {r.facts.node: r.facts.observed_s or 86_400.0 for r in readings}

    def weight(finding: Finding) -> tuple[float, int, str]:
        evidence = finding.evidence
        per_day, total = evidence.get("ms_per_day"), evidence.get("total_us")
        node = str(finding.where.fields.get("node", ""))
        if isinstance(per_day, int | float):
            rate = float(per_day)
        else:
            rate = total / 1000 * 86_400 / seconds.get(node, 86_400.0) if isinstance(total, int) else 0.0
        return (-rate, -finding.severity.rank, finding.rule)

    return sorted(findings, key=weight)


def totals(readings: Iterable[Reading]) -> tuple[CommandTotal, ...]:
    """Every command of every node by its commandstats, most main-thread time first."""
    rows: list[CommandTotal] = []
    for reading in readings:
        server = reading.facts.server
        whole = sum(s.us for s in server.stats) or 1
        uptime = server.uptime_s
        for stat in server.stats:
            per_day = stat.us / 1000 * 86_400 / uptime if uptime and uptime >= ENOUGH_S else None
            rows.append(CommandTotal(reading.facts.node, stat.command, stat.calls, stat.us, per_day, stat.us / whole))
    return tuple(
        sorted(rows, key=lambda r: (-(r.ms_per_day if r.ms_per_day is not None else r.total_us / 1000), r.command))
    )


def cost(readings: Sequence[Reading]) -> Cost:
    """What the scan cost the servers."""
    live = [r.cost for r in readings if r.facts.is_live]
    known = [c.server_us for c in live if c.server_us is not None]
    return Cost(sum(c.commands for c in live), sum(known) if len(known) == len(live) else None)


def unreported(facts: NodeFacts, findings: Sequence[Finding], rules: Sequence[str]) -> list[str]:
    """Every entry is accounted for: those in no finding are counted here."""
    if rules:
        return [f"{facts.node}: only the rules {', '.join(rules)} were asked for; what others would say is not known"]
    shown = {
        (f.where.fields.get("command"), f.where.fields.get("key_pattern"), f.where.fields.get("shape"))
        for f in findings
        if f.where.kind == "slowlog" and f.where.fields.get("node") == facts.node
    }
    rest = [g for g in facts.groups if (g.command, g.key_pattern, g.worst.arguments.shape) not in shown]
    entries = sum(len(g.entries) for g in rest)
    if not entries:
        return []
    longest = max(rest, key=lambda g: g.max_us)
    subject = f"{longest.command} {longest.key_pattern or ''}".strip()
    return [
        f"{facts.node}: {count(entries, 'entry', 'entries')} of small work, in {count(len(rest), 'group')}, in no "
        f"finding; the longest is {subject}, {ms(longest.max_us)}"
    ]
