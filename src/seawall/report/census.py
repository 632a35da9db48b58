"""A census for a person at a terminal: what takes the memory, by key pattern, and what expires at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.text import Text

from seawall.keyspace import printable
from seawall.keyspace.sizes import Census, Estimate, PatternSize
from seawall.report import words
from seawall.report.terminal_paper import Column, heading, plain_bar, print_all, table

BAR_WIDTH = 10
TOGETHER = 0.01  # of a pattern's keys in one second; fewer are no cluster, only the fullest of many seconds
_UNITS = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0))


def print_census(census: Census, console: Console, *, top: int = 20) -> None:
    """Print the census, the `top` patterns with most bytes of it. The console is left as it was."""
    print_all(console, lambda _width: _page(census, top))


def size(number: float) -> str:
    """Bytes in two or three digits: `96 B`, `1.2 kB`, `840 MB`."""
    unit, of = next(((unit, of) for unit, of in _UNITS if round(number / of, 3) >= 1), _UNITS[-1])
    return f"{words.figure(number / of)} {unit}"


def _page(census: Census, top: int) -> Iterator[RenderableType]:
    yield Text(_headline(census), style="bold")
    yield Text(_how(census))
    shown = census.patterns[:top]
    if shown:
        yield ""
        yield table(_columns(shown, census))
        if rest := census.patterns[top:]:
            yield Text(_rest(rest, top), style="dim")
    together = [p for p in census.patterns if p.ttl_cluster and p.ttl_cluster.keys.value >= TOGETHER * p.keys.value]
    if together:
        yield ""
        yield heading("Expire together", "within one second")
        together.sort(key=lambda p: -p.ttl_cluster.keys.value if p.ttl_cluster else 0)
        yield table(_clusters(together[:top]))
    for title, lines in (
        ("Notes", census.notes),
        ("Not checked", [f"{n.target}: {n.reason}" for n in census.not_checked]),
    ):
        if lines:
            yield ""
            yield heading(title)
            yield from (Text(f"- {printable(line)}") for line in lines)


def _headline(census: Census) -> str:
    known = [p.bytes.value for p in census.patterns if p.bytes]
    databases = f" in {words.count(len(census.databases), 'database')}" if len(census.databases) > 1 else ""
    head = f"{words.count(census.total, 'key')}{databases}"
    if known:
        about = "" if census.full else "about "
        head += f", {about}{size(sum(known))} in {words.count(len(census.patterns), 'key pattern')}"
    if census.used_memory:
        head += f"; the server uses {size(census.used_memory)}"
    return head


def _how(census: Census) -> str:
    cost = f"{words.count(census.cost.commands, 'command')}"
    if census.cost.server_us is not None:
        cost += f", {words.duration(census.cost.server_us)} of the server"
    role = f" ({census.role})" if census.role else ""
    how = (
        f"{census.sampled:,} asked" if census.full else f"{census.walked:,} names seen, {census.sampled:,} sizes asked"
    )
    return f"{printable(census.node)}{role}  {census.server}  {'full' if census.full else 'sampled'}: {how}; {cost}"


def _columns(shown: Sequence[PatternSize], census: Census) -> list[Column]:
    total = sum(p.bytes.value for p in census.patterns if p.bytes)
    columns = [
        Column("key pattern", [Text(printable(p.key_pattern), style="bold") for p in shown], folds=True),
        Column("type", [Text(printable(p.type)) for p in shown]),
        Column("keys", [Text(_number(p.keys)) for p in shown], right=True),
        Column("bytes", [Text(_bytes(p.bytes)) for p in shown], right=True),
        Column("share", [Text(_percent(p.bytes, total)) for p in shown], right=True),
        Column("", [Text(_bar(p.bytes, total), style="cyan") for p in shown]),
        Column(
            "a key",
            [Text(size(p.bytes.value / p.keys.value) if p.bytes and p.keys.value else "") for p in shown],
            right=True,
        ),
        Column("largest", [Text(_largest(p)) for p in shown], right=True),
        Column("no TTL", [Text(_without(p)) for p in shown], right=True),
    ]
    if len(census.databases) > 1:
        columns.insert(0, Column("db", [Text(str(p.database)) for p in shown], right=True))
    if any(p.largest_key is not None for p in shown):
        columns.append(Column("largest key", [Text(printable(p.largest_key or "")) for p in shown], folds=True))
    return columns


def _clusters(together: Sequence[PatternSize]) -> list[Column]:
    found = [(p, p.ttl_cluster) for p in together]
    return [
        Column("key pattern", [Text(printable(p.key_pattern), style="bold") for p, _ in found], folds=True),
        Column("keys", [Text(_number(c.keys)) for _, c in found if c], right=True),
        Column("of them", [Text(words.percent(c.keys.value / p.keys.value)) for p, c in found if c], right=True),
        Column("at", [Text(c.at.isoformat().replace("+00:00", "Z")) for _, c in found if c]),
    ]


def _rest(rest: Sequence[PatternSize], top: int) -> str:
    total = sum(p.bytes.value for p in rest if p.bytes)
    keys = sum(p.keys.value for p in rest)
    more = words.count(len(rest), "more pattern")
    return f"{more} with {words.count(keys, 'key')}, {size(total)}: --top {top + len(rest)}"


def _number(estimate: Estimate) -> str:
    if estimate.is_exact:
        return f"{estimate.value:,}"
    return f"~{estimate.value:,} ({estimate.low:,} to {estimate.high:,})"


def _bytes(estimate: Estimate | None) -> str:
    if estimate is None:
        return words.NOT_KNOWN
    if estimate.is_exact:
        return size(estimate.value)
    margin = estimate.margin
    return f"{size(estimate.value)} {'±' + _margin(margin) if margin < 1 else 'up to ' + size(estimate.high)}"


def _margin(margin: float) -> str:
    return f"{margin * 100:.0f}%" if margin >= 0.01 else "1%"


def _percent(estimate: Estimate | None, total: int) -> str:
    return words.percent(estimate.value / total) if estimate and total else ""


def _bar(estimate: Estimate | None, total: int) -> str:
    return plain_bar(estimate.value / total, BAR_WIDTH) if estimate and total else ""


def _largest(p: PatternSize) -> str:
    if p.largest_bytes is None:
        return ""
    return size(p.largest_bytes) + (f" of {p.largest_elements:,}" if p.largest_elements is not None else "")


def _without(p: PatternSize) -> str:
    return words.percent(p.without_ttl.value / p.keys.value) if p.without_ttl and p.keys.value else words.NOT_KNOWN
