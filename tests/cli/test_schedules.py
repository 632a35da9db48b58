"""`seawall schedules check`, `next`, `explain` and `convert`, as a user runs them."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from tests.front_door import COMMAND, Ended, one_line_and_hint, seawall, variables

NIGHT = "cron(30 2 * * ? *)"  # in the hour that a change of the clock takes away
NOW = ("--now", "2026-11-24T16:00:00Z")


def schedules(*arguments: str, stdin: bytes = b"") -> Ended:
    return seawall("schedules", *arguments, stdin=stdin)


def document(ended: Ended) -> Any:
    return json.loads(ended.out)


def answers(*lines: object, options: tuple[str, ...] = ()) -> tuple[int, list[dict[str, Any]]]:
    text = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    ended = schedules("check", "--stdin", *NOW, *options, stdin=text)
    assert ended.err == ""
    return ended.code, [json.loads(line) for line in ended.out.splitlines()]


# ---- check ---------------------------------------------------------------------------------------------------------


def test_a_valid_expression():
    ended = schedules("check", "cron(0 9 ? * MON-FRI *)")
    assert (ended.code, ended.out, ended.err) == (0, "valid: At 09:00 on Monday to Friday, in UTC.\n", "")


def test_an_invalid_expression_has_a_caret_under_what_is_wrong():
    ended = schedules("check", "cron(71 9 ? * MON *)")
    assert ended.code == 1
    assert ended.out == "cron(71 9 ? * MON *)\n     ^^ minute 71 is out of range: write 0 to 59\n"


def test_a_doubt_does_not_make_it_invalid():
    ended = schedules("check", NIGHT, "--timezone", "Europe/Berlin", *NOW)
    assert ended.code == 0
    first, expression, caret = ended.out.splitlines()
    assert (first, expression) == ("valid: At 02:30 every day, in Europe/Berlin.", NIGHT)
    assert caret.startswith("        ^ 02:30 does not exist on 2027-03-28 in Europe/Berlin: it will not run")


def test_json():
    found = document(schedules("check", "rate(1 minutes)", "--format", "json"))
    assert {name: found[name] for name in ("expr", "valid", "message", "column")} == {
        "expr": "rate(1 minutes)",
        "valid": False,
        "message": "1 minutes: 1 wants the singular: write rate(1 minute)",
        "column": 8,
    }


def test_the_service_is_a_rule_unless_a_zone_or_the_form_says_scheduler():
    berlin = {"timezone": "Europe/Berlin"}
    asked = [
        ({"expr": "at(2030-01-31T09:00:00)"}, True),
        ({"expr": "at(2030-01-31T09:00:00)", "service": "rule"}, False),
        ({"expr": "rate(1 minutes)", **berlin}, True),  # of Scheduler a doubt, of a rule an error
        ({"expr": "rate(1 minutes)"}, False),
        ({"expr": NIGHT, "service": "rule", **berlin}, False),
        ({"expr": NIGHT, "timezone": "Mars/Base"}, False),
        ({"expr": "*/5 * * * *"}, False),
        ({"expr": "*/5 * * * *", "service": "unix"}, True),
        ({"expr": "0 9 * * mon#2 Europe/Berlin", "service": "fugit"}, True),
        ({"expr": "0 9 * * mon#2 Mars/Base", "service": "fugit"}, False),
        ({"expr": ""}, False),
    ]
    _, found = answers(*(line for line, _ in asked))
    assert [one["valid"] for one in found] == [valid for _, valid in asked]


def test_an_unknown_zone_names_the_nearest():
    found = document(schedules("check", NIGHT, "--timezone", "Europe/Berlni", "--format", "json"))
    assert found["message"] == "time zone 'Europe/Berlni' is not known here: did you mean Europe/Berlin?"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x", "--stdin"],
        ["x", "--service", "crond", "--now", "2027-01-01"],
        ["x", "--now", "yesterday"],
    ],
)
def test_wrong_usage(arguments: list[str]):
    ended = schedules("check", *arguments)
    assert ended.code == 2
    assert one_line_and_hint(ended.err)
    assert ended.out == ""


@pytest.mark.parametrize("command", [["check"], ["next"], ["convert", "--to", "unix"]])
def test_what_cannot_be_printed_is_escaped(command: list[str]):
    """`Ended` asserts that nothing unprintable came out."""
    ended = schedules(*command, "cron(0 9\x1b[31m\n\u202e * * ? *)")
    assert ended.code == (1 if command == ["check"] else 2)


def test_a_megabyte_is_refused_and_shown_cut():
    text = "cron(" + "9," * (1 << 19)
    ((code, found),) = [answers({"expr": text[: 1 << 19]})]
    assert (code, found[0]["valid"], found[0]["column"]) == (1, False, 257)
    ended = schedules("check", text[:100_000])  # a command line has no room for a megabyte
    assert ended.code == 1
    assert len(ended.out) < 300


# ---- check --stdin -------------------------------------------------------------------------------------------------


def test_lines_are_answered_in_order():
    code, found = answers(
        {"expr": "rate(5 minutes)"},
        {"expr": "cron(0 9 * * * *)"},
        {"expr": "*/5 * * * *", "service": "unix"},
        {"expr": NIGHT, "service": "scheduler", "timezone": "Europe/Berlin"},
        {"expr": NIGHT, "service": None, "timezone": None},
    )
    assert code == 1
    assert [one["valid"] for one in found] == [True, False, True, True, True]
    assert [one["column"] for one in found] == [None, 14, None, None, None]
    assert [one["message"] is None for one in found] == [one["valid"] for one in found]
    assert [[w["kind"] for w in one["warnings"]] for one in found] == [[], [], [], ["dst-skipped"], []]
    assert answers({"expr": NIGHT}, b'{"expr": "rate(5 minutes)"}')[0] == 0  # the last line may lack its end


def test_a_broken_line_is_answered_too_and_the_next_one_is_read():
    broken = [
        b"no json\n",
        b"[1]\n",
        b"null\n",
        b"{}\n",
        b'{"expr": 5}\n',
        b'{"expr": "rate(1 day)", "service": 5}\n',
        b'{"expr": "rate(1 day)", "service": "cronn"}\n',
        b'{"expr": "rate(1 day)", "timezone": ["UTC"]}\n',
        b'{"expr": "rate(1 day)", "timezone": ""}\n',
        b'{"expr": "\\ud800"}\n',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        b'{"expr": "' + b"x" * (3 << 20) + b'"}\n',
    ]
    good = {"expr": "rate(5 minutes)"}
    code, found = answers(*(line for wrong in broken for line in (wrong, b" \n", good)))
    assert code == 1
    assert [one["valid"] for one in found] == [False, True] * len(broken)
    assert all(one["message"] for one in found[::2])


def test_options_are_the_default_of_each_line():
    code, found = answers(
        {"expr": "*/5 * * * *"}, {"expr": "rate(1 day)", "service": "rule"}, options=("--service", "unix")
    )
    assert (code, [one["valid"] for one in found]) == (0, [True, True])


def test_each_line_is_answered_before_the_next_is_written():
    with subprocess.Popen(
        [*COMMAND, "schedules", "check", "--stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=variables(),
        cwd="/",
    ) as process:
        assert process.stdin
        assert process.stdout
        for expr, valid in (("rate(5 minutes)", True), ("rate(5 minute)", False)):
            process.stdin.write(json.dumps({"expr": expr}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["valid"] is valid
        process.stdin.close()
        assert process.wait(30) == 1


# ---- next ----------------------------------------------------------------------------------------------------------


def times(*arguments: str) -> list[str]:
    ended = schedules("next", *arguments, "--format", "json")
    assert ended.code == 0
    found = document(ended)
    assert list(found) == ["expr", "times"]
    assert found["expr"] == arguments[0]
    return found["times"]


def test_next_in_utc_and_in_a_zone():
    at_nine = ("cron(0 9 * * ? *)", "--count", "2", "--from")
    assert times(*at_nine, "2027-01-01T09:00:00Z") == ["2027-01-02T09:00:00+00:00", "2027-01-03T09:00:00+00:00"]
    assert times(*at_nine, "2027-03-27T12:00:00Z", "--timezone", "Europe/Berlin") == [
        "2027-03-28T09:00:00+02:00",
        "2027-03-29T09:00:00+02:00",
    ]


def test_a_start_without_an_offset_is_in_the_zone():
    start = ("cron(0 9 * * ? *)", "--count", "1", "--timezone", "America/New_York", "--from")
    assert times(*start, "2027-01-01T08:59:59") == ["2027-01-01T09:00:00-05:00"]
    assert times(*start, "2027-01-01T09:00:00") == ["2027-01-02T09:00:00-05:00"]
    assert times(*start, "2027-01-01T09:00:00Z") == ["2027-01-01T09:00:00-05:00"]


def test_a_time_that_does_not_exist_is_left_out():
    assert times(NIGHT, "--count", "2", "--timezone", "Europe/Berlin", "--from", "2027-03-27") == [
        "2027-03-27T02:30:00+01:00",
        "2027-03-29T02:30:00+02:00",
    ]


def test_an_expression_without_parentheses_is_a_crontab():
    found = times("0 9 15 * 1", "--count", "3", "--from", "2027-03-09T00:00:00+00:00")
    assert [time[:10] for time in found] == ["2027-03-15", "2027-03-22", "2027-03-29"]


def test_no_more_times():
    ended = schedules("next", "cron(0 9 31 12 ? 2027)", "--from", "2027-01-01", "--count", "3")
    assert (ended.code, ended.out) == (0, "2027-12-31T09:00:00+00:00\n")
    assert "no more times" in ended.err
    ended = schedules("next", "cron(0 9 30 2 ? *)", "--format", "json")
    assert (ended.code, document(ended)["times"]) == (0, [])
    assert "never runs" in ended.err


def test_a_rate_counts_from_the_start_and_says_so():
    ended = schedules("next", "rate(5 minutes)", "--from", "2027-01-01", "--count", "2")
    assert ended.out == "2027-01-01T00:05:00+00:00\n2027-01-01T00:10:00+00:00\n"
    assert "switched on" in ended.err


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time(start: str):
    ended = schedules("next", "cron(0 9 * * ? *)", "--from", start, "--count", "1")
    assert ended.code == 0


@pytest.mark.parametrize("more", [("--from", "soon"), ("--timezone", "Mars/Base")])
def test_next_used_wrongly(more: tuple[str, ...]):
    ended = schedules("next", "cron(0 9 * * ? *)", *more)
    assert ended.code == 2
    assert one_line_and_hint(ended.err)


def test_next_of_an_invalid_expression():
    ended = schedules("next", "cron(0 99 * * ? *)")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "seawall: column 8: hour 99 is out of range\n  Write 0 to 23.\n"


# ---- explain and convert -------------------------------------------------------------------------------------------


def test_explain():
    ended = schedules("explain", NIGHT, "--timezone", "Europe/Berlin", *NOW)
    surprise = "02:30 does not exist on 2027-03-28 in Europe/Berlin: it will not run."
    assert (ended.code, ended.out) == (0, f"At 02:30 every day, in Europe/Berlin. {surprise}\n")
    found = document(schedules("explain", "0 9 * * 1", "--format", "json", *NOW))
    assert found == {"expr": "0 9 * * 1", "text": "At 09:00 on Monday, in UTC.", "next": "2026-11-30T09:00:00+00:00"}


def test_explain_says_what_is_contested():
    ended = schedules("explain", "cron(0 22-2 * * ? *)", *NOW)
    assert len(ended.out.splitlines()) == 3
    assert "a range that wraps" in ended.out


def test_convert():
    ended = schedules("convert", "30 9 * * 1-5", "--to", "aws")
    assert (ended.code, ended.out, ended.err) == (0, "cron(30 9 ? * 2-6 *)\n", "")
    ended = schedules("convert", "cron(30 9 ? * 2-6 *)", "--to", "unix")
    assert (ended.code, ended.out, ended.err) == (0, "30 9 * * 1-5\n", "")


def test_convert_refuses_what_cannot_be_exact():
    ended = schedules("convert", "0 9 15 * 1", "--to", "aws")
    assert (ended.code, ended.out) == (1, "")
    assert one_line_and_hint(ended.err)
    assert "As two expressions: cron(0 9 15 * ? *) and cron(0 9 ? * 2 *)." in ended.err
    found = document(schedules("convert", "cron(0 9 L * ? *)", "--to", "unix", "--format", "json"))
    assert found["result"] is None
    assert "L, W or #" in found["message"]


def test_convert_in_a_zone_says_where_it_goes():
    ended = schedules("convert", "0 9 * * *", "--to", "aws", "--timezone", "Europe/Berlin")
    assert (ended.code, ended.out) == (0, "cron(0 9 * * ? *)\n")
    assert "ScheduleExpressionTimezone Europe/Berlin" in ended.err
