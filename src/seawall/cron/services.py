"""The services that run by an expression, and all that they differ in: one frozen `Dialect` each.

Sources: the EventBridge user guide (cron and rate of rules), the EventBridge Scheduler user guide (schedule types),
crontab(5) of vixie cron, the documents of fugit, of Celery's `crontab` and of clockwork. Where a document is silent and
programs differ, the form is contested (`Take.WARN`): see docs/design/schedules.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

YEARS = range(1970, 2200)  # of AWS; for services without a year it is how far ahead they are calculated
LONGEST = 256  # characters; of AWS, and more than any crontab needs


class Service(StrEnum):
    """Who runs by the expression."""

    RULE = "rule"
    SCHEDULER = "scheduler"
    UNIX = "unix"
    FUGIT = "fugit"
    CELERY = "celery"
    CLOCKWORK = "clockwork"


class Take(StrEnum):
    """What a service makes of a form: it is taken, programs disagree on it, or it is refused."""

    PLAIN = "plain"
    WARN = "warn"
    REFUSE = "refuse"


class DayFields(StrEnum):
    """How day of month and weekday go together."""

    ONE = "one"  # exactly one of them is `?`
    EITHER = "either"  # a day that fits either; where one of them is open, the other
    BOTH = "both"  # a day that fits both


@dataclass(frozen=True, slots=True, eq=False)
class FieldRule:
    """One field: its range, its names, and the marks (`? L W LW # L-n -n`) that it knows.

    weekday_base: what stands for Sunday, None for fields that are no weekday. far: a mark that few documents know.
    """

    name: str
    low: int
    high: int
    names: Mapping[str, int]
    marks: frozenset[str] = frozenset()
    weekday_base: int | None = None
    wrap: Take = Take.WARN
    value_step: Take = Take.PLAIN
    step: Take = Take.PLAIN

    def value(self, number: int) -> int:
        """The number as it is calculated with: a weekday with 0 for Sunday, else itself."""
        return number if self.weekday_base is None else (number - self.weekday_base) % 7


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """What one service understands.

    says: it in words. fields: in their order. seconds: the field that may stand before the others. forms: of `cron rate
    at macro every words clockwork`. star_by_prefix: a day field that begins with `*` is open (vixie), else only a bare
    one. zoned: whether it has a time zone of its own.
    """

    service: Service
    says: str
    fields: tuple[FieldRule, ...]
    forms: frozenset[str]
    days: DayFields
    zoned: bool = True
    wrapped: bool = False  # in cron(...)
    star_by_prefix: bool = False
    seconds: FieldRule | None = None
    macros: Mapping[str, str] | None = None
    number_of_unit: Take = Take.REFUSE  # `rate(1 minutes)`, `rate(5 minute)`


def _named(words: Iterable[str], start: int) -> dict[str, int]:
    return {word.upper(): number for number, word in enumerate(words, start)}


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MON = _named((name[:3] for name in MONTHS), 1)
_SUN = [name[:3] for name in WEEKDAYS]

_MINUTE = FieldRule("minute", 0, 59, {})
_HOUR = FieldRule("hour", 0, 23, {})
_DAY = FieldRule("day of month", 1, 31, {}, frozenset({"?", "L", "W", "LW", "L-"}))
_MONTH = FieldRule("month", 1, 12, _MON)
# The AWS table of wildcards has no `/` for the weekday.
_WEEKDAY = FieldRule("weekday", 1, 7, _named(_SUN, 1), frozenset({"?", "L", "nL", "#", "L-"}), 1, step=Take.WARN)
_YEAR = FieldRule("year", YEARS[0], YEARS[-1], {}, wrap=Take.REFUSE)
_AWS = (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY, _YEAR)

_UNIX = tuple(
    replace(rule, wrap=Take.REFUSE, value_step=Take.WARN)
    for rule in (
        _MINUTE,
        _HOUR,
        replace(_DAY, marks=frozenset()),
        _MONTH,
        FieldRule("weekday", 0, 7, _named(_SUN, 0), weekday_base=0),
    )
)
_FUGIT = (
    *(replace(rule, wrap=Take.WARN) for rule in _UNIX[:2]),
    replace(_UNIX[2], wrap=Take.WARN, marks=frozenset({"L", "-n"})),
    replace(_UNIX[3], wrap=Take.WARN),
    replace(_UNIX[4], wrap=Take.WARN, names=_named(_SUN, 0) | _named(WEEKDAYS, 0), marks=frozenset({"#", "##"})),
)
_CELERY = tuple(
    replace(rule, wrap=Take.PLAIN, value_step=Take.REFUSE)
    for rule in (
        *_UNIX[:3],
        replace(_MONTH, names=_MON | _named(MONTHS, 1)),
        replace(_UNIX[4], high=6, names=_named(_SUN, 0) | _named(WEEKDAYS, 0)),
    )
)
_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

_RULE = Dialect(
    Service.RULE,
    "an EventBridge rule",
    _AWS,
    frozenset({"cron", "rate"}),
    DayFields.ONE,
    zoned=False,
    wrapped=True,
)
DIALECTS: Mapping[Service, Dialect] = {
    dialect.service: dialect
    for dialect in (
        _RULE,
        # Its guide lists the plural units only; the CloudFormation page of it lists both.
        replace(
            _RULE,
            service=Service.SCHEDULER,
            says="EventBridge Scheduler",
            forms=frozenset({"cron", "rate", "at"}),
            zoned=True,
            number_of_unit=Take.WARN,
        ),
        Dialect(
            Service.UNIX,
            "a crontab",
            _UNIX,
            frozenset({"cron", "macro"}),
            DayFields.EITHER,
            star_by_prefix=True,
            macros=_MACROS,
        ),
        Dialect(
            Service.FUGIT,
            "fugit",
            _FUGIT,
            frozenset({"cron", "macro", "every", "words"}),
            DayFields.EITHER,
            seconds=replace(_FUGIT[0], name="second"),
            macros=_MACROS | {"@noon": "0 12 * * *"},
        ),
        Dialect(Service.CELERY, "Celery", _CELERY, frozenset({"cron"}), DayFields.BOTH),
        Dialect(Service.CLOCKWORK, "clockwork", _UNIX, frozenset({"clockwork"}), DayFields.BOTH),
    )
}
