"""Python's schedules as values: numbers, timedeltas, crontabs of Celery and huey, the fields of APScheduler and arq."""

from __future__ import annotations

from collections.abc import Mapping

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.triggers import Timing
from seawall.calls.triggers import timing
from seawall.calls.triggers.expressions import DEEPEST, argument, last
from seawall.calls.triggers.python import Code, Module
from seawall.cron import Service

_UNITS = {
    "weeks": 604_800.0, "days": 86_400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0,
    "milliseconds": 0.001, "microseconds": 0.000_001,
}  # fmt: skip
_PLACES = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")  # of timedelta
_FIELDS: tuple[str, ...] = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
_OTHER = {"day": "day_of_month", "month": "month_of_year", "weekday": "day_of_week"}  # of huey, APScheduler and arq


def seconds(code: Code, expr: Expr | None, module: Module, depth: int = DEEPEST) -> float | None:
    """The seconds that an expression stands for; None where they are not known."""
    if depth == 0:
        return None
    match expr:
        case tree.Literal():
            number = expr.value
            return float(number) if isinstance(number, int | float) and not isinstance(number, bool) else None
        case tree.Operation():
            left, right = (seconds(code, side, module, depth - 1) for side in (expr.left, expr.right))
            return None if left is None or right is None else _worked(expr.op, left, right)
        case tree.Name() | tree.Member():
            known = code.value(expr, module)
            return seconds(code, known[0], known[1], depth - 1) if known else None
        case tree.Call() if last(expr) == "timedelta":
            return _delta(code, expr, module, depth - 1)
        case tree.Call() if last(expr) in ("schedule", "int", "float"):
            return seconds(code, argument(expr, 0, "run_every"), module, depth - 1)
        case tree.Call() if last(expr) == "total_seconds":
            return seconds(code, expr.receiver, module, depth - 1)
        case _:
            return None


def _worked(op: str, left: float, right: float) -> float | None:
    match op:
        case "*":
            return left * right
        case "+":
            return left + right
        case "-":
            return left - right
        case "/" | "//" if right:
            return left / right if op == "/" else left // right
        case _:
            return None


def _delta(code: Code, call: tree.Call, module: Module, depth: int) -> float | None:
    plain = [arg for arg in call.args if not arg.keyword]
    named = [(arg.keyword, arg.value) for arg in call.args if arg.keyword]
    if any(arg.spread for arg in call.args) or len(plain) > len(_PLACES):
        return None
    total = 0.0
    for unit, value in [*zip(_PLACES, (arg.value for arg in plain), strict=False), *named]:
        number = seconds(code, value, module, depth)
        if number is None or unit not in _UNITS:
            return None
        total += number * _UNITS[unit]
    return total


def timing_of(code: Code, expr: Expr | None, module: Module, zone: str = "") -> Timing | None:
    """The timing of a schedule of Celery or huey: seconds, a timedelta, `schedule(...)`, `crontab(...)`."""
    known = code.value(expr, module)
    if known is not None and isinstance(known[0], tree.Call) and last(known[0]) == "crontab":
        return crontab(code, known[0], known[1], zone)
    found = seconds(code, expr, module)
    return timing.every(found) if found is not None else None


def crontab(code: Code, call: tree.Call, module: Module, zone: str = "") -> Timing | None:
    """The timing of `crontab(minute=0, hour="*/3")`. The order of its places after the second differs by version."""
    plain = [arg for arg in call.args if not arg.keyword]
    if len(plain) > 2 or any(arg.spread for arg in call.args):
        return None
    given: dict[str, Expr] = dict(zip(_FIELDS, (arg.value for arg in plain), strict=False))
    given.update({_OTHER.get(arg.keyword, arg.keyword): arg.value for arg in call.args if arg.keyword})
    return _of_fields(code, given, module, dict.fromkeys(_FIELDS, "*"), zone)


def by_fields(code: Code, given: Mapping[str, Expr], module: Module, zone: str = "") -> Timing | None:
    """The timing of APScheduler's and arq's fields: what is smaller than the first that is given is its least value."""
    fields = {_OTHER.get(name, name): value for name, value in given.items()}
    wide = ["month_of_year", "day_of_month", "day_of_week", "hour", "minute"]
    first = next((place for place, name in enumerate(wide) if name in fields), len(wide))
    least = {"day_of_month": "1", "day_of_week": "*", "hour": "0", "minute": "0"}
    default = {name: "*" if place < first else least.get(name, "*") for place, name in enumerate(wide)}
    if "day_of_week" in fields and "day_of_month" not in fields:
        default["day_of_month"] = "*"
    return _of_fields(code, fields, module, default, zone)


def _of_fields(
    code: Code, given: Mapping[str, Expr], module: Module, default: Mapping[str, str], zone: str
) -> Timing | None:
    known = dict(default)
    for name, value in given.items():
        if name in _FIELDS:
            text = field(code, value, module)
            if text is None:
                return None
            known[name] = text
    return timing.expression(" ".join(known[name] for name in _FIELDS), Service.CELERY, zone)


def field(code: Code, expr: Expr, module: Module) -> str | None:
    """The text of one field: a number, a text, a collection of numbers."""
    if isinstance(expr, tree.Sequence):
        found = [field(code, item.value, module) for item in expr.items if isinstance(item, tree.Arg)]
        plain = [one for one in found if one is not None]
        return ",".join(plain) if plain and len(plain) == len(found) else None
    number = seconds(code, expr, module)
    if number is not None:
        return str(int(number))
    text = code.text(expr, module)
    return "".join(text.split()).lower() if text else None
