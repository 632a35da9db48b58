"""What is wrong with an expression: where, in words, and what to write instead. See `Fault`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from seawall.errors import ExpressionError
from seawall.keyspace import printable

SHOWN = 60  # characters of an expression that are shown around a fault; AWS allows 256


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault or one warning.

    kind: a stable slug. message: lower case, no full stop. column: 1-based in the text as it was given, None where no
    place can be named. length: characters from there on, at least 1. hint: what to write instead, a sentence, or empty.
    """

    kind: str
    message: str
    column: int | None = None
    length: int = 1
    hint: str = ""

    @classmethod
    def of(cls, error: ExpressionError) -> Fault:
        """The fault that was raised."""
        return cls(error.kind, error.message, error.column, error.length, error.hint)

    @property
    def error(self) -> ExpressionError:
        """The same to be raised."""
        return ExpressionError(self.message, self.hint, kind=self.kind, column=self.column, length=self.length)

    def moved(self, by: int) -> Fault:
        """The same fault, `by` characters further to the right."""
        return self if by == 0 or self.column is None else replace(self, column=self.column + by)

    @property
    def advice(self) -> str:
        """Message and hint in one line, in lower case without a full stop."""
        hint = self.hint[:1].lower() + self.hint[1:].rstrip(".")
        return f"{self.message}: {hint}" if hint else self.message

    def line(self, text: str) -> str:
        """The expression and under it a caret with what is wrong; one line where no place can be named."""
        if self.column is None:
            return self.advice
        start = max(0, min(self.column - 1 - SHOWN // 2, len(text) - SHOWN))
        end = min(len(text), start + SHOWN)
        before = ("..." if start else "") + printable(text[start : self.column - 1])
        marked = printable(text[self.column - 1 : min(end, self.column - 1 + self.length)])
        after = printable(text[self.column - 1 + self.length : end]) + ("..." if end < len(text) else "")
        return f"{before}{marked}{after}\n{' ' * len(before)}{'^' * max(1, len(marked))} {self.advice}"
