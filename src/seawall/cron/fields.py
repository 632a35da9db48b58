"""One field of an expression: from its text to the values that it names, with the place of each fault.

    field = term {"," term}
    term  = "?" | "*" ["/" step] | value ["-" value] ["/" step]
          | "L" | "LW" | "L-" n | value "W"         day of month
          | "L" | "L-" n | value "L" | value "#" n  weekday
          | "L" | "-" n                             day of month of fugit

What a service knows of it is in its `FieldRule`. Columns here count from 1 in the field's own text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from seawall.cron.faults import Fault
from seawall.cron.services import FieldRule, Take
from seawall.cron.values import DIGITS, ValueReader


@dataclass(frozen=True, slots=True)
class Field:
    """What one field names. A mark of a service (`L`, `W`, `#`) is kept apart from the plain values.

    values: ascending, weekdays with 0 for Sunday. open: `?`. star: a bare `*`, or `*/1`. singles: value, column and
    length of each term that is one number. errors: the first one alone, others may follow from it. The rest as in
    `Days`.
    """

    text: str
    values: tuple[int, ...]
    open: bool
    star: bool
    from_end: tuple[int, ...]
    nearest: tuple[int, ...]
    last_weekday: bool
    nth: tuple[tuple[int, int], ...]
    singles: tuple[tuple[int, int, int], ...]
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A field and where it stands: how many characters are before it in the expression."""

    field: Field
    place: int

    @property
    def column(self) -> int:
        """Of its first character, from 1."""
        return self.place + 1

    @property
    def length(self) -> int:
        """In characters."""
        return len(self.field.text)


@lru_cache(maxsize=8192)  # most fields of most schedules are `*`, `?`, `0`: 10,000 expressions are checked in a second
def read_field(text: str, rule: FieldRule) -> Field:
    """Reads the text of one field, which holds printable ASCII and no blank. Its faults are in the answer."""
    terms = _Terms(rule, ValueReader(rule))
    at, hashes = 1, 0
    words = text.split(",")
    alone = sum(map(bool, words)) == 1
    for number, word in enumerate(words):
        if word:
            terms.read(word, at, alone=alone)
            hashes += "#" in word
            if number and hashes and "##" not in rule.marks and "#" in rule.marks:
                said = "only one weekday with # is allowed, and nothing beside it"
                terms.reader.wrong("two-hashes", said, at, len(word), "Write a schedule for each.")
        else:
            comma = at - 1 if number == len(words) - 1 else at
            terms.reader.wrong("empty", "there is nothing beside this comma", comma, 1, "Remove the comma.")
        at += len(word) + 1
    return terms.field(text)


@dataclass(slots=True)
class _Terms:
    """The terms of one field, as far as they have been read."""

    rule: FieldRule
    reader: ValueReader
    values: set[int] = field(default_factory=set[int])
    is_open: bool = False
    star: bool = False
    from_end: list[int] = field(default_factory=list[int])
    nearest: list[int] = field(default_factory=list[int])
    last_weekday: bool = False
    nth: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    singles: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])

    def field(self, text: str) -> Field:
        return Field(
            text,
            tuple(sorted(self.values)),
            self.is_open,
            self.star,
            tuple(self.from_end),
            tuple(self.nearest),
            self.last_weekday,
            tuple(self.nth),
            tuple(self.singles),
            tuple(self.reader.errors[:1]),
            tuple(self.reader.warnings),
        )

    def read(self, text: str, at: int, *, alone: bool) -> None:
        """One term, which stands at this column."""
        if text == "?" and "?" in self.rule.marks:
            self.is_open = True
            if not alone:
                said = "? stands alone in its field"
                self.reader.wrong("question", said, at, 1, "Remove it, or the other values.")
            return
        weekday = self.rule.weekday_base is not None
        if self._weekday_mark(text, at) if weekday else self._day_mark(text, at):
            if not alone and "#" not in text and "?" in self.rule.marks:
                said = f"{text}: L and W beside other days are not in the documents; here all of them count"
                self.reader.doubt("contested-list", said, at, len(text), "Write a schedule for each.")
            return
        self._span(text, at)

    # ---- values, ranges and steps ----------------------------------------------------------------------------------

    def _span(self, text: str, at: int) -> None:
        rule, reader = self.rule, self.reader
        head, slash, tail = text.partition("/")
        first, hyphen, last = head.partition("-")
        start = rule.low if head == "*" else reader.value(first, at)
        end = rule.high if head == "*" or not hyphen else reader.value(last, at + len(first) + 1)
        step = reader.step(tail, at + len(head) + 1) if slash else 1
        if start is None or end is None or step is None:
            return
        if head != "*" and not hyphen and not slash:
            self.values.add(rule.value(start))
            self.singles.append((rule.value(start), at, len(head)))
            return
        if head != "*" and not hyphen:
            self._judge_start(head, tail, at)
        self.star = self.star or (head == "*" and step == 1)
        self.values.update(self._range(start, end, step, text, at))
        if slash:
            self._judge_step(tail, step, at + len(head) + 1)

    def _range(self, start: int, end: int, step: int, text: str, at: int) -> Sequence[int]:
        rule = self.rule
        high = 6 if rule.weekday_base == 0 else rule.high  # 7 is Sunday again
        if start <= end:
            # `*` and `n/step` of a week end on Saturday; a range may name the 7.
            span: Sequence[int] = range(start, (end if "-" in text else max(start, high)) + 1)
        else:
            if rule.wrap is Take.REFUSE:
                said = f"{text}: the range ends before it begins"
                self.reader.wrong("range-order", said, at, len(text), "Write the lower value first, or two ranges.")
            elif rule.wrap is Take.WARN:
                said = f"{text}: a range that wraps; some programs refuse it, here it goes on from {rule.low}"
                self.reader.doubt("contested-wrap", said, at, len(text), "Write two ranges, or a list.")
            span = [*range(start, high + 1), *range(rule.low, end + 1)]
        return [rule.value(value) for value in span[::step]]

    def _judge_start(self, head: str, tail: str, at: int) -> None:
        """`5/15`: from 5 on, in AWS; elsewhere programs differ."""
        text, better = f"{head}/{tail}", f"{head}-{self.rule.high}/{tail}"
        if self.rule.value_step is Take.REFUSE:
            said = f"{text}: a step wants * or a range before it here"
            self.reader.wrong("step", said, at, len(text), f"Write {better}.")
        elif self.rule.value_step is Take.WARN:
            said = f"{text}: some programs read {head} alone; here it is {better}"
            self.reader.doubt("contested-step", said, at, len(text), f"Write {better}.")

    def _judge_step(self, text: str, step: int, at: int) -> None:
        name = self.rule.name
        if step > self.rule.high - self.rule.low:
            said = f"step {text[:DIGITS]} is larger than the {name}'s range, so that only its first value counts"
            hint = "Write the value alone: some programs refuse such a step."
            self.reader.doubt("contested-step", said, at, len(text), hint)
        elif self.rule.step is Take.WARN:
            said = f"a step in the {name} is not in the documents"
            self.reader.doubt("contested-weekday-step", said, at - 1, len(text) + 1, "List the days.")

    # ---- L, W and # ------------------------------------------------------------------------------------------------
    # Each tells whether the term is one with a mark that the service knows; then it has been read, or refused.

    def _weekday_mark(self, text: str, at: int) -> bool:
        rule, marks, upper = self.rule, self.rule.marks, text.upper()
        head, hash_mark, which = text.partition("#")
        if hash_mark and "#" in marks:
            self._nth(head, which, at)
        elif upper == "L" and "L" in marks:
            self.values.add(6)
        elif upper.startswith("L-") and "L-" in marks:
            back = self.reader.distance(text[2:], at + 2, 6)
            if back is not None:
                self.values.add(6 - back)
                said = f"{text}: read as {back} days before Saturday; some programs read the last weekday {back}"
                self.reader.doubt("contested-l-offset", said, at, len(text), "Name the weekday.")
        elif upper.endswith("L") and "nL" in marks and upper not in rule.names:
            day = self.reader.value(text[:-1], at)
            if day is not None:
                self.nth.append((rule.value(day), -1))
        else:
            return False
        return True

    def _nth(self, head: str, which: str, at: int) -> None:
        day = self.reader.value(head, at)
        backwards = "##" in self.rule.marks
        last = backwards and which.upper() in ("L", "LAST")
        if last or re.fullmatch(r"-?[1-5]" if backwards else "[1-5]", which):
            if day is not None:
                self.nth.append((self.rule.value(day), -1 if last else int(which)))
        elif day is not None:
            place = at + len(head) + 1
            said = f"#{which[:DIGITS]}: a weekday comes one to five times in a month"
            self.reader.wrong("nth", said, place - (not which), max(1, len(which)), "Write 1 to 5 after the #.")

    def _day_mark(self, text: str, at: int) -> bool:
        marks, upper, reader = self.rule.marks, text.upper(), self.reader
        if (upper == "L" and "L" in marks) or (upper == "LAST" and "-n" in marks):
            self.from_end.append(0)
        elif upper == "LW" and "LW" in marks:
            self.last_weekday = True
            said = "LW is not in the documents; read as the last Monday to Friday of the month"
            reader.doubt("contested-lw", said, at, 2, "Write L for the last day, or test the date in the job.")
        elif upper.startswith("L-") and "L-" in marks:
            back = reader.distance(text[2:], at + 2, 30)
            if back is not None:
                self.from_end.append(back)
                said = f"{text}: some programs refuse it; read as {back} days before the last of the month"
                reader.doubt("contested-l-offset", said, at, len(text), "Write L or a number, if that will do.")
        elif upper.startswith("-") and "-n" in marks:
            back = reader.distance(text[1:], at + 1, 31)
            if back == 0:
                reader.wrong("range", "there is no day -0", at, len(text), "Write -1 for the last day.")
            elif back is not None:
                self.from_end.append(back - 1)
        elif len(text) > 1 and upper.endswith("W") and "W" in marks:
            day = reader.value(text[:-1], at)
            if day is not None:
                self.nearest.append(day)
        else:
            return False
        return True
