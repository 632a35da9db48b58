"""A whole collection in one reply: SMEMBERS, HGETALL, HKEYS, HVALS, LRANGE 0 -1, ZRANGE 0 -1, SORT, XRANGE - +."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.facts.sites import Argument, Site
from seawall.calls.judging import CodeFacts, option, positional, says
from seawall.calls.wording import APART, finding, of_key
from seawall.model import Finding, Fix, Severity

CODE = "SW204"
NAME = "collection-asked-whole"
_HASHES = ("hgetall", "hkeys", "hvals")
_BY_PLACE = ("lrange", "zrange", "zrevrange")
_BY_SCORE = ("zrangebyscore", "zrevrangebyscore", "zrangebylex", "zrevrangebylex")
_STREAMS = ("xrange", "xrevrange")
_OPEN = frozenset({"-inf", "+inf", "inf", "-", "+", "-infinity", "+infinity", "infinity"})


def check(facts: CodeFacts) -> Iterator[Finding]:
    """Reads of everything; low where the same code keeps the collection small."""
    for site in facts.each("smembers", "sort", "sort_ro", *_HASHES, *_BY_PLACE, *_BY_SCORE, *_STREAMS):
        asked = _asked(site)
        if not asked:
            continue
        bounded = facts.trimmed(site) or (facts.fields_fixed(site) if site.command in _HASHES else "")
        yield finding(
            CODE,
            NAME,
            Severity.LOW if bounded else Severity.MEDIUM,
            site,
            title=f"{asked} reads the whole collection{of_key(site)}",
            why="The reply is built element by element while every other client waits; it grows with the collection, "
            "not with the need.",
            fix=_fix(site.command),
            bounded=bounded,
            more={"range": asked.partition(" ")[2]} if " " in asked else None,
        )


def _asked(site: Site) -> str:
    """The command with its range in words, empty where it is bounded or not known."""
    command = site.command.upper()
    first, last, *rest = [*positional(site)[1:3], Argument(), Argument()][:2] + list(positional(site)[3:])
    if option(site, "limit") is not None or says(site, "limit", "count", "num"):
        return ""
    if site.command in ("smembers", *_HASHES):
        return command
    if site.command.startswith("sort"):
        return "" if says(site, "offset", "start") else command
    by = "BYSCORE" if says(site, "byscore", "by_score") else "BYLEX" if says(site, "bylex", "by_lex") else ""
    if site.command in _BY_PLACE and not by:
        return f"{command} 0 -1" if (first.number, last.number) == (0, -1) else ""
    if len([a for a in rest if a.number is not None]) >= 2:
        return ""  # of redis-py: min, max, start, num
    ends = [_end(first), _end(last)]
    if not any(end in _OPEN for end in ends) or (site.command in _STREAMS and not all(end in _OPEN for end in ends)):
        return ""
    return " ".join(filter(None, (command, *(end or "?" for end in ends), by)))


def _end(argument: Argument) -> str:
    if argument.number is not None:
        return str(argument.number)
    return (argument.text or "").lower() if argument.text and "*" not in argument.text else ""


def _fix(command: str) -> Fix:
    if command == "smembers":
        return Fix(
            "Iterate with SSCAN COUNT 1000; drop the duplicates that a scan may give",
            stall="4.1 ms becomes 0.21 ms a call, for 40,000 members",
            work="The total rises (4.1 ms became 6.6 ms on Redis 7, 1.6 times): what shrinks is the stall. "
            "SSCAN gives no view of one moment.",
            sending=APART,
            instead=("SSCAN key 0 COUNT 1000, and on with the cursor it returns",),
        )
    if command in _HASHES:
        return Fix(
            "Iterate with HSCAN COUNT 1000, or read the fields that are needed with HMGET",
            stall="5.2 ms becomes 0.34 ms a call, for 40,000 fields",
            work="The total rises (5.2 ms became 11.5 ms on Redis 7, 2.2 times): what shrinks is the stall. "
            "HSCAN gives no view of one moment.",
            sending=APART,
            instead=("HSCAN key 0 COUNT 1000, and on with the cursor it returns",),
        )
    if command.startswith("sort"):
        return Fix(
            "Keep the elements in a sorted set and read pages of it; or SORT with LIMIT 0 1000",
            stall="one short stall for each page of 1,000",
            work="A sorted set is sorted when it is written; SORT with LIMIT still sorts everything.",
            sending=APART,
            instead=("ZRANGE key 0 999, then 1000 1999, ...",),
        )
    page = {
        "lrange": "LRANGE key 0 999, then 1000 1999, ...",
        "xrange": "XRANGE key start end COUNT 1000, and on from the last id",
        "xrevrange": "XREVRANGE key end start COUNT 1000, and on from the last id",
    }.get(command)
    if page is None and command in _BY_SCORE:
        kind = "BYLEX" if command.endswith("lex") else "BYSCORE"
        reverse = " REV" if "rev" in command else ""
        page = f"ZRANGE key min max {kind}{reverse} LIMIT 0 1000, and on from the last score or member"
    return Fix(
        "Read pages of 1,000",
        stall="one short stall for each page of 1,000",
        work="The total stays about the same; elements that move between pages may be seen twice or not at all.",
        sending=APART,
        instead=(page or f"ZRANGE key 0 999{' REV' if 'rev' in command else ''}, then 1000 1999, ...",),
    )
