"""The words and numbers of a report, the same in all forms: headline, durations, counts, elements.

Durations are microseconds in, words out. A number is given with two or three digits: a stall is known no better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from seawall.keyspace import printable
from seawall.model import Capture, CommandTotal, Json, Scan
from seawall.report.culprits import Culprit, culprits, in_code, number, others

_MICRO = "\N{MICRO SIGN}s"
_UNITS = (("d", 86_400e6), ("h", 3_600e6), ("min", 60e6), ("s", 1e6), ("ms", 1e3), (_MICRO, 1.0))
NOT_KNOWN = "not known"
NO_KEY = "(no key)"


def figure(value: float) -> str:
    """A number of at least 0 in two or three digits: `0.65`, `7.4`, `41`, `28.5`, `1,395`."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.2g}" if value == 0 or value >= 0.01 else "<0.01"


def duration(us: float) -> str:
    """A duration of `us` microseconds in the unit that suits it, up to days."""
    for unit, size in _UNITS:
        if round(us / size, 3) >= 1:
            return f"{figure(us / size)} {unit}"
    return f"{figure(us)} {_MICRO}"


def count(many: float, one: str, several: str = "") -> str:
    """`1 entry`, `1,204 entries`: the number with its noun; `several` where the plural is more than an s."""
    return f"{many:,.0f} {one if many == 1 else several or one + 's'}"


def percent(share: float) -> str:
    """A share of 0 to 1 as `43%`; what is there but below one in a hundred is `<1%`."""
    return "<1%" if 0 < share < 0.01 else f"{share * 100:.0f}%"


def change(before: float, after: float) -> str:
    """How the second value compares: `4.5 times less`, `1.2 times more`, `no change`; empty where one is 0."""
    if before <= 0 or after <= 0:
        return ""
    ratio = max(before, after) / min(before, after)
    if ratio < 1.05:
        return "no change"
    return f"{figure(ratio)} times {'less' if after < before else 'more'}"


def listed(words: Sequence[str], limit: int) -> str:
    """The first `limit` words, with commas, and how many more there are."""
    more = len(words) - limit
    return ", ".join(words[:limit]) + (f" and {more:,} more" if more > 0 else "")


def day(ms: float | None) -> str:
    """Milliseconds of main thread a day in words, without `a day`."""
    return NOT_KNOWN if ms is None else duration(ms * 1000)


def microseconds(us: float | None) -> str:
    """A duration, or that it is not known."""
    return NOT_KNOWN if us is None else duration(us)


def elements(evidence: Mapping[str, Json]) -> str:
    """How many elements the command worked on, for a table: `40,000`, `~40,000` where estimated, `gone`."""
    many = number(evidence, "elements")
    if many is None:
        return "gone" if evidence.get("elements_from") == "gone" else NOT_KNOWN
    return f"{'~' if evidence.get('elements_from') == 'estimated' else ''}{many:,.0f}"


def culprit_elements(culprit: Culprit) -> str:
    """`elements` of the finding that knows them best."""
    known = next((f for f in culprit.findings if number(f.evidence, "elements") is not None), culprit.first)
    return elements(known.evidence)


def elements_marks(found: Sequence[Culprit]) -> tuple[str, ...]:
    """The legend of the marks that `elements` used in these rows."""
    shown = [culprit_elements(c) for c in found]
    legend: list[str] = []
    if any(s.startswith("~") for s in shown):
        legend.append("~ the number of elements is estimated")
    if "gone" in shown:
        legend.append("gone: the key no longer exists, its size at the time cannot be known")
    return tuple(legend)


def by_day(found: Sequence[Culprit]) -> bool:
    """Whether main thread a day is known of any of these; otherwise tables show the total in the log."""
    return any(c.ms_per_day is not None for c in found)


def main_thread(culprit: Culprit, daily: bool) -> str:
    """The main-thread time of a culprit for a table: a day, or (`daily` false) in all its entries."""
    return day(culprit.ms_per_day) if daily else microseconds(culprit.number("total_us"))


def rule_words(culprit: Culprit) -> str:
    """Code and name of the worst rule, and the codes of the others: `SW105 reads-whole-collection, SW103`."""
    first = f"{printable(culprit.first.rule)} {printable(culprit.first.name)}"
    return ", ".join(dict.fromkeys((first, *(printable(f.rule) for f in culprit.findings[1:]))))


def headline(scan: Scan) -> str:
    """The first line: how many culprits, what they take, what the scan itself cost, what was not checked."""
    missing = len(scan.not_checked)
    unread = count(missing, "thing") + " not checked"
    code = _in_code(scan)
    if not _anything_read(scan) and not code:
        return f"Nothing is known: {unread}" if missing else "Nothing is known: no slow log was read"
    parts = [code] if only_code(scan) else [_found(scan), *([code] if code else []), _cost(scan)]
    if missing:
        parts.append(unread)
    return "; ".join(parts)


def only_code(scan: Scan) -> bool:
    """Whether code was all that was looked at."""
    return bool(scan.targets) and all(target.kind == "code" for target in scan.targets)


def _in_code(scan: Scan) -> str:
    """How many findings the code has; empty where none was looked at."""
    if not any(target.kind == "code" for target in scan.targets):
        return ""
    found = in_code(scan)
    aside = f" ({len(scan.frozen):,} older ones frozen)" if scan.frozen else ""
    if not found:
        return f"No new finding in the code{aside}" if scan.frozen else "No finding in the code"
    return f"{count(len(found), 'finding')} in the code{aside}"


def _anything_read(scan: Scan) -> bool:
    return bool(scan.capture or scan.findings or scan.commands)


def _found(scan: Scan) -> str:
    found = culprits(scan)
    if found:
        return f"{count(len(found), 'culprit')}, {_taken(found)}"
    if not scan.capture:
        return "No slow log was read, so no culprit can be named"
    seen = sum(c.seen for c in scan.capture)
    if seen == 0:
        return "The slow log holds no entry, which is not an all-clear"
    groups = len({repr(f.where.as_json()) for f in others(scan) if f.where.kind == "slowlog"})
    aside = f" ({count(groups, 'group')} explained otherwise or not at all, see below)" if groups else ""
    return f"No culprit in {count(seen, 'slow-log entry', 'slow-log entries')}{aside}, which is not an all-clear"


def _taken(found: Sequence[Culprit]) -> str:
    known = [ms for c in found if (ms := c.ms_per_day) is not None]
    if known:
        brief = len(found) - len(known)
        aside = f" ({count(brief, 'culprit')} seen too briefly to say)" if brief else ""
        return f"{duration(sum(known) * 1000)} of main thread a day{aside}"
    total = duration(sum(c.number("total_us") or 0 for c in found))
    covered = {s for c in found if (s := c.number("observed_seconds")) is not None}
    if not covered:
        return f"{total} of main thread in the entries read"
    logs = "log covers" if len({c.node for c in found}) == 1 else "logs cover"
    return f"{total} of main thread in the {duration(max(covered) * 1e6)} the {logs}"


def _cost(scan: Scan) -> str:
    if scan.cost.commands == 0:
        return "no server was asked anything"
    if scan.cost.server_us is None:
        return f"this scan sent {count(scan.cost.commands, 'command')}"
    servers = "servers" if sum(1 for t in scan.targets if t.kind == "redis") > 1 else "server"
    return f"this scan cost {duration(scan.cost.server_us)} of the {servers}"


def blind_spots(scan: Scan) -> str:
    """What zero culprits does not say; empty where there are some, or where nothing was read at all."""
    if culprits(scan) or not _anything_read(scan) or only_code(scan):
        return ""
    log = "A call faster than the threshold leaves no entry, and the log keeps only its newest ones."
    if not scan.capture:
        log = "Without the slow log, single slow calls cannot be seen."
    if scan.commands:
        return f"{log} What all calls add up to, the fast ones included, is ranked below from commandstats."
    return f"{log} Commandstats were not read either: what the other calls add up to is not known."


def capture_words(capture: Capture) -> str:
    """What is missing from a node's slow log; empty where nothing is known to be."""
    parts: list[str] = []
    if capture.lost:
        was = "was" if capture.lost == 1 else "were"
        parts.append(
            f"{count(capture.lost, 'older entry', 'older entries')} {was} gone from the log, by its length or a RESET"
        )
    if capture.unknown_since:
        parts.append(f"what was logged since {capture.unknown_since.isoformat(' ', 'seconds')} is not known")
    return f"{printable(capture.node)}: {'; '.join(parts)}" if parts else ""


def notes(scan: Scan) -> tuple[str, ...]:
    """Everything that was left out or cannot be known, safe to print: the scan's notes, losses, accepted findings."""
    said = [printable(n) for n in scan.notes]
    said += [w for c in scan.capture if (w := capture_words(c))]
    if scan.accepted:
        rules = listed(tuple(dict.fromkeys(printable(f.rule) for f in scan.accepted)), 8)
        verb = "is" if len(scan.accepted) == 1 else "are"
        said.append(f"{count(len(scan.accepted), 'finding')} {verb} accepted in seawall.toml and not shown: {rules}")
    if scan.frozen:
        times = Counter(printable(f.rule) for f in scan.frozen)
        rules = listed([f"{rule} {many:,}" for rule, many in sorted(times.items())], 12)
        verb = "is" if len(scan.frozen) == 1 else "are"
        said.append(f"{count(len(scan.frozen), 'finding')} {verb} frozen by the baseline and not shown: {rules}")
    return tuple(said)


def several_nodes(commands: Sequence[CommandTotal]) -> bool:
    """Whether a table of these rows must name the node."""
    return len({c.node for c in commands}) > 1


def known_by_day(commands: Sequence[CommandTotal]) -> bool:
    """Whether main thread a day is known of any of these rows."""
    return any(c.ms_per_day is not None for c in commands)


def caller_words(caller: Mapping[str, Json]) -> str:
    """A call site as `path:line symbol`, safe to print; empty where it has no path."""
    return " ".join(w for w in (_place(caller), _said(caller, "symbol")) if w) if caller.get("path") else ""


def trigger_words(trigger: Mapping[str, Json]) -> str:
    """A trigger as `kind name schedule at path:line`, safe to print; what it lacks is left out."""
    named = " ".join(w for key in ("kind", "name", "schedule") if (w := _said(trigger, key)))
    return " at ".join(w for w in (named, _place(trigger)) if w)


def way_words(trigger: Mapping[str, Json]) -> str:
    """The calls from a trigger down to the site, `symbol path:line -> ...`, safe to print; empty where none is told."""
    via = trigger.get("via")
    hops = [hop for hop in via if isinstance(hop, Mapping)] if isinstance(via, list) else []
    return " -> ".join(w for hop in hops if (w := " ".join(filter(None, (_said(hop, "symbol"), _place(hop))))))


def _place(record: Mapping[str, Json]) -> str:
    path, line = _said(record, "path"), _said(record, "line")
    return f"{path}:{line}" if path and line else path


def _said(record: Mapping[str, Json], name: str) -> str:
    value = record.get(name)
    return printable(str(value)) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
