"""A spot: a call site with the tree and the bytes around it, and what a fixer may ask of them. Pure.

A fixer rewrites text, so it asks about text: is the call a statement of its own, on lines of its own; does anybody use
its value; is an expression the same each time it is evaluated. What is not certain is answered with no.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from seawall.calls.facts import tree
from seawall.calls.facts.sites import Site
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.facts.walk import parts
from seawall.calls.fixes.edits import Change, Edit
from seawall.calls.judging import CodeFacts

# Methods that give their block's value to nobody.
DEAF = frozenset(
    ("each", "each_with_index", "each_pair", "each_key", "each_value", "each_slice", "each_entry", "each_cons",
     "reverse_each", "times", "upto", "downto", "step", "find_each", "find_in_batches", "in_batches", "each_line",
     "in_groups_of", "scan_each", "sscan_each", "hscan_each", "zscan_each", "each_batch")
)  # fmt: skip
# Methods whose value is that of their block.
ECHOES = re.compile(r"with|then|yield_self|redis|with_\w*(?:redis|valkey|conn|client|pool|lock)\w*")
# Methods without arguments whose value is another one each time, or that change something.
MOVING = re.compile(
    r"(?:.*_)?(?:pop|shift|next|rand|random|now|today|current|uuid\w*|hex|delete|read|gets|take|sample|shuffle|succ|call"
    r"|create|new|perform|incr|tick|token|id4|hrtime|time|monotonic)\Z|.*[!=]\Z"
)
_WORD = re.compile(rb"[A-Za-z_]\w*")


@dataclass(slots=True, eq=False)
class Source:
    """A file that is to be mended: its tree, its bytes, and who stands around whom."""

    file: tree.File
    data: bytes
    calls: dict[tree.Span, tree.Call] = field(default_factory=dict[tree.Span, tree.Call])
    names: dict[str, list[tree.Name]] = field(default_factory=dict[str, list[tree.Name]])
    _parents: dict[int, Expr] = field(default_factory=dict[int, Expr])

    def __post_init__(self) -> None:
        waiting: list[Expr] = list(self.file.body)
        while waiting:
            expr = waiting.pop()
            if isinstance(expr, tree.Call):
                self.calls.setdefault(expr.name_span, expr)
            elif isinstance(expr, tree.Name):
                self.names.setdefault(expr.text, []).append(expr)
            for part in parts(expr):
                self._parents.setdefault(id(part), expr)
                waiting.append(part)

    @property
    def ruby(self) -> bool:
        """Whether it is Ruby; else it is Python."""
        return self.file.language == "ruby"

    def text(self, expr: Expr) -> bytes:
        """An expression as it is written."""
        return self.data[expr.span[0] : expr.span[1]]

    def parent(self, expr: Expr) -> Expr | None:
        """What an expression is directly in, None at the top of the file."""
        return self._parents.get(id(expr))

    def around(self, expr: Expr) -> Iterator[Expr]:
        """All that an expression is in, the innermost first."""
        outer = self.parent(expr)
        while outer is not None:
            yield outer
            outer = self.parent(outer)

    def body_of(self, expr: Expr) -> Body | None:
        """The statements among which an expression is one; None where it is a part of another."""
        outer = self.parent(expr)
        for body in (self.file.body,) if outer is None else _bodies(outer):
            if any(one is expr for one in body):
                return body
        return None

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self.data.rfind(b"\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends: at its line feed, or the file's end."""
        found = self.data.find(b"\n", offset)
        return len(self.data) if found < 0 else found

    def newline(self) -> bytes:
        """How the file ends its lines."""
        return b"\r\n" if b"\r\n" in self.data else b"\n"

    def indent(self, offset: int) -> bytes:
        """The white space before the first character of a line."""
        start = self.line_start(offset)
        found = re.compile(rb"[ \t]*").match(self.data, start)
        return found[0] if found else b""

    def fresh(self, *names: str) -> bytes:
        """The first of these names that the file does not use, or one with a number."""
        used = set(_WORD.findall(self.data))
        tries = [*names, *(f"{names[0]}_{number}" for number in range(2, 1000))]
        return next(name.encode() for name in tries if name.encode() not in used)


@dataclass(slots=True, eq=False)
class Spot:
    """A site whose call was found in its file."""

    site: Site
    call: tree.Call
    source: Source
    facts: CodeFacts

    @property
    def receiver(self) -> bytes:
        """The receiver as it is written, with its dot: `redis.`, `redis&.`; empty of a bare call."""
        return self.source.data[self.call.span[0] : self.call.name_span[0]]

    @property
    def head(self) -> int:
        """Where the call begins, with an `await` before it."""
        found = re.compile(rb"await\s+\Z").search(self.source.data[: self.call.span[0]])
        return found.start() if found and not self.source.ruby else self.call.span[0]

    @property
    def awaited(self) -> bool:
        """Whether `await` stands before it."""
        return self.head != self.call.span[0]

    @property
    def bracketed(self) -> bool:
        """Whether its arguments stand in parentheses, of which the closing one is its last character."""
        end = self.call.name_span[1]
        return self.source.data[end : end + 1] == b"(" and self.source.data[self.call.span[1] - 1 :][:1] == b")"

    def alone(self) -> bool:
        """Whether it is a statement that begins and ends its lines; a comment may follow."""
        data = self.source.data
        before = data[self.source.line_start(self.head) : self.head]
        after = data[self.call.span[1] : self.source.line_end(self.call.span[1])]
        whole = self.source.body_of(self.call) is not None
        return whole and not before.strip() and re.fullmatch(rb"\s*(#.*)?", after) is not None

    def unused(self) -> bool:
        """Whether it is certain that nobody uses its value."""
        return is_unused(self.source, self.call)

    def heredoc(self) -> bool:
        """Whether text stands in it that begins on a later line: it cannot be moved."""
        return self.source.ruby and re.search(rb"<<[~-]?['\"`A-Z_]", self.source.text(self.call)) is not None


def _bodies(expr: Expr) -> Iterator[Body]:
    match expr:
        case tree.Function() | tree.Class() | tree.Block() | tree.With():
            yield expr.body
        case tree.Loop(comprehension=""):
            yield expr.body
        case tree.Choice(kind=("if" | "case" | "try")):
            yield from expr.options
        case _:
            return


def is_unused(source: Source, expr: Expr) -> bool:
    """Whether it is certain that nobody uses the value of an expression."""
    body = source.body_of(expr)
    if body is None:
        return False
    outer = source.parent(expr)
    if outer is None or isinstance(outer, tree.Class | tree.Loop | tree.With):
        return True
    if isinstance(outer, tree.Block) and not source.ruby:
        return False  # a lambda
    if isinstance(outer, tree.Function):
        return not source.ruby or body[-1] is not expr or outer.name == "initialize"
    if isinstance(outer, tree.Choice):
        return (source.ruby and body[-1] is not expr) or is_unused(source, outer)
    if body[-1] is not expr:
        return True
    owner = source.parent(outer)
    if not isinstance(owner, tree.Call):
        return False
    return owner.name in DEAF or (ECHOES.fullmatch(owner.name) is not None and is_unused(source, owner))


def is_steady(expr: Expr) -> bool:
    """Whether an expression may be evaluated twice: it changes nothing, and is the same the second time."""
    match expr:
        case tree.Literal() | tree.Name() | tree.Self() | tree.Variable() | tree.Constant():
            return True
        case tree.Joined(parts=all_):
            return all(map(is_steady, all_))
        case tree.Member(of=of):
            return is_steady(of)
        case tree.Item(of=of, key=key):
            return is_steady(of) and is_steady(key)
        case tree.Operation(op=op, left=left, right=right):
            return op in ("+", "%", "*", "-", "/") and is_steady(left) and is_steady(right)
        case tree.Sequence(items=items, kind=kind):
            return kind in ("list", "tuple") and all(isinstance(i, tree.Arg) and is_steady(i.value) for i in items)
        case tree.Call(receiver=receiver, name=name, args=args, block=None):
            if receiver is not None and not is_steady(receiver):
                return False
            if not all(is_steady(arg.value) for arg in args):
                return False
            known = name in ("format", "sprintf", "join", "to_s", "str", "encode", "id")
            return known or (not args and not MOVING.fullmatch(name) and receiver is not None)
        case _:
            return False


def change(rule: str, spot: Spot, says: str, *edits: Edit, safe: bool = True, imports: bytes = b"") -> Change:
    """A change of a spot; edits that change nothing are left out."""
    real = [edit for edit in edits if spot.source.data[edit.start : edit.end] != edit.text]
    ordered = tuple(sorted(real, key=lambda edit: (edit.start, edit.end)))
    return Change(rule, spot.site, ordered, says, safe, imports)


def importing(file: tree.File, data: bytes, name: bytes) -> Edit | None:
    """The edit that puts `import name` among the first imports of a Python file; None where it has none."""
    found = [one for one in file.body if isinstance(one, tree.Import) and one.module != "__future__"]
    if not found:
        return None
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    plain = [one for one in found if not one.name and not data[found[0].span[0] : one.span[0]].count(newline * 2)]
    later = next((one for one in plain if one.module.encode() > name), None)
    line = b"import " + name + newline
    if later is None and plain:
        end = data.find(b"\n", plain[-1].span[1]) + 1
        return Edit(end, end, line) if end else None
    start = data.rfind(b"\n", 0, (later or found[0]).span[0]) + 1
    return Edit(start, start, line if later else line + newline)
