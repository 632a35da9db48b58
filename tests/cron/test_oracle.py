"""The engine and the oracle read every expression alike, and the oracle sees it where they do not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from seawall import cron
from seawall.errors import ExpressionError

from . import oracle
from .strategies import Case, Mutant, case, mutant

SAMPLE = 1_500
ALL = 100_000
LOOKED_AT = 300
MUTANTS = 3_000
ALL_MUTANTS = 50_000
NEXT, PREVIOUS = 3, 2
NINE_YEARS = timedelta(days=3_288)  # holds a 29 February wherever it begins, but for 2100
TO_THE_END = timedelta(days=84_000)  # 230 years: the last year that AWS knows is 2199
WHOLE_MINUTES = datetime(1972, 1, 8, tzinfo=UTC)  # from here on every zone's offset is one


@dataclass(frozen=True, slots=True)
class Answer:
    """Fires in UTC after and before the instant, nearest first; fewer than asked for: no more as far as was looked."""

    next: list[datetime]
    previous: list[datetime]


def horizons(asked: Case) -> tuple[timedelta, timedelta]:
    """How far is looked forwards and backwards; for one in twenty to the end of all years."""
    far = TO_THE_END if asked.seed % 20 == 0 else NINE_YEARS
    return far, min(far, asked.at - WHOLE_MINUTES)


def by_oracle(asked: Case, zone: tzinfo | None = None) -> Answer:
    reading = oracle.read(asked.text, asked.service, zone or ZoneInfo(asked.zone))
    ahead, back = horizons(asked)
    following = oracle.following(reading, asked.at, NEXT, ahead)
    return Answer(following, oracle.preceding(reading, asked.at, PREVIOUS, back))


@cache
def right(seed: int) -> Answer:
    return by_oracle(case(seed))


def zone_of(asked: Case) -> ZoneInfo | None:
    """A rule has none, not even UTC."""
    return None if asked.service == "rule" else ZoneInfo(asked.zone)


def by_engine(asked: Case) -> Answer:
    schedule = cron.parse(asked.text, cron.Service(asked.service), zone_of(asked))
    return Answer(
        walk(schedule.next, asked, NEXT),
        walk(schedule.previous, asked, PREVIOUS),
    )


def walk(step: Callable[[datetime], datetime | None], asked: Case, count: int) -> list[datetime]:
    """The fires from the instant on, each asked for from the last; each in the schedule's zone."""
    found: list[datetime] = []
    at: datetime | None = asked.at
    while len(found) < count and (at := step(at)):
        in_zone = at.astimezone(UTC).astimezone(ZoneInfo(asked.zone))
        assert (at.replace(tzinfo=None), at.utcoffset()) == (in_zone.replace(tzinfo=None), in_zone.utcoffset()), asked
        found.append(at.astimezone(UTC))
    return found


def difference(asked: Case, wanted: Answer, got: Answer) -> str:
    """In words, with all that is needed to see it again; empty where there is none."""
    ahead, back = horizons(asked)
    nexts = [t for t in got.next if t <= asked.at + ahead or len(wanted.next) == NEXT]
    previouses = [t for t in got.previous if t >= asked.at - back or len(wanted.previous) == PREVIOUS]
    if (nexts, previouses) == (wanted.next, wanted.previous):
        return ""
    said = (
        f"  {name}: the oracle says {', '.join(map(str, a)) or 'never'}; not {', '.join(map(str, b)) or 'never'}"
        for name, a, b in (("next", wanted.next, nexts), ("previous", wanted.previous, previouses))
        if a != b
    )
    return "\n".join((f"case({asked.seed}): {asked.text!r} {asked.service} {asked.zone} at {asked.at}", *said))


def differences(seeds: Iterable[int]) -> list[str]:
    """The first ten."""
    said = (difference(asked, by_oracle(asked), by_engine(asked)) for asked in map(case, seeds))
    return list(islice(filter(None, said), 10))


def test_engine_and_oracle_agree_on_a_sample():
    found = differences(range(SAMPLE))
    assert not found, "\n".join(found)


@pytest.mark.prove
def test_engine_and_oracle_agree_on_all():
    found = differences(range(SAMPLE, SAMPLE + ALL))
    assert not found, "\n".join(found)


def test_what_is_right_has_no_error():
    wrong: list[object] = []
    for asked in map(case, range(SAMPLE)):
        errors = cron.check(asked.text, cron.Service(asked.service), zone_of(asked)).errors
        wrong += [(asked, errors)] if errors else []
    assert not wrong[:10]


def test_what_is_converted_fires_as_before():
    """By the oracle alone: it reads the expression and what came of it. UTC, since a rule has no other zone."""
    told = 0
    for asked in map(case, range(LOOKED_AT)):
        asked = replace(asked, zone="UTC")
        schedule = cron.parse(asked.text, cron.Service(asked.service))
        for service in {"rule", "unix"} - {asked.service}:
            try:
                converted = replace(asked, service=service, text=cron.convert(schedule, cron.Service(service)))
            except ExpressionError:
                continue
            assert not difference(asked, by_oracle(asked), by_oracle(converted)), converted
            told += 1
    assert told > LOOKED_AT / 2


# --- an oracle that sees ----------------------------------------------------------------------------------------------


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The right answers are known before anything is made wrong."""
    for seed in range(LOOKED_AT):
        right(seed)
    return monkeypatch


def seen(change: Callable[[Case], Case | None], zone: Callable[[Case], tzinfo] | None = None) -> int:
    """In how many of the cases that a fault concerns it shows."""
    shown = 0
    for seed in range(LOOKED_AT):
        asked = case(seed)
        changed = change(asked)
        if changed:
            got = by_oracle(changed, zone(changed) if zone else None)
            shown += bool(difference(asked, right(seed), got))
    return shown


def crossing(asked: Case) -> Case | None:
    """A case between whose fires the zone's clocks change."""
    times = [asked.at, *right(asked.seed).next, *right(asked.seed).previous]
    return asked if len({t.astimezone(ZoneInfo(asked.zone)).utcoffset() for t in times}) > 1 else None


def test_weekdays_counted_from_0_are_seen(spoil: pytest.MonkeyPatch):
    spoil.setattr(oracle, "weekday", lambda d: d.isoweekday() % 7)
    assert seen(lambda asked: asked if asked.service in oracle.AWS else None) > 20


def test_a_fixed_offset_is_seen():
    """Arithmetic that takes the zone's offset at the beginning for that of every fire."""

    def fixed(asked: Case) -> tzinfo:
        return timezone(asked.at.astimezone(ZoneInfo(asked.zone)).utcoffset() or timedelta())

    assert seen(crossing, fixed) > 20


def test_what_runs_twice_in_autumn_is_seen(spoil: pytest.MonkeyPatch):
    once = oracle.fires
    spoil.setattr(oracle, "fires", lambda reading, wall: once(reading, wall.replace(fold=0)))
    assert seen(crossing) > 5


def test_a_time_that_does_not_exist_and_runs_later_is_seen(spoil: pytest.MonkeyPatch):
    """As many crons do: what falls into the gap runs when it is over."""
    once = oracle.fires

    def later(reading: oracle.Reading, wall: datetime) -> bool:
        zone = reading.zone
        jumped = wall.astimezone(UTC) - oracle.MINUTE
        missed = wall.replace(tzinfo=None) - jumped.astimezone(zone).replace(tzinfo=None)
        gone = (wall - n * oracle.MINUTE for n in range(1, min(int(missed / oracle.MINUTE), 180)))
        return once(reading, wall) or any(once(reading, w.replace(fold=0)) for w in gone)

    spoil.setattr(oracle, "fires", later)
    assert seen(crossing) > 5


def test_day_fields_that_either_may_fit_are_seen():
    """AWS with Unix's rule: `?` fits every day, so every day fires."""

    def either(asked: Case) -> Case | None:
        if not asked.text.startswith("cron("):
            return None
        fields = asked.text.split(" ")
        return replace(asked, text=" ".join([*fields[:2], "*", fields[3], "?", fields[5]]))

    assert seen(either) > 20


def test_day_fields_that_both_must_fit_are_seen():
    """vixie crontab with Celery's rule."""
    assert seen(lambda asked: replace(asked, service="celery") if both_days(asked) else None) > 5


def both_days(asked: Case) -> bool:
    """Whether both day fields of a crontab are restricted; Celery has no 7."""
    dates, days = asked.text.split(" ")[2::2] if asked.service == "unix" and " " in asked.text else ("*", "*")
    return "*" not in dates + days and "7" not in days


# --- an oracle that is right ------------------------------------------------------------------------------------------

BERLIN, HOWE, APIA, CAIRO = "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo"


@pytest.mark.parametrize(
    ("text", "service", "zone", "at", "wanted"),
    [
        # By the calendar of June 2026, which begins on a Monday and has 30 days.
        ("cron(0 9 ? * 2#1 *)", "rule", "UTC", "2026-05-31T00:00Z", ["2026-06-01T09:00Z", "2026-07-06T09:00Z"]),
        ("cron(0 9 ? * 1 *)", "rule", "UTC", "2026-06-01T00:00Z", ["2026-06-07T09:00Z"]),
        ("cron(0 9 ? * L *)", "rule", "UTC", "2026-06-01T00:00Z", ["2026-06-06T09:00Z", "2026-06-13T09:00Z"]),
        ("cron(0 9 ? * FRIL *)", "rule", "UTC", "2026-06-01T00:00Z", ["2026-06-26T09:00Z"]),
        ("cron(0 9 ? * SAT-SUN *)", "rule", "UTC", "2026-06-01T00:00Z", ["2026-06-06T09:00Z", "2026-06-07T09:00Z"]),
        ("cron(0 9 LW * ? *)", "rule", "UTC", "2026-05-01T00:00Z", ["2026-05-29T09:00Z", "2026-06-30T09:00Z"]),
        ("cron(0 9 6W * ? *)", "rule", "UTC", "2026-06-01T00:00Z", ["2026-06-05T09:00Z"]),
        ("cron(0 9 7W * ? *)", "rule", "UTC", "2026-06-01T00:00Z", ["2026-06-08T09:00Z"]),
        ("cron(0 9 1W * ? *)", "rule", "UTC", "2026-07-31T00:00Z", ["2026-08-03T09:00Z"]),  # 1 August: a Saturday
        ("cron(0 9 31W * ? *)", "rule", "UTC", "2026-05-30T00:00Z", ["2026-07-31T09:00Z"]),  # 31 May: a Sunday
        ("cron(0 9 L-1 2 ? *)", "rule", "UTC", "2027-03-01T00:00Z", ["2028-02-28T09:00Z"]),
        ("cron(0 22-2/2 1 6 ? 2026)", "rule", "UTC", "2026-01-01T00:00Z", [f"2026-06-01T{h}:00Z" for h in (0, 2, 22)]),
        ("cron(0 0 29 2 ? *)", "rule", "UTC", "2096-03-01T00:00Z", ["2104-02-29T00:00Z"]),  # 2100 has none
        ("0 0 13 * 5", "unix", "UTC", "2026-06-06T00:00Z", ["2026-06-12T00:00Z", "2026-06-13T00:00Z"]),
        ("0 0 */2 * 5", "unix", "UTC", "2026-06-01T00:00Z", ["2026-06-05T00:00Z", "2026-06-19T00:00Z"]),
        ("0 0 13 * 5", "celery", "UTC", "2026-06-06T00:00Z", ["2026-11-13T00:00Z"]),
        ("0 0 * * 5-7", "unix", "UTC", "2026-06-06T00:00Z", ["2026-06-07T00:00Z", "2026-06-12T00:00Z"]),
        ("rate(5 minutes)", "rule", "UTC", "2026-06-01T00:00:30Z", ["2026-06-01T00:05:30Z"]),
        # Berlin goes from 02:00 to 03:00 on 28 March 2027, and from 03:00 back to 02:00 on 25 October 2026.
        ("cron(30 2 * * ? *)", "scheduler", BERLIN, "2027-03-27T12:00Z", ["2027-03-29T00:30Z"]),
        ("cron(30 2 * * ? *)", "scheduler", BERLIN, "2026-10-24T12:00Z", ["2026-10-25T00:30Z", "2026-10-26T01:30Z"]),
        # Lord Howe goes by half an hour, from 02:00 back to 01:30 on 5 April 2026.
        ("cron(45 1 * * ? *)", "scheduler", HOWE, "2026-04-04T12:00Z", ["2026-04-04T14:45Z", "2026-04-05T15:15Z"]),
        # Apia went from the end of 29 December 2011 (UTC-10) to the beginning of the 31st (UTC+14).
        ("cron(0 12 * * ? *)", "scheduler", APIA, "2011-12-29T22:00Z", ["2011-12-30T22:00Z"]),
        ("cron(0 12 30 12 ? *)", "scheduler", APIA, "2011-01-01T00:00Z", ["2012-12-29T22:00Z"]),
        # Cairo went from 00:00 to 01:00 on 24 April 2026: that day had no midnight.
        ("@daily", "unix", CAIRO, "2026-04-23T12:00Z", ["2026-04-24T21:00Z"]),
    ],
)
def test_the_oracle_knows_the_calendar(text: str, service: str, zone: str, at: str, wanted: list[str]):
    times = [datetime.fromisoformat(t.replace("T0:", "T00:").replace("T2:", "T02:")) for t in wanted]
    reading = oracle.read(text, service, ZoneInfo(zone))
    assert oracle.following(reading, datetime.fromisoformat(at), len(times), NINE_YEARS) == times
    if reading.every is None:
        end = times[-1] + oracle.MINUTE
        assert oracle.preceding(reading, end, len(times), NINE_YEARS) == times[::-1]


def test_the_oracle_agrees_with_the_open_vectors():
    lines = Path(__file__).with_name("vectors.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["kind"] in {"next", "prev"}]
    for row in rows:
        reading, times = oracle.read(row["expr"], row["service"]), row["times"]
        if row["kind"] == "next":
            got = oracle.following(reading, datetime.fromisoformat(row["after"]), len(times), NINE_YEARS)
        else:
            got = oracle.preceding(reading, datetime.fromisoformat(row["before"]), len(times), NINE_YEARS)
        assert got == [datetime.fromisoformat(t) for t in times if t], row
    assert rows


# --- columns ----------------------------------------------------------------------------------------------------------


def misplaced(spoilt: Mutant) -> str:
    """What is wrong with the engine's first error; empty where nothing is."""
    with pytest.raises(oracle.Wrong):
        oracle.read(spoilt.text, spoilt.service)
    errors = cron.check(spoilt.text, cron.Service(spoilt.service)).errors
    if not errors:
        return f"{spoilt}: accepted"
    column = errors[0].column
    if column is None or not spoilt.first <= column <= spoilt.last:
        return f"{spoilt}: column {column}, {errors[0].message}"
    return ""


def test_the_first_error_stands_where_the_fault_is():
    found = list(islice(filter(None, map(misplaced, map(mutant, range(MUTANTS)))), 10))
    assert not found, "\n".join(found)


@pytest.mark.prove
def test_the_first_error_stands_where_the_fault_is_in_all():
    found = list(islice(filter(None, map(misplaced, map(mutant, range(MUTANTS, MUTANTS + ALL_MUTANTS)))), 10))
    assert not found, "\n".join(found)
