"""Call sites in Lua text: each `redis.call` in a string of the source is one, `via` lua.

What a script is given as KEYS and ARGV is not followed: such a key is `*`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from seawall.calls.facts import tree
from seawall.calls.facts.commands import COMMANDS
from seawall.calls.facts.patterns import Text, concat, hole, literal
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


def script_sites(file: tree.File, data: bytes, scan: Callable[[str], Iterable[Sent]]) -> list[Site]:
    """The sites in the Lua text of a file. data: the file's bytes. scan: finds the commands in a text."""
    return [site for text, span in _texts(file.body) for site in _sites(file, data, text, span, scan)]


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
    file: tree.File, data: bytes, text: str, span: tree.Span, scan: Callable[[str], Iterable[Sent]]
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
        key = _text(sent.args[first]) if 0 <= first < len(sent.args) else None
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
            variants=(str(key),) if key is not None else (),
            holes=tuple(dict.fromkeys(h.reason for h in key.holes)) if key is not None else (),
        )


def _text(expr: Expr) -> Text:
    match expr:
        case tree.Literal(value=str() | int() | float()):
            pieces = str(expr.value).split(HOLE)
            first = literal(pieces[0])
            return concat([first, *(t for piece in pieces[1:] for t in (hole("put into the script"), literal(piece)))])
        case tree.Joined():
            return concat(_text(part) for part in expr.parts)
        case tree.Item(of=tree.Name(text=name)):
            return hole(f"{name} of a script")
        case _:
            return hole("a value in a script")
