"""Random expressions by seed: right ones with a zone and an instant, and right ones with one thing made wrong.

What is right but read in more than one way (a step in the day of week, `L` or `W` in a list, crontab's `5/10`) is not
made: the oracle has no more authority there than the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from .oracle import AWS, DAYS, MINUTE, MONTHS, NICKNAMES

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",  # its winter is the daylight time, so the sign is the other way round
    "America/New_York",
    "America/Sao_Paulo",  # changed at midnight until 2019
    "Africa/Casablanca",  # changes with Ramadan until 2087
    "Africa/Cairo",  # changes at midnight, in autumn from midnight to 23:00
    "Antarctica/Troll",  # by two hours
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # had no 2011-12-30
    "Pacific/Chatham",
)
YEARS = (1999, 2000, 2011, 2018, 2024, 2026, 2027, 2028, 2037, 2038, 2086, 2099, 2100, 2150)
SERVICES = ("rule", "scheduler", "scheduler", "unix", "unix", "fugit", "celery")


@dataclass(frozen=True, slots=True)
class Case:
    """An expression and where and when it is asked; `case(seed)` makes it again."""

    seed: int
    text: str
    service: str
    zone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mutant:
    """An expression that is wrong in one place: from column `first` to column `last`, counted from 1.

    What is missing is missing behind the end: there `last` is one more.
    """

    seed: int
    text: str
    service: str
    first: int
    last: int
    wrong: str


@dataclass(frozen=True, slots=True)
class Field:
    """What is known of a field for making one."""

    low: int
    high: int
    names: tuple[str, ...] = ()
    wraps: bool = True
    opens: bool = True


@cache
def changes(zone: str, year: int) -> tuple[datetime, ...]:
    """The instants of a year at which the zone's offset changes."""
    info = ZoneInfo(zone)
    found: list[datetime] = []
    for n in range(366):
        day = datetime(year, 1, 1, tzinfo=UTC) + timedelta(n)
        offsets = [(day + m * MINUTE).astimezone(info).utcoffset() for m in (0, 1440)]
        if offsets[0] != offsets[1]:
            steps = [day + m * MINUTE for m in range(1441)]
            found += [t for t in steps if t.astimezone(info).utcoffset() == offsets[1]][:1]
    return tuple(found)


def case(seed: int) -> Case:
    random = Random(seed)
    service = random.choice(SERVICES)
    zone = "UTC" if service == "rule" else random.choice(ZONES)
    near, year = None, random.choice(YEARS)
    with_changes = [change for y in YEARS for change in changes(zone, y)]
    if with_changes and random.random() < 0.7:
        near = random.choice(with_changes)
    at = moment(random, near, year)
    return Case(seed, expression(random, service, zone, at, near), service, zone, at)


def moment(random: Random, near: datetime | None, year: int) -> datetime:
    """An instant within two days of a change of the clocks, about a 29 February, or anywhere in the year."""
    if near:
        at = near + random.choice((90, 90, 1440, 2880)) * random.uniform(-1, 1) * MINUTE
        return at.replace(second=random.choice((0, 0, 1, 30, 59)), microsecond=0)
    first, days = (
        (datetime(year, 2, 27, tzinfo=UTC), 4) if random.random() < 0.3 else (datetime(year, 1, 1, tzinfo=UTC), 365)
    )
    return first + timedelta(minutes=random.randrange(days * 1440), seconds=random.choice((0, 0, 1, 30, 59)))


def expression(random: Random, service: str, zone: str, at: datetime, near: datetime | None) -> str:
    """`near` is the change of the clocks about which it may fire."""
    if service not in AWS:
        return unix(random, service, zone, near)
    chance = random.random()
    if chance < 0.04:
        number, unit = random.choice((1, 1, 2, 5, 90)), random.choice(("minute", "hour", "day"))
        return f"rate({number} {unit}{'s' * (number > 1)})"
    if chance < 0.08 and service == "scheduler":
        return f"at({at_wall(random, zone, at):%Y-%m-%dT%H:%M:%S})"
    return f"cron({' '.join(aws_fields(random, zone, at, near))})"


def at_wall(random: Random, zone: str, at: datetime) -> datetime:
    """A time that the zone's clocks show, within a week."""
    wall = (at + random.randint(-10_000, 10_000) * MINUTE).astimezone(ZoneInfo(zone))
    return wall.replace(second=0)


# --- right ------------------------------------------------------------------------------------------------------------


def aws_fields(random: Random, zone: str, at: datetime, near: datetime | None) -> list[str]:
    minute, hour = clock(random, zone, near, Field(0, 59), Field(0, 23))
    daily = near is not None and random.random() < 0.5
    dates, days = "?", "?"
    if random.random() < 0.5:
        dates = "*" if daily else aws_date(random)
    else:
        days = "*" if daily else aws_day(random)
    months = "*" if daily or random.random() < 0.6 else numbers(random, Field(1, 12, MONTHS), few=True)
    if random.random() < 0.01:
        dates, days, months = random.choice(("30", "31", "30-31")), "?", random.choice(("2", "FEB"))
    return [minute, hour, dates, months, days, year(random, at.year)]


def clock(random: Random, zone: str, near: datetime | None, minutes: Field, hours: Field) -> tuple[str, str]:
    """Minutes and hours; most of them about the time of the clocks' change, where one is near."""
    if near and random.random() < 0.8:
        # What the clocks showed before it goes on: the wall that is left out, or that comes twice.
        before = (near - MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        wall = before + random.randint(-130, 70) * MINUTE
        hour = random.choice((str(wall.hour), "*", f"{wall.hour},{(wall.hour + 1) % 24}", "*/2", "0-4"))
        return random.choice((str(wall.minute), "0", "30", "*/15", numbers(random, minutes))), hour
    minute = "*" if random.random() < 0.05 else numbers(random, minutes, few=random.random() < 0.6)
    return minute, "*" if random.random() < 0.1 else numbers(random, hours, few=random.random() < 0.5)


def aws_date(random: Random) -> str:
    return random.choice(
        (
            "*",
            "L",
            "LW",
            f"L-{random.randint(1, 30)}",
            f"{random.randint(1, 31)}W",
            numbers(random, Field(1, 31)),
            numbers(random, Field(1, 31)),
        )
    )


def aws_day(random: Random) -> str:
    week = Field(1, 7, DAYS)
    return random.choice(
        (
            "*",
            "L",
            one(random, week) + "L",
            f"{one(random, week)}#{random.randint(1, 5)}",
            plain(random, week),
            plain(random, week),
            plain(random, week),
        )
    )


def year(random: Random, now: int) -> str:
    """Mostly years about now; some that are over and some far away."""
    first = min(max(now + random.choice((-40, -3, -1, 0, 0, 0, 1, 1, 2, 40)), 1970), 2199)
    last = min(first + random.randint(0, 5), 2199)
    forms = (str(first), f"{first}-{last}", f"{last},{first}", f"{first}/{random.randint(1, 4)}")
    return "*" if random.random() < 0.6 else random.choice((*forms, f"*/{random.randint(1, 4)}", f"{first}-2199/3"))


def unix(random: Random, service: str, zone: str, near: datetime | None) -> str:
    if service == "unix" and random.random() < 0.04:
        return random.choice(sorted(NICKNAMES))
    wraps, names = service != "unix", () if service == "celery" else MONTHS
    minute, hour = clock(random, zone, near, Field(0, 59, (), wraps, False), Field(0, 23, (), wraps, False))
    daily = near is not None and random.random() < 0.5
    dates = "*" if daily else random.choice(("*", numbers(random, Field(1, 31, (), wraps, False))))
    months = "*" if daily or random.random() < 0.6 else numbers(random, Field(1, 12, names, wraps, False), few=True)
    week = Field(0, 6 if service == "celery" else 7, DAYS, wraps, False)
    # Of a week that has both a 0 and a 7, over whose end a step went would be anybody's guess.
    stepped = Field(week.low, week.high, week.names, service == "celery", False)
    days = "*" if daily else random.choice(("*", numbers(random, stepped), plain(random, week)))
    if service == "fugit" and dates.startswith("*") and dates != "*":
        days = "*"  # whether fugit takes either of */2 and 1 is not in the facts
    if service == "fugit" and days.startswith("*") and days != "*":
        dates = "*"
    return " ".join((minute, hour, dates, months, days))


def one(random: Random, field: Field) -> str:
    """One number, or its name in any case, or with a zero before it."""
    number = random.randint(field.low, field.high)
    if field.names and random.random() < 0.5:
        return random.choice((str, str.lower, str.title))(field.names[(number - field.low) % len(field.names)])
    return f"{number:02}" if random.random() < 0.05 else str(number)


def span(random: Random, field: Field) -> str:
    """A range; one in four goes over the end where that may be."""
    low, high = sorted((random.randint(field.low, field.high), random.randint(field.low, field.high)))
    if field.wraps and random.random() < 0.25 and low != high:
        low, high = high, low
    if field.names and random.random() < 0.3 and max(low, high) < field.low + len(field.names):
        return f"{field.names[low - field.low]}-{field.names[high - field.low]}"
    return f"{low}-{high}"


def plain(random: Random, field: Field) -> str:
    """Without a step: a number, a range, or a list of them."""
    parts = [random.choice((one, one, span))(random, field) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    return ",".join(parts)


def numbers(random: Random, field: Field, few: bool = False) -> str:
    """All forms; `few` mostly a number or two."""
    if few and random.random() < 0.7:
        return ",".join(one(random, field) for _ in range(random.choice((1, 1, 2))))
    step = random.choice((1, 2, 3, 5, 7, 10, 15, 29))
    forms = [plain(random, field), f"*/{step}", f"{span(random, field)}/{step}"]
    if field.opens:
        forms.append(f"{one(random, field)}/{step}")
        forms.append(f"{span(random, field)}/{step},{one(random, field)}")
    return random.choice(forms)


# --- wrong ------------------------------------------------------------------------------------------------------------

JUNK = ("5x", "1--3", "-5", "1/2/3", "*/", "/5", "x", "1-", "*/0", "1-3/0", "%", "+5", "1.5", "*/-2", "5-*")
MISSPELT = ("JAM", "MOO", "FRYDAY", "FREE", "MO", "DEZ", "TUES")
DATE_JUNK = ("32W", "0W", "W", "3L", "WL", "L3", "3#1")
DAY_JUNK = ("2#6", "2#0", "0#1", "8#1", "0L", "8L", "2W", "#1", "2#", "2#1,3#2")
BOTH = (("?", "?"), ("*", "*"), ("1", "2"), ("*", "MON"), ("L", "1L"))
LIMITS = {
    "rule": ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199)),
    "scheduler": ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199)),
    "unix": ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7)),
}


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Fields of which one holds what is wrong, from `offset` in it on; `index` None where it is all of them."""

    fields: list[str]
    index: int | None
    wrong: str
    offset: int = 0


def mutant(seed: int) -> Mutant:
    """A right expression with one thing made wrong. Each is wrong by the facts, not by anybody's taste."""
    random = Random(seed)
    service = random.choice(("rule", "scheduler", "unix"))
    if service in AWS and random.random() < 0.3:
        return spoilt_rest(random, seed, service)
    spoil = random.choice((out_of_range, out_of_range, junk, junk, misspelt, count, empty_part, day_fields, both))
    at = datetime(2026, 6, 1, tzinfo=UTC)
    if service == "unix":
        head, fields, tail = "", unix(random, service, "UTC", None).split(" "), ""
        fields = fields if len(fields) == 5 else ["*"] * 5
    else:
        head, fields, tail = "cron(", aws_fields(random, "UTC", at, None), ")"
    spoilt = spoil(random, service, fields)
    text = head + " ".join(spoilt.fields) + tail
    if spoilt.index is None:
        return Mutant(seed, text, service, len(head) + 1, len(text) + 1, spoilt.wrong)
    before = len(head) + sum(len(f) + 1 for f in spoilt.fields[: spoilt.index]) + spoilt.offset
    return Mutant(seed, text, service, before + 1, before + len(spoilt.wrong), spoilt.wrong)


def put(fields: list[str], index: int, wrong: str, before: str = "", after: str = "") -> Spoilt:
    """What is wrong in place of a field, with what is right about it."""
    return Spoilt([*fields[:index], before + wrong + after, *fields[index + 1 :]], index, wrong, len(before))


def spoilable(random: Random, fields: list[str]) -> int:
    """A field that is no `?`."""
    return random.choice([n for n, field in enumerate(fields) if field != "?"])


def out_of_range(random: Random, service: str, fields: list[str]) -> Spoilt:
    """A number that is too large or too small; alone, in a list, or at the end of a range."""
    index = spoilable(random, fields)
    low, high = LIMITS[service][index]
    small = [low - 1] if low else []
    wrong = str(random.choice((*small, high + 1, high + random.randint(1, 40), high + 1000)))
    before, after = random.choice((("", ""), (f"{low},", ""), ("", f",{high}"), (f"{low}-", ""), ("", f",{low}")))
    return put(fields, index, wrong, before, after)


def junk(random: Random, _service: str, fields: list[str]) -> Spoilt:
    return put(fields, spoilable(random, fields), random.choice(JUNK))


def misspelt(random: Random, _service: str, fields: list[str]) -> Spoilt:
    index = random.choice([n for n in (3, 4) if fields[n] != "?"])
    before, after = random.choice((("", ""), ("2,", ""), ("1-", ""), ("", ",3")))
    return put(fields, index, random.choice(MISSPELT), before, after)


def count(random: Random, _service: str, fields: list[str]) -> Spoilt:
    """A field too few or too many; which one cannot be seen."""
    if random.random() < 0.5:
        index = random.randrange(len(fields))
        return Spoilt(fields[:index] + fields[index + 1 :], None, "a field too few")
    return Spoilt([*fields, "*"], None, "a field too many")


def empty_part(random: Random, service: str, fields: list[str]) -> Spoilt:
    index = spoilable(random, fields)
    low, high = LIMITS[service][index]
    return put(fields, index, random.choice((f"{low},", f",{low}", f"{low},,{high}")))


def day_fields(random: Random, service: str, fields: list[str]) -> Spoilt:
    """What may not stand in a day field; for Unix, what AWS has and crontab has not."""
    if service == "unix":
        return put(fields, random.choice((2, 4)), random.choice(("L", "LW", "3W", "L-3", "2#1")))
    if random.random() < 0.5:
        return put([*fields[:4], "?", fields[5]], 2, random.choice(DATE_JUNK))
    return put([*fields[:2], "?", *fields[3:]], 4, random.choice(DAY_JUNK))


def both(random: Random, service: str, fields: list[str]) -> Spoilt:
    """AWS wants one `?` in the day fields, which is nowhere else; crontab has none."""
    if service == "unix" or random.random() < 0.3:
        return put(fields, random.choice((0, 1, 3)), "?")
    dates, days = random.choice(BOTH)
    return Spoilt([*fields[:2], dates, fields[3], days, fields[5]], 2, f"{dates} {fields[3]} {days}")


def spoilt_rest(random: Random, seed: int, service: str) -> Mutant:
    """What is wrong in rate and at, and in the word before the parenthesis."""
    day = f"20{random.randint(24, 60)}-0{random.randint(1, 9)}-1{random.randint(0, 9)}"
    kinds = [
        ("rate(", ("0", "-1", "1.5", "five", "x"), " minutes)"),
        ("rate(5 ", ("Minutes", "HOURS", "seconds", "weeks", "minuets", "years"), ")"),
        ("", ("crno", "CRON", "rat", "every"), "(0 0 * * ? *)"),
        ("", ("rate( 5 minutes)", "rate(5 minutes )", "rate()", "cron()", " rate(5 minutes)", "rate(5)"), ""),
        ("", ("rate(5 minutes", "cron(0 0 * * ? *", "rate(5 minutes 3)", "cron", "", "0 0 * * *", "@daily"), ""),
    ]
    if service == "rule":  # Scheduler's own pages disagree on the plural
        kinds.append(("rate(", ("5 minute", "1 minutes", "1 hours", "2 day", "1 days", "60 minute"), ")"))
    if service == "scheduler":
        kinds += [
            (f"at({day}T10:00:00", ("Z", "+00:00", ".5", "X"), ")"),
            (f"at({day}T", ("24:00:00", "10:60:00", "10:00:60", "1:00:00"), ")"),
            ("at(", ("2026-13-01", "2026-02-30", "2026-00-10", "26-01-01", "2026/01/01"), "T10:00:00)"),
            (f"at({day}", (" ", "t", "_"), "10:00:00)"),
            ("", (f"at({day})", f"at({day}T)", f"at({day}T10:00)", "at()"), ""),
        ]
    head, words, tail = random.choice(kinds)
    wrong = random.choice(words)
    first, last = len(head) + 1, len(head) + len(wrong)
    return Mutant(seed, head + wrong + tail, service, first, last if tail else last + 1, wrong)
