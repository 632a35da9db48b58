"""Rake tasks: `task sweep: :environment do`, in namespaces, with what they depend on and the commands that they run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers.commandline import doors_of_line
from seawall.calls.triggers.rubywords import calls, in_ruby, plain, text, texts
from seawall.calls.triggers.source import Source

WORDS = re.compile(rb"^\s*(?:multi)?task[ (]+[:'\"A-Za-z{]", re.MULTILINE)
FILE = re.compile(r"(?:.*/)?(?:[Rr]akefile|rakefile\.rb|.*\.rake|(?:.*/)?tasks?/.*\.rb)")
_SHELL = ("sh", "system", "`")
DEEPEST = 20


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The tasks of all files."""
    for source in in_ruby(sources):
        if FILE.fullmatch(source.path):
            yield from _of_body(source, source.file.body, ())


def _of_body(source: Source, body: Body, above: tuple[str, ...]) -> Iterator[Trigger]:
    for expr in body:
        match expr:
            case tree.Choice() if len(above) < DEEPEST:
                for option in expr.options:
                    yield from _of_body(source, option, above)
            case tree.Class():
                yield from _of_body(source, expr.body, above)
            case tree.Call(receiver=None, name="namespace") if expr.block and len(above) < DEEPEST:
                name = text(next(iter(plain(expr)), None))
                if name is not None:
                    yield from _of_body(source, expr.block.body, (*above, name))
            case tree.Call(receiver=None, name="task" | "multitask"):
                yield from _task(source, expr, above)
            case tree.Call() if expr.block and expr.receiver is None and expr.name not in ("desc", "namespace"):
                yield from _of_body(source, expr.block.body, above)
            case _:
                pass


def _task(source: Source, call: tree.Call, above: tuple[str, ...]) -> Iterator[Trigger]:
    """`task :a`, `task a: [:b]`, `task "a" => :b`, `task :a, [:x] => [:b]`, `task :a, [:x], needs: :b`."""
    name, needs = _named(call)
    if not name:
        return
    entries = [source.inside(call.block.span)] if call.block else []
    entries += [Entry("door", name=f"rake:{door}") for need in needs for door in _doors(need, above)]
    if call.block:
        for sent in calls(call.block.body, *_SHELL):
            line = " ".join(texts(tree.Sequence("list", sent.args, sent.span))) if sent.receiver is None else ""
            entries += [entry for entry in doors_of_line(line) if not entry.name.startswith("http:")]
    full = ":".join((*above, name))
    if entries:
        line = source.line(call.span)
        yield Trigger("rake", full, source.path, line, entries=tuple(dict.fromkeys(entries)), doors=(f"rake:{full}",))


def _named(call: tree.Call) -> tuple[str, list[str]]:
    """The name of a task, and what it depends on."""
    first = next(iter(plain(call)), None)
    name, needs = text(first), list[str]()
    for arg in call.args:
        for key, value in _pairs(arg):
            if name is None and (word := text(key)) is not None:
                name = word
            needs += texts(value)
    return name or "", [need for need in needs if need != "environment"]


def _pairs(arg: tree.Arg) -> list[tuple[Expr, Expr]]:
    if arg.keyword:
        return [(tree.Literal(arg.keyword, arg.value.span, symbol=True), arg.value)]
    if isinstance(arg.value, tree.Sequence) and arg.value.kind == "map":
        return [(item.key, item.value) for item in arg.value.items if isinstance(item, tree.Pair)]
    return []


def _doors(need: str, above: tuple[str, ...]) -> Iterator[str]:
    """The names that a dependency may mean: in the namespaces around, from the inmost."""
    for end in range(len(above), -1, -1):
        yield ":".join((*above[:end], need))
