"""Call sites for tests of the joins, without source code."""

from __future__ import annotations

from seawall.calls.facts.sites import Around, Site


def site(
    pattern: str | None,
    command: str = "get",
    path: str = "app/a.rb",
    line: int = 1,
    *,
    confidence: str = "typed",
    symbol: str = "",
    wrapper: bool = False,
) -> Site:
    """A site at a line of its own; its name stands ten bytes a line into the file."""
    return Site(
        path=path,
        line=line,
        col=1,
        command=command,
        method=command,
        receiver="redis",
        via="client",
        key_pattern=pattern,
        namespace=None,
        confidence=confidence,
        through=None,
        why=(),
        span=(line * 10, line * 10 + 3),
        span_call=(line * 10, line * 10 + 9),
        around=Around(symbol=symbol),
        wrapper=wrapper,
    )
