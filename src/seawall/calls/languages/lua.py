"""The Redis commands in Lua text: what `redis.call`, `redis.pcall` and `server.call` are given.

A scanner of Lua's tokens, not a parser: strings, long brackets and comments are read as Lua reads them, so that a call
in a comment is none, and brackets are matched. An argument is read where it is a string, a number, `KEYS[n]`,
`ARGV[n]`, a name, or these joined by `..`; anything else is Unknown. A name that is given a value in one place only
stands for it; `local send = redis.call` is followed. Control flow is not.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TypeAlias

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Expr

SENDS = re.compile(r"\b(?:redis|server)\s*\.\s*p?call\b")
SENDERS = frozenset((("redis", "call"), ("redis", "pcall"), ("server", "call"), ("server", "pcall")))
TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<long>(?:--)?\[=*\[)|(?P<comment>--[^\n]*)"
    r"|(?P<string>\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?)"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<mark>\.\.\.|\.\.|[=~<>]=|::|.)",
    re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:(?P<code>\d{1,3})|x(?P<x>[0-9a-fA-F]{2})|z\s*|(?P<other>.))", re.DOTALL)
LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
# After an operand these make something else of it: no value that is known here.
OPERATORS = frozenset(("+", "-", "*", "/", "%", "^", "==", "~=", "<=", ">=", "<", ">", "and", "or"))
SAME_TEXT = frozenset(("tostring", "tonumber"))  # what they return is written the same in a key
DEEPEST = 20
LONGEST = 64  # parts of a joined string: without it, names that double each other would never end


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, its text (of a string what it stands for), where it begins and ends in the text."""

    kind: str
    text: str
    start: int
    end: int


Tokens: TypeAlias = list[Token]


@dataclass(frozen=True, slots=True)
class Command:
    """A command that is sent. name: in lower case, empty where it is not written as a string. offset: of `redis.call`.

    args: without the name. A spread `unpack(...)` is an Unknown of kind `unpack`. Spans count characters of the text.
    """

    name: str
    args: tuple[Expr, ...]
    offset: int


def commands(text: str) -> tuple[Command, ...]:
    """All that the Lua in the text sends, in order; nothing of a text that has no such call. Linear in its length."""
    return Script(text).commands() if SENDS.search(text) else ()


class Script:
    """Lua text as tokens, with the names that stand for one value."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.pairs = matching(self.tokens)
        self.values: dict[str, Expr] = {}
        self.senders: set[str] = set()
        self.read_names()

    def text(self, at: int) -> str:
        """The text of a token that is no string, empty beyond the last."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) and self.tokens[at].kind != "string" else ""

    def commands(self) -> tuple[Command, ...]:
        """Every call of a sender."""
        found: list[Command] = []
        for at in range(len(self.tokens)):
            opening = self.sender(at)
            if opening and opening < len(self.tokens):
                args = self.args(opening)
                word = args[0].value if args and isinstance(args[0], tree.Literal) else None
                name = word.lower() if isinstance(word, str) else ""
                found.append(Command(name, args[1:] if name else args, self.tokens[at].start))
        return tuple(found)

    def sender(self, at: int) -> int:
        """Where the arguments of a call that sends a command begin, 0 where none is called at this token."""
        if self.text(at - 1) in (".", ":", "function"):
            return 0
        after = at + 3 if (self.text(at), self.text(at + 2)) in SENDERS and self.text(at + 1) == "." else 0
        after = after or (at + 1 if self.text(at) in self.senders else 0)
        is_string = after < len(self.tokens) and self.tokens[after].kind == "string"
        return after if after and (self.text(after) == "(" or is_string) else 0

    def args(self, opening: int) -> tuple[Expr, ...]:
        """The arguments between parentheses, or the one string without them."""
        if self.tokens[opening].kind == "string":
            return (self.operand(opening, 0)[0],)
        closing = self.pairs.get(opening, len(self.tokens))
        found: list[Expr] = []
        at = opening + 1
        while at < closing:
            start = at
            value, at = self.expression(at, 0)
            if at < closing and self.text(at) != ",":
                while at < closing and self.text(at) != ",":
                    at = self.pairs.get(at, at) + 1
                value = self.unknown("expression", start, min(at, closing))
            found.append(value)
            at += 1
        return tuple(found)

    def unknown(self, kind: str, start: int, end: int) -> Expr:
        """Tokens that are not read."""
        last = self.tokens[max(start, min(end, len(self.tokens)) - 1)]
        return tree.Unknown(kind, (), (self.tokens[start].start, last.end))

    def expression(self, at: int, depth: int) -> tuple[Expr, int]:
        """Operands joined by `..`, and the token after them."""
        start = at
        parts: list[Expr] = []
        while True:
            value, at = self.operand(at, depth)
            parts += value.parts if isinstance(value, tree.Joined) and len(parts) < LONGEST else (value,)
            if self.text(at) != "..":
                break
            at += 1
        if self.text(at) in OPERATORS or len(parts) > LONGEST:
            return self.unknown("expression", start, at), at
        if len(parts) == 1:
            return parts[0], at
        return tree.Joined(tuple(parts), (self.tokens[start].start, self.tokens[at - 1].end)), at

    def operand(self, at: int, depth: int) -> tuple[Expr, int]:
        """One operand with its suffixes, and the token after it."""
        if at >= len(self.tokens) or depth > DEEPEST:
            end = min(at, len(self.tokens) - 1)
            return self.unknown("missing", end, end), at + 1
        token, after = self.tokens[at], self.suffixes(at + 1)
        place = token.start, self.tokens[max(at, after - 1)].end
        if token.kind == "name":
            return self.named(at, after, place, depth), after
        if token.kind == "number":
            return number(token, place), at + 1
        if token.text == "-" and at + 1 < len(self.tokens) and self.tokens[at + 1].kind == "number":
            return number(replace(self.tokens[at + 1], text="-" + self.text(at + 1)), place), at + 2
        if token.kind == "string" and after == at + 1:
            return tree.Literal(token.text, place), after
        if token.text in OPENING:
            closing = self.pairs.get(at, len(self.tokens) - 1)
            after = self.suffixes(closing + 1)
            inside, end = self.expression(at + 1, depth + 1) if token.text == "(" else (None, 0)
            if inside and end == closing == after - 1:
                return inside, after
        return self.unknown("expression", at, after), max(after, at + 1)

    def named(self, at: int, after: int, place: tree.Span, depth: int) -> Expr:
        """A name; KEYS and ARGV with their index; what keeps the text of its argument; a call of anything else."""
        token = self.tokens[at]
        name = tree.Name(token.text, (token.start, token.end))
        if after == at + 1:
            return self.values.get(token.text, name)
        closing = self.pairs.get(at + 1)
        if closing == after - 1 and self.text(at + 1) == "[":
            index, end = self.expression(at + 2, depth + 1)
            if end == closing:
                return tree.Item(name, index, place)
        if closing == after - 1 and token.text in SAME_TEXT:
            inside, end = self.expression(at + 2, depth + 1)
            if end == closing:
                return inside
        is_unpack = token.text == "unpack" or (token.text, self.text(at + 2)) == ("table", "unpack")
        return tree.Unknown("unpack" if is_unpack else "expression", (), place)

    def suffixes(self, at: int) -> int:
        """The token after all `[...]`, `(...)`, `.name`, `:name` and strings that follow an operand."""
        while at < len(self.tokens):
            if self.text(at) in ("[", "("):
                at = self.pairs.get(at, len(self.tokens) - 1) + 1
            elif self.text(at) in (".", ":") and at + 1 < len(self.tokens) and self.tokens[at + 1].kind == "name":
                at += 2
            elif self.tokens[at].kind == "string" and self.tokens[at - 1].kind == "name":
                at += 1
            else:
                break
        return at

    # ---- names ------------------------------------------------------------------------------------------------------

    def read_names(self) -> None:
        """Which names have one value, and which are senders."""
        given = Counter(name for at in range(len(self.tokens)) for name in self.bound(at))
        for at, token in enumerate(self.tokens):
            if token.text != "=" or token.kind != "mark":
                continue
            value_at = at + 1
            for name in reversed(self.names_before(at)):
                value, end = self.expression(value_at, 0)
                if given[name] == 1 and self.sends(value_at, end):
                    self.senders.add(name)
                elif given[name] == 1 and not isinstance(value, tree.Unknown):
                    self.values[name] = value
                if self.text(end) != ",":
                    break
                value_at = end + 1

    def sends(self, at: int, end: int) -> bool:
        """Whether an expression is `redis.call` and no more."""
        return end == at + 3 and self.text(at + 1) == "." and (self.text(at), self.text(at + 2)) in SENDERS

    def bound(self, at: int) -> list[str]:
        """The names that are given a value at this token: `a =`, `a, b =`, `for a, b in`, `function f(a, b)`."""
        token = self.tokens[at]
        if (token.kind, token.text) in (("mark", "="), ("name", "in")):
            return self.names_before(at)
        if token.text == "function" and token.kind == "name":
            opening = next((i for i in range(at + 1, min(at + 8, len(self.tokens))) if self.text(i) == "("), at)
            inside = self.tokens[opening + 1 : self.pairs.get(opening, opening)]
            return [each.text for each in inside if each.kind == "name"]
        return []

    def names_before(self, at: int) -> list[str]:
        """The names in a list that ends before this token."""
        found: list[str] = []
        while at >= 1 and self.tokens[at - 1].kind == "name":
            found.append(self.text(at - 1))
            if self.text(at - 2) != ",":
                break
            at -= 2
        return found


def number(token: Token, place: tree.Span) -> Expr:
    """A number, whole where it is written so."""
    try:
        bare = token.text.lstrip("-").lower()
        is_whole = bare.isdigit() or bare.startswith("0x")
        value = int(token.text, 16 if bare.startswith("0x") else 10) if is_whole else float(token.text)
    except ValueError:
        return tree.Unknown("number", (), place)
    return tree.Literal(value, place)


def tokens(text: str) -> Tokens:
    """The tokens, without spaces and comments. What is not closed reaches to the end."""
    found: Tokens = []
    at = 0
    while match := TOKEN.match(text, at):
        kind, start, at = match.lastgroup or "", at, match.end()
        word = match.group()
        if kind == "long":
            closing = "]" + "=" * word.count("=") + "]"
            end = text.find(closing, at)
            inside = text[at : end if end >= 0 else len(text)]
            at = end + len(closing) if end >= 0 else len(text)
            kind = "comment" if word.startswith("--") else "string"
            word = inside.removeprefix("\n")
        elif kind == "string":
            word = ESCAPE.sub(_escaped, word[1:-1] if word.endswith(word[0]) and len(word) > 1 else word[1:])
        if kind not in ("space", "comment"):
            found.append(Token(kind, word, start, at))
    return found


def _escaped(found: re.Match[str]) -> str:
    if found["code"]:
        return chr(int(found["code"]) & 0xFF)
    if found["x"]:
        return chr(int(found["x"], 16))
    return LETTERS.get(found["other"], found["other"]) if found["other"] else ""


def matching(of: Tokens) -> dict[int, int]:
    """The closing bracket of each opening one that has one."""
    pairs: dict[int, int] = {}
    open_: list[int] = []
    for at, token in enumerate(of):
        if token.kind != "mark":
            continue
        if token.text in OPENING:
            open_.append(at)
        elif token.text in CLOSING and open_:
            pairs[open_.pop()] = at
    return pairs
