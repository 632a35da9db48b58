from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise

import pytest

from seawall.model import NotChecked
from seawall.report import Chart, render

from .pages import read
from .scans import empty, group, many, typical

CHART = Chart("Longest wait", "ms", (("DEL old:zset", 793.0, 0.15),))
TYPICAL = """\
Seawall: 3 culprits, 41.1 s of main thread a day; this scan cost 3 ms of the server; 1 thing not checked
Seawall scan of 2026-11-24 08:14:05+00:00
3 culprits, 41.1 s of main thread a day
This scan cost 3 ms of the server; 1 thing not checked
Not checked
What stands here is unknown, not fine.
cache.prod:6379 : LATENCY is not permitted Grant +latency.
Looked at
cache.prod:6379 Redis 7.0.15 128 slow-log entries, threshold 10 ms, covering 40 min
Main thread a day, by culprit
GEORADIUS drivers:geo 31.2 s
SMEMBERS hour:* 9.1 s
HGETALL user:*:cart 804 ms
Before and after
Longest wait (log scale: each tenfold adds the same length)
DEL old:zset
before 793 ms
after 0.15 ms 5,287 times less
6 findings
high SW101 radius-covers-the-earth
GEORADIUS lists 20,000 members of drivers:geo
GEORADIUS drivers:geo on cache.prod:6379
The reply is built element by element while every other client waits.
What to do
Page with ZRANGE and GEOPOS
ZRANGE key 0 999
GEOPOS key member ...
Longest stall
28.5 ms becomes 1.4 ms a call
Total work
About the same
Sending parts
One slice after the other, not in one MULTI and not in one script.
Sent by
app/nearby.py:41 list_all
Triggered by
schedule map rate(1 minute) at t.yml:12
Owner: Ada Lovelace
Evidence
Log entries 412
Longest 28.5 ms
Total 11.8 s
Main thread a day 31.2 s
Elements 20,000, counted at the time of the scan
Per element 1.4 us
Log covers 40 min
Verdict culprit: it held the server by its own work
Example GEORADIUS key longitude latitude radius mi WITHCOORD
seawall explain SW101 finding c02f88431b5032c8
low SW103 command-deprecated-here
"""
ENDING = """\
All calls, most main-thread time first
The server's own totals (commandstats): calls below the slow log's threshold count too.
Command Calls Total Per call A day Share
GEORADIUS 412 11.8 s 28.5 ms 31.2 s 62%
GET 6,550,000 6.1 s 0.93 us 4.1 s 32%
PING 1,000 200 us 0.2 us 100 us <1%
Notes
LATENCY was left out
cache.prod:6379: 1,204 older entries were gone from the log, by its length or a RESET
1 finding is accepted in seawall.toml and not shown: SW103
This scan sent 24 commands: 3 ms of main thread. Started 2026-11-24 08:14:05+00:00, finished 2026-11-24 08:14:07+00:00.
Seawall 0.1.0
"""


def words_of(html: str) -> str:
    return "".join(f"{line}\n" for line in read(html).lines).replace("\N{MICRO SIGN}s", "us")


def test_the_words_of_a_typical_page():
    text = words_of(render(typical(), "html", charts=[CHART]))
    assert text[: len(TYPICAL)] == TYPICAL
    assert text[-len(ENDING) :] == ENDING


def test_the_page_stands_alone():
    html = render(typical(), "html", charts=[CHART])
    page = read(html)
    assert html.startswith('<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-')
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert ("meta", "content", policy) in page.attributes
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(page.tags)
    assert not [a for a in page.attributes if a[1] in {"src", "srcset", "style", "action"} or a[1].startswith("on")]
    assert "url(" not in html
    assert "@import" not in html
    assert page.left_open == []
    assert page.strange == []


def test_the_page_is_accessible():
    page = read(render(typical(), "html", charts=[CHART]))
    assert [page.tags.count(tag) for tag in ("header", "main", "footer", "h1")] == [1 + 6, 1, 1, 1]
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for tag, name, value in page.attributes:
        if name == "aria-labelledby":
            assert value in ids
        if name == "href":
            assert (tag, value.removeprefix("#") in ids) == ("a", True)
    assert sum(1 for tag, name, _ in page.attributes if (tag, name) == ("th", "scope")) == page.tags.count("th")
    assert page.tags.count("section") == sum(
        1 for tag, name, _ in page.attributes if (tag, name) == ("section", "aria-labelledby")
    )
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_bars_are_as_long_as_their_values():
    html = render(typical(), "html")
    ranking = html[html.index('class="ranking"') : html.index("</ol>")]
    assert re.findall(r'rect width="([\d.]+)"', ranking) == ["100.00", "29.17", "2.58"]
    shares = html[html.index('class="commands"') :]
    assert re.findall(r'rect width="([\d.]+)"', shares) == ["62.00", "31.50", "0.40"]


def test_each_culprit_leads_to_its_card():
    html = render(typical(), "html")
    ranking = html[html.index('class="ranking"') : html.index("</ol>")]
    # The second finding about GEORADIUS is card 2.
    assert re.findall(r'href="#([\w-]+)"', ranking) == ["finding-1", "finding-3", "finding-4"]
    assert "HGETALL" in html[html.index('id="finding-4"') : html.index('id="finding-5"')]


def test_the_ranking_falls_and_what_is_not_known_comes_last():
    scan = many(60)
    odd = group("SW1", "n", scan.findings[0].severity, "ODD", None, ms_per_day=None)
    html = render(replace(scan, findings=(odd, *scan.findings)), "html")
    ranking = html[html.index('class="ranking"') : html.index("</ol>")]
    lengths = [float(w) for w in re.findall(r'rect width="([\d.]+)"', ranking)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] == 0
    assert read(html).tags.count("article") == 61


def test_zero_findings():
    text = words_of(render(replace(typical(), findings=(), not_checked=(), notes=(), accepted=()), "html"))
    assert "No culprit in 128 slow-log entries, which is not an all-clear\nThis scan cost 3 ms of the server\n" in text
    assert "A call faster than the threshold leaves no entry" in text
    assert "findings" not in text
    assert "threshold 10 ms" in text


def test_only_not_checked():
    text = words_of(render(empty(not_checked=(NotChecked("b", "refused", "Is it up?"),)), "html"))
    assert "\nNothing is known: 1 thing not checked\nNot checked\n" in text
    assert "\nb : refused Is it up?\n" in text
    assert "This scan sent no command to any server." in text


# ---- the colours ----------------------------------------------------------------------------------------------------

PAIRS = [
    *(("ink", ground) for ground in ("ground", "surface", "code", "loud-ground")),
    *(("quiet", ground) for ground in ("ground", "surface")),
    *(("link", ground) for ground in ("ground", "surface")),
    ("loud", "loud-ground"),
    *((severity, f"{severity}-ground") for severity in ("critical", "high", "medium", "low", "info")),
]
SHAPES = [("bar", "track"), ("before", "track"), ("bar", "ground"), ("before", "surface"), ("loud", "ground")]
SHAPES += [(f"group-{group}", ground) for group in (*range(1, 7), "other") for ground in ("surface", "ground")]


def palettes() -> dict[str, dict[str, str]]:
    css = files("seawall.report").joinpath("page.css").read_text(encoding="utf-8")
    light, dark, paper = (
        dict(re.findall(r"--([\w-]+): (#\w{6});", body)) for body in re.findall(r":root \{(.*?)\}", css, re.S)
    )
    return {"light": light, "dark": light | dark, "paper": light | paper, "dark printed": light | dark | paper}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2 of two colours `#rrggbb`, 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark", "paper", "dark printed"])
def test_colours_meet_wcag_aa(name: str):
    colours = palettes()[name]
    poor = {(a, b): contrast(colours[a], colours[b]) for a, b in PAIRS if contrast(colours[a], colours[b]) < 4.5}
    poor |= {(a, b): contrast(colours[a], colours[b]) for a, b in SHAPES if contrast(colours[a], colours[b]) < 3}
    assert not poor
