"""The timeline of a scan in every form; test_outside.py holds it to hostile text."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from seawall.model import Timeline
from seawall.report import print_scan, render, timeline

from .pages import read
from .scans import NODE, typical
from .weeks import of_many_groups, scan_of_two_weeks, two_weeks

TWO_WEEKS = """\
14 days by group
Compared with the scan of 2026-11-20 08:14 UTC.
1 of 14 days was not watched: what was logged then is not known.
Group                  Entries a day   Entries  Main thread  Change  Recurs
GEORADIUS drivers:geo  ██▄..?........    1,407       36.4 s  gone
SMEMBERS hour:*        ████▃?........    1,260       32.4 s  gone    every hour at :07
HGETALL user:*:cart    ██▇██?▃.......    1,178       30.3 s  gone
DEL report:*           █████?████....      810       20.8 s  gone    every day at 03:00 UTC
KEYS (no key)          ▇▆▆▆▇?▆▆▆█▆▃..      748       19.8 s  better
all groups             ██▆▅▄?▂▂▁▂▁▁..    5,403      2.3 min
the highest block is the group's own most; . none; ? not watched
2026-11-16 00:00 UTC  cache.prod:6379: unreachable, no answer within 4 s
2026-11-17 00:03 UTC  cache.prod:6379: restart, another run_id
"""
AT_60 = """\
SMEMBERS hour:*
  ████▃?........
  1,260 entries, gone
  every hour at :07
"""
MARKDOWN = """\
### 14 days by group

Compared with the scan of 2026-11-20 08:14 UTC. 1 of 14 days was not watched: what was logged then is not known.

| Group | Entries a day | Entries | Main thread | Change since the last scan | Recurs |
| --- | --- | ---: | ---: | --- | --- |
| `GEORADIUS` `drivers:geo` | `██▄..?........` | 1,407 | 36.4 s | \
gone: 0 of 2,408 expected since the last scan, the last one on 2026-11-13 |  |
"""


def printed(line: Timeline, width: int | None = None, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    page = io.TextIOWrapper(raw, encoding=encoding)
    scan = replace(typical(), timeline=line)
    print_scan(scan, Console(file=page, width=width, force_terminal=width is not None, color_system=None))
    page.flush()
    text = raw.getvalue().decode(encoding)
    return text[text.index(timeline.title(line)) : text.index("\nAll calls")]


# ---- terminal -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [None, 100])
def test_two_weeks_that_drop_to_zero(width: int | None):
    assert printed(two_weeks(), width) == TWO_WEEKS


def test_narrow_terminals_leave_the_time_out_and_then_stack():
    assert "Main thread  Change" not in printed(two_weeks(), 80)
    assert "GEORADIUS drivers:geo  ██▄..?........    1,407  gone\n" in printed(two_weeks(), 80)
    assert AT_60 in printed(two_weeks(), 60)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
@pytest.mark.parametrize("days", [1, 14, 45, 400])
def test_any_width_keeps_to_it(width: int, days: int):
    text = printed(of_many_groups(12, max(days, 3)), width)
    assert all(cell_len(one) <= width for one in text.splitlines())
    assert "…" not in text


def test_groups_beyond_eight_are_one_line_and_days_are_put_together():
    text = printed(of_many_groups(12, 45), 100)
    assert re.search(r"COMMAND7 key:7:\* +▂▁", text)
    assert "COMMAND8" not in text
    assert re.search(r"4 more groups +\S{23} +1,800 +385 ms\n", text)
    assert re.search(r"all groups +\S{23} +5,400 ", text)
    assert "each stands for 2 days" in text


def test_a_stream_that_cannot_encode_blocks_gets_digits():
    assert "KEYS (no key)          7666" in printed(two_weeks(), 100, "ascii")
    assert "GEORADIUS drivers:geo  ##4..?........" in printed(two_weeks(), 100, "ascii")


def test_a_timeline_without_groups_says_why():
    text = printed(replace(two_weeks(None), trends=(), happenings=()))
    assert "There is no earlier scan to compare with." in text
    assert "The history holds no entry of these days." in text
    blind = replace(two_weeks(), trends=(), not_watched=two_weeks().days)
    assert "None of these days was watched: what was logged then is not known." in printed(blind)


def test_a_scan_without_a_timeline_says_nothing_of_days():
    assert "days by group" not in render(typical(), "md") + render(typical(), "html")
    assert json.loads(render(typical(), "json"))["timeline"] is None


def test_what_cannot_be_compared_says_so():
    assert "gone" not in printed(two_weeks(None))
    assert printed(two_weeks(None)).count("not compared") == 5


# ---- words ----------------------------------------------------------------------------------------------------------


def test_blocks():
    assert timeline.blocks((0, None, 1, 8, 16, 100)) == ".?▁▁▂█"
    assert timeline.blocks((None, None)) == "??"
    assert timeline.blocks((0, 0)) == ".."
    assert timeline.blocks(()) == ""


@given(st.lists(st.none() | st.integers(0, 10**6), max_size=100), st.integers(1, 31))
def test_days_put_together_lose_nothing(days: list[int | None], room: int):
    size = timeline.together(len(days), room)
    lots = timeline.put_together(tuple(days), size)
    assert len(lots) <= room
    assert sum(many or 0 for many in lots) == sum(many or 0 for many in days)
    assert all(many is not None for many in lots) or None in days
    said = timeline.blocks(lots)
    assert [c == "?" for c in said] == [many is None for many in lots]
    assert [c == "." for c in said] == [many == 0 for many in lots]


def test_groups_are_told_apart_by_log_shape_and_node():
    one, other = of_many_groups(2).trends
    twin = replace(one, shape="key COUNT")
    assert [n.plain for n in timeline.names((one, other))] == ["COMMAND0 key:0:*", "COMMAND1 key:1:*"]
    assert [n.aside for n in timeline.names((one, twin, other))] == ["key", "key COUNT", ""]
    assert [n.aside for n in timeline.names((one, replace(one, node="b")))] == [f"on {NODE}", "on b"]
    large = replace(one, log="large-reply", unit="bytes", total=3_000_000)
    assert timeline.names((one, large))[1].plain == "COMMAND0 key:0:* (large reply)"
    assert timeline.total(large) == "3 MB"


# ---- the other forms ------------------------------------------------------------------------------------------------


def test_markdown():
    written = render(scan_of_two_weeks(), "md")
    assert MARKDOWN in written
    assert "| All groups | `██▆▅▄?▂▂▁▂▁▁..` | 5,403 |" in written
    assert "2026-11-11 to 2026-11-24; the highest block is the group's own most; . none; ? not watched\n" in written
    assert "- 2026-11-17 00:03 UTC `cache.prod:6379`: restart, another run\\_id\n" in written
    assert "| 5 more groups |" in render(replace(typical(), timeline=of_many_groups(25)), "md")


def test_json():
    line = json.loads(render(scan_of_two_weeks(), "json"))["timeline"]
    assert line["since"] == "2026-11-11T00:00:00+00:00"
    assert (line["days"][0], line["not_watched_days"]) == ("2026-11-11", ["2026-11-16"])
    daily = line["trends"][3]
    assert (daily["change"], daily["change_why"]) == ("gone", "0 of 4 firings due since the last scan")
    assert daily["entries_per_day"] == [90, 90, 90, 90, 90, None, 90, 90, 90, 90, 0, 0, 0, 0]
    assert {key: daily["period"][key] for key in ("kind", "step_minutes", "minutes", "weekdays", "zone", "says")} == {
        "kind": "daily",
        "step_minutes": 1440,
        "minutes": [180],
        "weekdays": [],
        "zone": "UTC",
        "says": "every day at 03:00 UTC",
    }
    assert line["happenings"][1]["kind"] == "restart"


def section(line: Timeline) -> str:
    html = render(replace(typical(), timeline=line), "html")
    return html[html.index('<section class="timeline"') :].partition("</section>")[0] + "</section>"


def test_columns_are_as_high_as_their_days():
    html = section(two_weeks())
    columns = re.findall(r'<svg class="column".*?</svg>', html)
    assert len(columns) == 14
    line = two_weeks()
    most = max(sum(t.per_day[day] or 0 for t in line.trends) for day in range(14))
    for day, column in enumerate(columns):
        heights = [float(h) for h in re.findall(r' height="([\d.]+)"', column)]
        many = [t.per_day[day] for t in line.trends if t.per_day[day]]
        assert heights == pytest.approx([100 * (m or 0) / most for m in many], abs=0.01)
    assert "<title>2026-11-23: 0 entries</title></svg>" in columns[12]
    assert "<title>2026-11-16: not watched</title></svg>" in columns[5]
    assert "<title>2026-11-21: 61 entries: KEYS (no key) 61</title>" in columns[10]
    assert html.count('<li class="unknown">') == 1
    assert html.count('<li class="zero">') == 2


def test_the_page_names_what_it_colours():
    html = section(two_weeks())
    page = read(html)
    assert page.left_open == []
    assert [v for _, name, v in page.attributes if name == "role"].count("img") == 14 + 5
    assert page.tags.count("title") == 14 + 5
    assert re.findall(r'class="swatch"[^>]*><rect[^>]* class="([\w-]+)"', html) == [f"group-{n}" for n in range(1, 6)]
    words = "\n".join(page.lines)
    assert "Compared with the scan of 2026-11-20 08:14 UTC. 1 of 14 days was not watched" in words
    days = "90, 90, 90, 90, 90, not watched, 90, 90, 90, 90, 0, 0, 0, 0"
    assert f"DEL report:* Entries a day: {days} 810 20.8 s gone 0 of 4 firings" in words
    assert "2026-11-17 00:03 UTC cache.prod:6379: restart, another run_id" in words


def test_groups_beyond_six_share_a_colour_and_beyond_thirty_a_row():
    html = section(of_many_groups(35, 45))
    assert re.search(r"29 other groups [\d,]+</title>", html)
    assert html.count('class="swatch"') == 30
    assert "and 5 more groups" in html
    assert html.count('class="group-other"') > 24
    assert 'class="days crowded"' in html


@pytest.mark.parametrize(("days", "columns"), [(3, 3), (62, 62), (63, 32), (400, 58)])
def test_many_days_are_put_together(days: int, columns: int):
    html = section(of_many_groups(2, days))
    assert html.count('class="column"') == columns
    assert ("<figcaption>Entries a day<" in html) == (days == columns)


def test_the_page_with_a_timeline_stands_alone():
    html = render(scan_of_two_weeks(), "html")
    page = read(html)
    assert not {"script", "link", "img", "style="} & set(page.tags)
    assert not [a for a in page.attributes if a[1] == "style" or a[1].startswith("on")]
    assert "url(" not in html
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert sum(1 for tag, name, _ in page.attributes if (tag, name) == ("th", "scope")) == page.tags.count("th")
