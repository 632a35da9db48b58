"""The public vectors: tests of linters, SDKs and libraries, documents of AWS, and reports of what its API answered.

Libraries copy each other, so all of them are one witness. A row is contested where witnesses disagree.
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import pytest

from seawall import cron
from seawall.cron import Service
from seawall.errors import ExpressionError

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("vectors.jsonl").read_text(encoding="utf-8").splitlines()
]
# What a converter made of a crontab, wrongly. The crontab: why, and what is right (None: no single expression is).
WRONG = {
    "0 12 15 * 1": ("it drops the 15th; a crontab runs on the 15th and on Mondays", None),
    "30 9 1-7 * 1-5": ("it drops the 1st to the 7th, on which a crontab runs whatever the weekday", None),
    "0 2 1-7 * 0": ("it drops the 1st to the 7th", None),
    "0 8 */2 6 0,6": ("it drops */2: a field that begins with * and another have both to fit in vixie cron", None),
    "0 0 1 1 *": ("a year that is not in the crontab: it was given as an option", "cron(0 0 1 1 ? *)"),
}


def rows(*kinds: str, contested: bool = False) -> list[Any]:
    chosen = [row for row in ROWS if row["kind"] in kinds and row.get("contested", False) is contested]
    assert chosen
    return [pytest.param(row, id=f"{row['kind']} {row['expr']}") for row in chosen]


def at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@pytest.mark.parametrize("row", rows("valid", "invalid"))
def test_validity(row: dict[str, Any]):
    checked = cron.check(row["expr"], Service(row["service"]))
    assert (checked.schedule is not None) is (row["kind"] == "valid")


@pytest.mark.parametrize("row", rows("valid", "invalid", contested=True))
def test_what_is_contested_is_an_error_or_said(row: dict[str, Any]):
    checked = cron.check(row["expr"], Service(row["service"]))
    said = {fault.kind for fault in (*checked.errors, *checked.warnings)}
    assert said & {"contested-step", "contested-l-offset", "day-fields-open", "range"}


def test_what_the_api_once_took_is_an_error():
    (row,) = (row for row in ROWS if row["kind"] == "accepted-by-api")
    assert {f.kind for f in cron.check(row["expr"], Service.RULE).errors} == {"empty"}


@pytest.mark.parametrize("row", [*rows("next", "prev"), *rows("next", "prev", contested=True)])
def test_times(row: dict[str, Any]):
    schedule = cron.parse(row["expr"], Service(row["service"]))
    if row["kind"] == "next":
        times = schedule.fires(datetime.fromisoformat(row["after"]))
    else:
        times = schedule.fires_back(datetime.fromisoformat(row["before"]))
    wanted = [at(time) for time in row["times"]]
    found: list[datetime | None] = list(islice(times, len(wanted)))
    assert found + [None] * (len(wanted) - len(found)) == wanted


@pytest.mark.parametrize("row", rows("between"))
def test_times_between(row: dict[str, Any]):
    schedule = cron.parse(row["expr"], Service.RULE)
    end = datetime.fromisoformat(row["end"])
    times = list(takewhile(lambda time: time <= end, schedule.fires(datetime.fromisoformat(row["start"]))))
    if row["exclude_ends"]:  # by the minute: both ends are minutes in which it fires
        times = [time for time in times if time < end.replace(second=0)]
    assert times == [at(time) for time in row["times"]]


@pytest.mark.parametrize("row", [*rows("expand"), *rows("expand", contested=True)])
def test_values(row: dict[str, Any]):
    wanted, fields = row["fields"], cron.parse(row["expr"], Service.RULE).fields
    assert fields is not None
    years = list(range(1970, 2200)) if wanted["years"] == "1970..2199" else wanted["years"]
    assert [list(fields.minutes), list(fields.hours), list(fields.months), list(fields.years)] == [
        *(wanted[name] for name in ("minutes", "hours", "months")),
        years,
    ]
    days = fields.days
    match wanted["daysOfMonth"]:
        case ["L", back]:
            assert days.from_end == (back,)
        case ["W", day]:
            assert days.nearest == (day,)
        case listed:
            assert [d for d in range(1, 32) if days.in_month >> d & 1] == (listed or list(range(1, 32)))
    match wanted["daysOfWeek"]:
        case ["L", weekday]:
            assert days.nth == ((weekday - 1, -1),)
        case listed:
            assert [d + 1 for d in range(7) if days.in_week >> d & 1] == (listed or list(range(1, 8)))


@pytest.mark.parametrize("row", rows("unix_to_aws"))
def test_conversion(row: dict[str, Any]):
    crontab = row["unix"]
    _, right = WRONG.get(crontab, ("", row["expr"]))
    if right is None:
        with pytest.raises(ExpressionError, match="day field"):
            cron.convert(cron.parse(crontab, Service.UNIX), Service.RULE)
    else:
        assert cron.convert(cron.parse(crontab, Service.UNIX), Service.RULE) == right


@pytest.mark.parametrize("row", rows("unix_to_aws", contested=True))
def test_conversion_never_leaves_both_day_fields_open(row: dict[str, Any]):
    """The converter writes `?` twice, which AWS refuses; one row has a year that came from an option besides."""
    ours = cron.convert(cron.parse(row["unix"], Service.UNIX), Service.RULE)
    assert ours.replace("*", "?") == row["expr"].replace("*", "?").replace("2024", "?")
    assert cron.check(ours, Service.RULE).warnings == ()
