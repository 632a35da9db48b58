from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from seawall.model import CommandTotal, Fix, NotChecked, Scan, Severity
from seawall.report import Chart, print_chart, print_scan

from .scans import NODE, empty, group, many, typical

TYPICAL = """\
3 culprits, 41.1 s of main thread a day; this scan cost 3 ms of the server; 1 thing not checked
cache.prod:6379  Redis 7.0.15  128 slow-log entries, threshold 10 ms, covering 40 min

Severity  Command    Key pattern  Elements  Longest  Times   A day  Rule
high      GEORADIUS  drivers:geo    20,000  28.5 ms    412  31.2 s  SW101 radius-covers-the-earth, SW103
high      SMEMBERS   hour:*        ~40,000   4.1 ms  1,204   9.1 s  SW104 collection-read-whole
high      HGETALL    user:*:cart      gone   5.2 ms      1  804 ms  SW104 collection-read-whole
~ the number of elements is estimated
gone: the key no longer exists, its size at the time cannot be known

What to do next
1. Page with ZRANGE and GEOPOS
   for    GEORADIUS drivers:geo  (seawall explain SW101, owner Ada Lovelace)
   use    ZRANGE key 0 999; GEOPOS key member ...
   stall  28.5 ms becomes 1.4 ms a call; work: About the same
   send   One slice after the other, not in one MULTI and not in one script.
   from   app/nearby.py:41 list_all
   from   schedule map rate(1 minute) at t.yml:12
2. Use GEOSEARCH
   for    GEORADIUS drivers:geo  (seawall explain SW103, owner Ada Lovelace)
   stall  None by itself; work: None by itself
3. Iterate in slices of 1,000 with the SCAN form
   for    SMEMBERS hour:*, HGETALL user:*:cart  (seawall explain SW104)
   use    SSCAN hour:* 0 COUNT 1000; HSCAN user:*:cart 0 COUNT 1000
   stall  4.1 ms becomes 0.1 ms (SMEMBERS hour:*); work: The total rises, up to 2.2 times.
   send   as in 1

Also found
medium    SW190 GET of session:* took 14 ms for one value: the host, not the code
          Look at CPU steal on the host
medium    SW130 calls between 1 and 10 ms leave no entry

All calls, most main-thread time first  commandstats
Command        Calls   Total  Per call   A day  Share of main thread
GEORADIUS        412  11.8 s   28.5 ms  31.2 s   62% █████████▉
GET        6,550,000   6.1 s   0.93 us   4.1 s   32% █████
PING           1,000  200 us    0.2 us  100 us   <1% ▏

Notes
- LATENCY was left out
- cache.prod:6379: 1,204 older entries were gone from the log, by its length or a RESET
- 1 finding is accepted in seawall.toml and not shown: SW103

NOT CHECKED: what stands here is unknown, not fine
! cache.prod:6379: LATENCY is not permitted. Grant +latency.
""".replace(" us ", " \N{MICRO SIGN}s ")

AT_80 = """\
Severity  Command    Key pattern  Elements  Longest  Times   A day
high      GEORADIUS  drivers:geo    20,000  28.5 ms    412  31.2 s
          SW101 radius-covers-the-earth, SW103
"""

AT_50 = """\
high SMEMBERS hour:*
  elements ~40,000, longest 4.1 ms
  times 1,204, main thread a day 9.1 s
  SW104 collection-read-whole
"""


def printed(scan: Scan, width: int | None = None, *, colours: bool = False) -> str:
    page = io.StringIO()
    system = "standard" if colours else None
    print_scan(scan, Console(file=page, width=width, force_terminal=width is not None, color_system=system))
    return page.getvalue()


def test_a_typical_scan():
    assert printed(typical()) == TYPICAL


def test_a_typical_scan_fits_one_screen():
    assert len(printed(typical(), 100).splitlines()) <= 48  # three culprits, four findings beside them


def test_80_columns():
    assert AT_80 in printed(typical(), 80)


def test_50_columns():
    assert AT_50 in printed(typical(), 50)


@pytest.mark.parametrize("width", [20, 40, 50, 60, 72, 80, 100, 119, 120, 200])
@pytest.mark.parametrize("scan", [typical(), many(60)], ids=["typical", "many"])
def test_any_width_keeps_to_it_and_loses_no_name(scan: Scan, width: int):
    text = printed(scan, width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    if width >= 40:
        for finding in scan.findings:
            if finding.verdict == "culprit":
                assert str(finding.where.fields["command"]) in text
                assert str(finding.where.fields["key_pattern"]) in text
        for total in scan.commands:
            assert total.command in text
    assert "…" not in text


def test_a_long_key_is_folded_and_whole():
    key = "".join(f"part{i}:" for i in range(50))
    scan = empty(findings=(group("SW104", "n", Severity.HIGH, "SMEMBERS", key),))
    for width in (30, 80, 100):
        assert key in "".join(re.findall(r"part[\w:]*|(?<= )[\w:]*:[\w:]*", printed(scan, width)))


def test_no_line_ends_in_spaces():
    for width in (None, 50, 80, 100):
        assert not [line for line in printed(many(60), width).splitlines() if line != line.rstrip()]


def test_many_findings_are_all_in_the_table_and_the_next_steps_are_few():
    text = printed(many(60), 120)
    assert text.startswith("50 culprits, ")
    assert text.count("\nhigh ") + text.count("\ncritical ") >= 20
    assert "key:0:*" in text
    assert "key:58:*" in text
    assert "40 more fixes: see --format md or html" in text


def test_other_findings_beyond_the_limit_are_counted():
    scan = many(60)
    victims = tuple(f for f in scan.findings if f.verdict == "victim") * 2
    assert "5 more findings: see --format md, html or json" in printed(replace(scan, findings=victims), 100)
    assert "1 more finding: see" in printed(replace(scan, findings=victims[:16]), 100)


def test_only_not_checked():
    scan = empty(not_checked=(NotChecked("cache", "connection refused", "Is it running?"), NotChecked("b", "no reply")))
    assert printed(scan) == (
        "Nothing is known: 2 things not checked\n"
        "\n"
        "NOT CHECKED: what stands here is unknown, not fine\n"
        "! cache: connection refused. Is it running?\n"
        "! b: no reply\n"
    )


def test_zero_findings_rank_the_commandstats():
    text = printed(replace(typical(), findings=(), notes=(), accepted=(), not_checked=()))
    assert text.startswith("No culprit in 128 slow-log entries, which is not an all-clear; this scan cost 3 ms")
    assert "threshold 10 ms" in text
    assert "GEORADIUS        412" in text
    assert "What to do next" not in text


def test_commandstats_show_eight_and_name_the_nodes_where_there_are_several():
    rows = tuple(CommandTotal(f"n{i % 2}", f"C{i}", 10, 20, None, 0.1) for i in range(12))
    text = printed(empty(commands=rows), 100)
    assert "commandstats, 4 more" in text
    assert "C7" in text
    assert "C8" not in text
    assert "Node" in text
    assert "A day" not in text
    assert "Node" not in printed(empty(commands=rows[:1]), 100)


def test_a_fix_that_is_not_known_says_why_instead():
    text = printed(empty(findings=(group("SW110", "odd", Severity.LOW, "SORT", None, why="It sorts."),)), 100)
    assert "1. It sorts.\n   for    SORT  (seawall explain SW110)\n" in text
    assert "(no key)" in text


def test_markup_of_rich_is_only_text():
    evil = "[bold red]x[/] :smile: [link=http://e]y[/link] [/nothing]"
    scan = empty(findings=(group("SW104", evil, Severity.HIGH, "GET", evil, fix=Fix(evil, evil, evil)),), notes=(evil,))
    text = printed(scan, 200, colours=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert f"- {evil}" in plain
    assert f"1. {evil}" in plain
    assert "\x1b]8" not in text


def test_colours_only_on_a_terminal():
    assert "\x1b[" in printed(typical(), 100, colours=True)
    page = io.StringIO()
    print_scan(typical(), Console(file=page, force_terminal=False))
    assert "\x1b" not in page.getvalue()


def test_the_console_is_left_as_it_was():
    console = Console(file=io.StringIO(), width=77)
    print_scan(typical(), console)
    assert console.width == 77


def test_a_stream_that_cannot_encode_gets_escapes():
    raw = io.BytesIO()
    page = io.TextIOWrapper(raw, encoding="ascii")
    scan = replace(typical(), notes=("caf\xe9",))
    console = Console(file=page)
    print_scan(scan, console)
    print_chart(Chart("caf\xe9", "ms", (("a", 2, 1),)), console)
    page.flush()
    text = raw.getvalue().decode("ascii")
    assert r"- caf\xe9" in text
    assert "0.93 us" in text
    assert "62% ##########" in text


# ---- the chart ------------------------------------------------------------------------------------------------------


def charted(chart: Chart, width: int | None = None) -> str:
    page = io.StringIO()
    print_chart(chart, Console(file=page, width=width, force_terminal=width is not None, color_system=None))
    return page.getvalue()


def test_a_linear_chart():
    assert charted(Chart("longest wait", "ms", (("list the drivers", 40.0, 10.0), ("count", 20.0, 20.0)))) == (
        "longest wait\n"
        "list the drivers\n"
        "  before  ████████████████████████████████████████████ 40 ms\n"
        "  after   ███████████ 10 ms  4 times less\n"
        "count\n"
        "  before  ██████████████████████ 20 ms\n"
        "  after   ██████████████████████ 20 ms  no change\n"
    )


def test_a_logarithmic_chart_says_so():
    text = charted(Chart("longest wait", "ms", (("DEL", 793.0, 0.15),)))
    assert text.startswith("longest wait  log scale: each tenfold adds the same length\n")
    assert "0.15 ms  5,287 times less" in text


def test_a_chart_in_a_narrow_window_and_of_zeros():
    chart = Chart("wait", "ms", (("x" * 100, 793.0, 0.0), ("b", 0.0, 0.0)))
    for width in (20, 40, 80):
        text = charted(chart, width)
        assert all(cell_len(line) <= width for line in text.splitlines())
        assert "793 ms" in text


def test_the_node_is_named_only_where_there_are_two():
    assert f"on {NODE}" not in printed(typical())
