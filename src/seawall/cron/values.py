"""One value of a field: a number or a name, a step, a distance; and the faults that each can have."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches

from seawall.cron.faults import Fault
from seawall.cron.services import FieldRule

DIGITS = 9  # a longer number is out of every range, and is shown cut


@dataclass(slots=True)
class ValueReader:
    """Reads the values of one field and collects what is wrong with them; columns are those of the field's text."""

    rule: FieldRule
    errors: list[Fault] = field(default_factory=list[Fault])
    warnings: list[Fault] = field(default_factory=list[Fault])

    def wrong(self, kind: str, message: str, column: int, length: int, hint: str) -> None:
        """Adds an error."""
        self.errors.append(Fault(kind, message, column, length, hint))

    def doubt(self, kind: str, message: str, column: int, length: int, hint: str) -> None:
        """Adds a warning."""
        self.warnings.append(Fault(kind, message, column, length, hint))

    def value(self, text: str, at: int) -> int | None:
        """A number or a name as its number, not yet with 0 for Sunday. None, and an error, if it is neither."""
        rule = self.rule
        if not text:
            self.wrong("character", f"a {rule.name} is missing beside the -", max(1, at - 1), 1, self.allowed())
            return None
        strange = next(
            (place for place, char in enumerate(text) if not char.isalnum() and (place or char != "*")), None
        )
        if strange is not None or text[0] == "*":
            self._stray(text[strange or 0], at + (strange or 0))
            return None
        if text.upper() in rule.names:
            return rule.names[text.upper()]
        if text.isdigit():
            return self._number(text, at)
        digits = len(text) - len(text.lstrip("0123456789"))
        if digits:
            self._stray(text[digits], at + digits)
        else:
            self._unknown(text, at)
        return None

    def step(self, text: str, at: int) -> int | None:
        """The number after a `/`."""
        if not text:
            self.wrong("step", "there is no step after /", at - 1, 1, "Write a number after it, or remove the /.")
        elif not text.isdigit():
            bad = next(place for place, char in enumerate(text) if not char.isdigit())
            self.wrong("step", f"step {text[:20]!r} is no number", at + bad, 1, "Write a whole number from 1.")
        elif int(text) == 0:
            self.wrong("step", "step 0 never gets anywhere", at, len(text), "Write a whole number from 1.")
        else:
            return int(text)
        return None

    def distance(self, text: str, at: int, most: int) -> int | None:
        """The number after `L-` or `-`: days before the last one, from 0 to `most`."""
        if text.isdigit() and int(text) <= most:
            return int(text)
        if text.isdigit():
            said = f"{text[:DIGITS]} days before the last: {most} is the most"
            self.wrong("range", said, at, len(text), "Write a smaller number.")
        else:
            bad = next((place for place, char in enumerate(text) if not char.isdigit()), -1)
            self.wrong("character", "a number is missing after the -", at + bad, 1, f"Write 1 to {most} there.")
        return None

    def allowed(self) -> str:
        """The values of the field, as a hint."""
        rule = self.rule
        names = list(rule.names)
        words = f" or {names[0]} to {names[6 if rule.weekday_base is not None else 11]}" if names else ""
        sunday = f"; {rule.weekday_base} is Sunday" if rule.weekday_base is not None else ""
        return f"Write {rule.low} to {rule.high}{words}{sunday}."

    def _number(self, text: str, at: int) -> int | None:
        rule = self.rule
        number = int(text)
        if rule.low <= number <= rule.high:
            return number
        shown = text if len(text) <= DIGITS else f"{text[:DIGITS]}..."
        if rule.weekday_base == 1 and number == 0:
            said = "weekday 0: weekdays are 1 to 7 here, and 1 is Sunday"
            self.wrong("weekday-zero", said, at, len(text), "Write 1 or SUN for Sunday.")
        else:
            said = f"{rule.name} {shown} is out of range"
            self.wrong("range", said, at, len(text), self.allowed())
        return None

    def _stray(self, char: str, at: int) -> None:
        upper = char.upper()
        if upper in "LW#?":
            said = f"{upper} means nothing after a {self.rule.name} here"
        else:
            said = f"{char!r} does not belong in the {self.rule.name}"
        self.wrong("character", said, at, 1, self.allowed())

    def _unknown(self, name: str, at: int) -> None:
        if name.upper() in ("L", "W", "LW"):
            said = f"{name.upper()} means nothing alone in the {self.rule.name} here"
            self.wrong("character", said, at, len(name), self.allowed())
            return
        near = get_close_matches(name[:20].upper(), self.rule.names, 1)
        hint = f"Did you mean {near[0]}?" if near else self.allowed()
        self.wrong("name", f"{name[:20]!r} is no {self.rule.name}", at, len(name), hint)
