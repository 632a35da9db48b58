"""Call sites in Lua text: each `redis.call` in a string of the source is one, `via` lua.

KEYS and ARGV of a text are what the calls give that run it; where none is known to, such a key is `*`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from seawall.calls.facts import tree
from seawall.calls.facts.commands import COMMANDS
from seawall.calls.facts.patterns import LONGEST, Text, few, hole, literal, merge, product
from seawall.calls.facts.sites import Site
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.values import Reason
from seawall.calls.facts.walk import parts

HOLE = "\ufffc"  # stands in a text for what is put into it: Unicode's character for an object
_SENDS = re.compile(r"\b(?:redis|server)\s*\.\s*(p?call)\b")
_RAW = re.compile(_SENDS.pattern.encode())


class Sent(Protocol):
    """A command as the scanner of Lua gives it. offset: of `redis.call` in the text."""

    @property
    def name(self) -> str:
        """In lower case, empty where it is not written as a string."""
        ...

    @property
    def args(self) -> tuple[Expr, ...]:
        """Without the name."""
        ...

    @property
    def offset(self) -> int:
        """In characters of the text."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """A call that runs a text. keys, argv: what each may be, from the first. prefix: of the client, before each key."""

    script: Text
    prefix: Text
    keys: tuple[tuple[Text, ...], ...] = ()
    argv: tuple[tuple[Text, ...], ...] = ()


def is_script(text: Text) -> bool:
    """Whether a string is a Lua text that sends something, as far as it is known."""
    return any(isinstance(part, str) and _SENDS.search(part) is not None for part in text.parts)


def _start(text: str) -> str:
    """How a text is told from others: by what is known of it, up to its first hole."""
    return text.strip().split(HOLE)[0][: LONGEST - 64]


def script_sites(
    file: tree.File, data: bytes, scan: Callable[[str], Iterable[Sent]], runs: Iterable[Run] = ()
) -> list[Site]:
    """The sites in the Lua text of a file. data: its bytes. scan: finds the commands in a text. runs: of texts."""
    if b"call" not in data or _RAW.search(data) is None:
        return []
    known: dict[str, list[Run]] = {}
    for run in runs:
        first = run.script.parts[0]
        known.setdefault(_start(first if isinstance(first, str) else ""), []).append(run)
    return [
        site
        for text, span in _texts(file.body)
        for site in _sites(file, data, text, span, scan, known.get(_start(text), []))
    ]


def _texts(body: Iterable[Expr]) -> Iterator[tuple[str, tree.Span]]:
    """Strings that hold a call; of one with holes what is between them."""
    waiting = list(body)[::-1]
    while waiting:
        expr = waiting.pop()
        text = ""
        if isinstance(expr, tree.Literal) and isinstance(expr.value, str):
            text = expr.value
        elif isinstance(expr, tree.Joined):
            text = "".join(
                part.value if isinstance(part, tree.Literal) and isinstance(part.value, str) else HOLE
                for part in expr.parts
            )
        if text and _SENDS.search(text):
            yield text, expr.span
        else:
            waiting.extend(list(parts(expr))[::-1])


def _sites(
    file: tree.File,
    data: bytes,
    text: str,
    span: tree.Span,
    scan: Callable[[str], Iterable[Sent]],
    runs: list[Run],
) -> Iterator[Site]:
    # An offset in the text is none in the file (escapes, indentation): the calls are counted in both.
    order = {match.start(): place for place, match in enumerate(_SENDS.finditer(text))}
    written = list(_RAW.finditer(data, *span))
    for sent in scan(text):
        place = order.get(sent.offset, len(written))
        command = COMMANDS.get(sent.name)
        if place >= len(written) or command is None:
            continue
        name = written[place].span(1)
        line, col = file.place(name[0])
        first = command.first - 1
        keys = _keys(sent.args[first], runs) if 0 <= first < len(sent.args) else ()
        key = merge(keys) if keys else None
        yield Site(
            path=file.path,
            line=line,
            col=col,
            command=command.name,
            method=written[place][1].decode(),
            receiver="redis",
            via="lua",
            key_pattern=str(key) if key is not None else None,
            namespace=None,
            confidence="typed",
            through=None,
            why=(Reason("a call in Lua text", file.path, line),),
            span=name,
            span_call=name,
            variants=tuple(map(str, keys)),
            holes=tuple(dict.fromkeys(h.reason for h in key.holes)) if key is not None else (),
        )


def _keys(expr: Expr, runs: list[Run]) -> tuple[Text, ...]:
    """What a key in a text may be, by all that run it."""
    return few(text for run in runs or [Run(Text(), Text())] for text in _texts_of(expr, run))


def _texts_of(expr: Expr, run: Run) -> tuple[Text, ...]:
    match expr:
        case tree.Literal(value=str() | int() | float()):
            pieces = str(expr.value).split(HOLE)
            columns = [(literal(pieces[0]),)]
            columns += [(t,) for piece in pieces[1:] for t in (hole("put into the script"), literal(piece))]
            return product(columns)
        case tree.Joined():
            return product([_texts_of(part, run) for part in expr.parts])
        case tree.Item(of=tree.Name(text=("KEYS" | "ARGV") as name), key=key):
            given = run.keys if name == "KEYS" else run.argv
            place = key.value - 1 if isinstance(key, tree.Literal) and isinstance(key.value, int) else -1
            if not 0 <= place < len(given):
                return (hole(f"{name} of a script"),)
            return product([(run.prefix,), given[place]]) if name == "KEYS" else given[place]
        case _:
            return (hole("a value in a script"),)
