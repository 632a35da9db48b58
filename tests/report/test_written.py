"""JSON, JSON lines and Markdown, and the front door to all forms."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from seawall.errors import UsageError
from seawall.model import CommandTotal, Cost, NotChecked
from seawall.report import Chart, render

from .scans import empty, group, many, typical

# ---- JSON -----------------------------------------------------------------------------------------------------------


def test_json_is_the_contract_in_ascii():
    text = render(typical(), "json")
    assert json.loads(text) == typical().as_json()
    assert text.isascii()
    assert text.startswith('{\n  "schema": 1,\n  "tool": {\n    "name": "seawall",\n    "version": "0.1.0"\n  },\n')
    assert text.endswith("}\n")


def test_json_keeps_what_came_from_outside_and_prints_nothing_of_it_raw():
    evil = "\x1b[31m\u202e\x7f\ud800é"
    text = render(empty(notes=(evil,)), "json")
    assert json.loads(text)["notes"] == [evil]
    assert r'"\u001b[31m\u202e\u007f\ud800\u00e9"' in text


def test_a_number_that_json_cannot_hold_is_null():
    finding = replace(typical().findings[0], evidence={"a": float("nan"), "b": [float("inf")], "c": {"d": 1.5}})
    document = json.loads(render(empty(findings=(finding,)), "json"))
    assert document["findings"][0]["evidence"] == {"a": None, "b": [None], "c": {"d": 1.5}}


def test_jsonl_is_a_finding_a_line():
    lines = render(typical(), "jsonl").splitlines()
    assert [json.loads(line) for line in lines] == [f.as_json() for f in typical().findings]
    assert render(empty(), "jsonl") == ""
    assert len(render(many(60), "jsonl").splitlines()) == 60


# ---- Markdown -------------------------------------------------------------------------------------------------------

HEAD = r"""## 3 culprits, 41.1 s of main thread a day; this scan cost 3 ms of the server; 1 thing not checked

- `cache.prod:6379`: Redis 7.0.15, 128 slow-log entries, threshold 10 ms, covering 40 min

### Not checked

What stands here is unknown, not fine.

| What | Why | Hint |
| --- | --- | --- |
| `cache.prod:6379` | LATENCY is not permitted | Grant +latency. |

### Culprits

| Severity | Command | Key pattern | Elements | Longest | Times | Main thread a day | Rule |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |
| high | `GEORADIUS` | `drivers:geo` | 20,000 | 28.5 ms | 412 | 31.2 s | SW101 radius-covers-the-earth, SW103 |
| high | `SMEMBERS` | `hour:*` | \~40,000 | 4.1 ms | 1,204 | 9.1 s | SW104 collection-read-whole |
| high | `HGETALL` | `user:*:cart` | gone | 5.2 ms | 1 | 804 ms | SW104 collection-read-whole |

\~ the number of elements is estimated

gone: the key no longer exists, its size at the time cannot be known

### What to do next

1. Page with ZRANGE and GEOPOS
   - For: `GEORADIUS drivers:geo`
   - Use: `ZRANGE key 0 999`; `GEOPOS key member ...`
   - Longest stall: 28.5 ms becomes 1.4 ms a call
   - Total work: About the same
   - How to send the parts: One slice after the other, not in one MULTI and not in one script.
   - Owner: Ada Lovelace
   - More: `seawall explain SW101`
2. Use GEOSEARCH
   - For: `GEORADIUS drivers:geo`
   - Longest stall: None by itself
   - Total work: None by itself
   - Owner: Ada Lovelace
   - More: `seawall explain SW103`
3. Iterate in slices of 1,000 with the SCAN form
   - For: `SMEMBERS hour:*`, `HGETALL user:*:cart`
   - Use: `SSCAN hour:* 0 COUNT 1000`; `HSCAN user:*:cart 0 COUNT 1000`
   - Longest stall: 4.1 ms becomes 0.1 ms (SMEMBERS hour:\*); 5.2 ms becomes 0.3 ms (HGETALL user:\*:cart)
   - Total work: The total rises, up to 2.2 times.
   - How to send the parts: One slice after the other, not in one MULTI and not in one script.
   - More: `seawall explain SW104`

### Also found

| Severity | Rule | Finding | What to do |
| --- | --- | --- | --- |
| medium | SW190 cheap-command-stretched | GET of session:\* took 14 ms for one value: the host, not the code | Look at CPU steal on the host |
| medium | SW130 threshold-hides-commands | calls between 1 and 10 ms leave no entry |  |

### All calls, most main-thread time first

| Command | Calls | Total | Per call | Main thread a day | Share |
| --- | ---: | ---: | ---: | ---: | ---: |
| `GEORADIUS` | 412 | 11.8 s | 28.5 ms | 31.2 s | 62% |
| `GET` | 6,550,000 | 6.1 s | 0.93 us | 4.1 s | 32% |
| `PING` | 1,000 | 200 us | 0.2 us | 100 us | <1% |

From commandstats.

### Evidence

- SW101 `GEORADIUS drivers:geo` on `cache.prod:6379`: The reply is built element by element while every other client waits.
""".replace(" us ", " \N{MICRO SIGN}s ")  # noqa: E501

TAIL = r"""
- SW130 `slowlog-log-slower-than` on `cache.prod:6379`: Most harmful calls take between 1 and 10 ms.
  - Threshold: 10 ms

### Notes

- LATENCY was left out
- `cache.prod:6379`: 1,204 older entries were gone from the log, by its length or a RESET
- 1 finding is accepted in seawall.toml and not shown: SW103

Seawall 0.1.0, 2026-11-24 08:14:05+00:00
"""

EVIDENCE = """\
  - Log entries: 1; Longest: 5.2 ms; Total: 83.6 ms; Main thread a day: 804 ms; \
Elements: the key no longer exists, its size at the time cannot be known; \
Per element: 1.4 us; Log covers: 40 min; Verdict: culprit: it held the server by its own work
  - Example: `HGETALL key`
""".replace(" us;", " \N{MICRO SIGN}s;")


def test_markdown_of_a_typical_scan():
    text = render(typical(), "md")
    assert text[: len(HEAD)] == HEAD
    assert text[-len(TAIL) :] == TAIL
    assert EVIDENCE in text
    assert "  - Sent by `app/nearby.py:41 list_all`\n" in text
    assert "  - Triggered by `schedule map rate(1 minute) at t.yml:12`\n" in text


def test_markdown_of_nothing():
    scan = empty(not_checked=(NotChecked("redis://b", "no reply in 5 s"),))
    assert render(scan, "md") == (
        "## Nothing is known: 1 thing not checked\n\n"
        "### Not checked\n\nWhat stands here is unknown, not fine.\n\n"
        "| What | Why | Hint |\n| --- | --- | --- |\n| `redis://b` | no reply in 5 s |  |\n\n"
        "Seawall 0.1.0, 2026-11-24 08:14:05+00:00\n"
    )


def test_markdown_charts_nodes_and_what_is_left_out():
    rows = tuple(CommandTotal(f"n{i % 2}", f"C{i}", 10, 20, None, 0.1) for i in range(21))
    text = render(empty(commands=rows, cost=Cost(1, 1)), "md", charts=[Chart("wait", "ms", (("DEL", 793.0, 0.15),))])
    assert "### wait\n\n| What | Before | After | Change |\n| --- | ---: | ---: | --- |\n" in text
    assert "| DEL | 793 ms | 0.15 ms | 5,287 times less |\n" in text
    assert "| Command | Node | Calls | Total | Per call | Share |\n" in text
    assert "From commandstats; 1 more command." in text


def test_markdown_says_why_where_no_fix_is_known():
    bare = replace(group("SW110", "odd", typical().findings[0].severity, "SORT", None), why="It sorts.", fix=None)
    text = render(empty(findings=(bare,)), "md")
    assert "1. It sorts.\n   - For: `SORT`\n   - More: `seawall explain SW110`\n" in text
    assert "| high | `SORT` | (no key) |" in text


# ---- the front door -------------------------------------------------------------------------------------------------


def test_a_form_that_does_not_exist():
    with pytest.raises(UsageError) as wrong:
        render(empty(), "pdf")  # pyright: ignore[reportArgumentType]
    assert wrong.value.hint == "Use json, jsonl, md or html."


def test_importing_the_reports_is_cheap():
    code = (
        "import sys, seawall.report; print([m for m in ('rich', 'html', 'json', 'seawall.model') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
