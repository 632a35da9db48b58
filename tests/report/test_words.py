from __future__ import annotations

from dataclasses import replace

import pytest

from seawall.model import Capture, CommandTotal, Cost, Finding, NotChecked, Severity, Target, Where
from seawall.report import words
from seawall.report.charts import Scale
from seawall.report.culprits import culprits, others, steps, told_apart
from seawall.report.evidence import evidence_rows

from .scans import NODE, STARTED, empty, group, many, read_whole, typical

MICRO = "\N{MICRO SIGN}s"
READ = (Capture(NODE, "abc", 1, 12, 12, 0),)


def culprit(command: str = "SMEMBERS", key: str = "k", **evidence: object) -> Finding:
    return group("SW104", "n", Severity.HIGH, command, key, **evidence)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("us", "said"),
    [
        (0, f"0 {MICRO}"),
        (0.004, f"<0.01 {MICRO}"),
        (0.04, f"0.04 {MICRO}"),
        (1.43, f"1.4 {MICRO}"),
        (650, f"650 {MICRO}"),
        (999.4, f"999 {MICRO}"),
        (999.6, "1 ms"),
        (1_000, "1 ms"),
        (3_012, "3 ms"),
        (9_960, "10 ms"),
        (28_520, "28.5 ms"),
        (451_300, "451 ms"),
        (999_700, "1 s"),
        (12_300_000, "12.3 s"),
        (41_000_000, "41 s"),
        (90_000_000, "1.5 min"),
        (2_400_000_000, "40 min"),
        (94_000_000_000, "1.1 d"),
        (9_000_000_000, "2.5 h"),
        (1_395e9 * 86.4, "1,395 d"),
    ],
)
def test_duration(us: float, said: str):
    assert words.duration(us) == said


def test_counts():
    assert words.count(1, "culprit") == "1 culprit"
    assert words.count(0, "culprit") == "0 culprits"
    assert words.count(1_204, "entry", "entries") == "1,204 entries"
    assert words.listed(("a", "b", "c"), 3) == "a, b, c"
    assert words.listed(("a", "b", "c"), 2) == "a, b and 1 more"
    assert [words.percent(s) for s in (0, 0.0004, 0.09, 0.43, 1)] == ["0%", "<1%", "9%", "43%", "100%"]
    assert words.change(53.9, 12.0) == "4.5 times less"
    assert words.change(3.1, 4.9) == "1.6 times more"
    assert words.change(3.1, 3.1) == "no change"
    assert words.change(3.1, 0) == ""


# ---- the headline ---------------------------------------------------------------------------------------------------


def test_headline_of_a_typical_scan():
    said = "3 culprits, 41.1 s of main thread a day; this scan cost 3 ms of the server; 1 thing not checked"
    assert words.headline(typical()) == said


def test_a_group_with_two_findings_is_one_culprit():
    one = culprit(ms_per_day=41_000.0)
    scan = empty(findings=(one, replace(one, rule="SW103")), capture=READ, cost=Cost(1, 3_000))
    assert words.headline(scan) == "1 culprit, 41 s of main thread a day; this scan cost 3 ms of the server"
    assert words.rule_words(culprits(scan)[0]) == "SW104 n, SW103"


def test_a_log_too_short_for_a_day():
    brief = (culprit(ms_per_day=None, total_us=12_300_000, observed_seconds=40.0),)
    scan = empty(findings=brief, capture=READ, cost=Cost(1, None))
    assert (
        words.headline(scan) == "1 culprit, 12.3 s of main thread in the 40 s the log covers; this scan sent 1 command"
    )
    two = empty(findings=(*brief, replace(brief[0], where=culprit(node="b").where)), capture=READ)
    assert "24.6 s of main thread in the 40 s the logs cover; no server was asked anything" in words.headline(two)
    unknown = empty(findings=(culprit(ms_per_day=None, total_us=1_000, observed_seconds=None),), capture=READ)
    assert words.headline(unknown).startswith("1 culprit, 1 ms of main thread in the entries read")


def test_a_day_known_of_some():
    scan = empty(findings=(culprit(ms_per_day=5.0), culprit(key="b", ms_per_day=None)), capture=READ)
    assert words.headline(scan).startswith("2 culprits, 5 ms of main thread a day (1 culprit seen too briefly to say)")


def test_no_culprit_is_never_all_clear():
    scan = empty(capture=READ, cost=Cost(9, 800), targets=(Target("a", "redis"), Target("b", "redis")))
    assert words.headline(scan) == (
        f"No culprit in 12 slow-log entries, which is not an all-clear; this scan cost 800 {MICRO} of the servers"
    )
    assert "Commandstats were not read either" in words.blind_spots(scan)
    ranked = replace(scan, commands=(CommandTotal("a", "GET", 1, 2, None, 1.0),))
    assert words.blind_spots(ranked).endswith("is ranked below from commandstats.")
    aside = replace(scan, findings=(culprit(verdict="unknown"), culprit(key="b", verdict="victim")))
    assert "(2 groups explained otherwise or not at all, see below)" in words.headline(aside)
    one = replace(scan, capture=(replace(READ[0], seen=1),))
    assert words.headline(one).startswith("No culprit in 1 slow-log entry, which")
    none = replace(scan, capture=(replace(READ[0], seen=0),))
    assert words.headline(none).startswith("The slow log holds no entry, which is not an all-clear")


def test_what_could_not_be_read():
    refused = NotChecked("a", "refused")
    assert words.headline(empty(not_checked=(refused,))) == "Nothing is known: 1 thing not checked"
    assert words.headline(empty()) == "Nothing is known: no slow log was read"
    assert words.blind_spots(empty()) == ""
    assert words.headline(replace(typical(), not_checked=(refused, refused))).endswith("; 2 things not checked")
    only_totals = empty(commands=(CommandTotal("a", "GET", 1, 2, None, 1.0),), cost=Cost(2, 5))
    assert words.headline(only_totals).startswith("No slow log was read, so no culprit can be named; ")
    assert words.blind_spots(only_totals).startswith("Without the slow log")


# ---- culprits and steps ---------------------------------------------------------------------------------------------


def test_steps_merge_what_is_the_same_to_do():
    hours = read_whole("SMEMBERS", "hour:*", "SSCAN", "4 ms becomes 1 ms")
    days = read_whole("SMEMBERS", "day:*", "SSCAN", "3 ms becomes 1 ms.")
    merged, own = steps((hours, days, culprit()))
    assert merged.subjects == ("SMEMBERS hour:*", "SMEMBERS day:*")
    assert merged.stalls == ("4 ms becomes 1 ms (SMEMBERS hour:*)", "3 ms becomes 1 ms (SMEMBERS day:*)")
    assert merged.fix is not None
    assert merged.fix.instead == ("SSCAN hour:* 0 COUNT 1000", "SSCAN day:* 0 COUNT 1000")
    assert own.fix is None
    assert own.stalls == ()
    assert len(steps((hours, hours))) == 1
    assert steps((hours, hours))[0].stalls == ("4 ms becomes 1 ms",)


def test_twins_are_told_apart():
    plain, wide, elsewhere = culprit(shape="key"), culprit(shape="key COUNT"), culprit(node="b")
    assert told_apart(culprits(empty(findings=(plain, wide)))) == ("key", "key COUNT")
    assert told_apart(culprits(empty(findings=(plain, elsewhere)))) == (f"on {NODE}", "on b")
    assert told_apart(culprits(empty(findings=(plain,)))) == ("",)


def test_culprits_and_others_share_out_the_findings():
    scan = many(60)
    assert len(culprits(scan)) == 50
    assert len(others(scan)) == 10


def test_elements():
    rows = {"now": "40,000", "estimated": "~40,000", "arguments": "40,000"}
    for source, said in rows.items():
        assert words.elements({"elements": 40_000, "elements_from": source}) == said
    assert words.elements({"elements": None, "elements_from": "gone"}) == "gone"
    assert words.elements({"elements": None}) == "not known"
    assert words.elements({"elements": True}) == "not known"


def test_notes_say_what_was_lost():
    capture = (
        Capture("a", None, 1, 2, 2, 1),
        Capture("b", None, 1, 2, 2, None, STARTED),
        Capture("c", None, 1, 2, 2, 0),
    )
    assert words.notes(empty(capture=capture, accepted=(culprit(), culprit(key="b")))) == (
        "a: 1 older entry was gone from the log, by its length or a RESET",
        "b: what was logged since 2026-11-24 08:14:05+00:00 is not known",
        "2 findings are accepted in seawall.toml and not shown: SW104",
    )


def test_evidence_that_has_no_words_of_its_own():
    odd = Finding(
        "SW1", "n", Severity.LOW, "t", Where("latency", {"event": "fork"}),
        {"latest_us": 48_000, "covered_seconds": 90, "used_bytes": 1_500_000, "bytes": 1, "lazyfree-lazy-expire": "no",
         "sure": True, "host": {"steal": 3.5}, "events": ["fork", 2], "none": None, "clients": [], "calls": 1_204,
         "us_per_call": 1.5, "factor": 2.5, "hits": float("nan")},
        "w",
    )  # fmt: skip
    assert evidence_rows(odd) == (
        ("Latest", "48 ms"),
        ("Covered", "1.5 min"),
        ("Used", "1.5 MB"),
        ("Bytes", "1 byte"),
        ("lazyfree-lazy-expire", "no"),
        ("Sure", "yes"),
        ("Host", "steal 3.5"),
        ("Events", "fork, 2"),
        ("None", "not known"),
        ("Calls", "1,204"),
        ("Per call", f"1.5 {MICRO}"),
        ("Factor", "2.5"),
        ("Hits", "nan"),
    )


# ---- scales ---------------------------------------------------------------------------------------------------------


def test_a_scale_is_linear_up_to_fifty_times():
    scale = Scale.of((1, 50))
    assert scale.note == ""
    assert scale.fraction(25) == 0.5


def test_a_scale_is_logarithmic_beyond_and_says_so():
    scale = Scale.of((0.15, 793, 0))
    assert scale.note.startswith("log scale")
    assert scale.fraction(793) == 1
    assert scale.fraction(0) == 0
    assert 0 < scale.fraction(0.15) < 0.1
    assert scale.fraction(10) - scale.fraction(1) == pytest.approx(scale.fraction(100) - scale.fraction(10))
    assert Scale.of((1, 1_000)).fraction(1) == pytest.approx(0.25)


def test_a_scale_of_nothing():
    assert Scale.of(()).fraction(1) == 0
    assert Scale.of((0, 0)).fraction(0) == 0
