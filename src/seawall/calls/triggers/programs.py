"""What a person or a crontab starts by a command: manage.py's, click's and typer's commands, argparse, scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers.expressions import argument, last
from seawall.calls.triggers.python import Code, Module, callable_entry, code_of, decorated, function_entry
from seawall.calls.triggers.source import Source

WORDS = re.compile(rb"\A#!.*python|__main__|BaseCommand|\w+Command\)|@[\w.]*command\b|set_defaults\(|add_typer")
_COMMAND = re.compile(r"(?:^|/)management/commands/(\w+)\.py")
_ENTRIES = ("handle", "handle_noargs", "handle_label", "handle_app_config", "execute")
_RUNNERS = frozenset(("bin", "scripts", "script", "tools", "cron", "jobs"))
DEEPEST = 4  # groups of commands in each other


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The commands and scripts of these files."""
    code = code_of(sources)
    groups = _groups(code)
    for module in code.modules.values():
        yield from _managed(code, module)
        yield from _clicked(code, groups, module)
        yield from _parsed(code, module)
        yield from _script(module)


def _managed(code: Code, module: Module) -> Iterator[Trigger]:
    """`management/commands/NAME.py` of Django."""
    named = _COMMAND.search(module.path)
    if named is None or named[1].startswith("_"):
        return
    cls = module.classes.get("Command")
    known = (cls, module) if cls is not None else code.class_of(tree.Name("Command", (0, 0)), module)
    if known is None:
        return
    methods = [(each, home) for one, home in code.ancestry(*known) for each in one.body
               if isinstance(each, tree.Function) and each.name in _ENTRIES[:4]]  # fmt: skip
    entries = tuple(function_entry(home.path, each) for each, home in methods[:2])
    if not entries:
        entries = (Entry("function", name=f"{module.name}.Command", methods=_ENTRIES),)
    line = module.line(known[0]) if known[1] is module else 1
    yield Trigger("command", f"manage.py {named[1]}", module.path, line, entries=entries, doors=(f"manage:{named[1]}",))


def _groups(code: Code) -> dict[tuple[str, str], tuple[tuple[str, str] | None, str]]:
    """The groups of click and typer: by file and name, what each is in, and the name that it has there."""
    found: dict[tuple[str, str], tuple[tuple[str, str] | None, str]] = {}
    for module in code.modules.values():
        for at, function, decorator in decorated(module, lambda each: last(each) == "group"):
            owner = decorator.receiver if isinstance(decorator, tree.Call) else getattr(decorator, "of", None)
            above = _place(code, owner, module) if last(owner) != "click" else None
            name = _name(code, decorator, module, function.name) if above else ""
            found[module.path, at.name] = (above, name)
        for name, given in module.assigned.items():
            for each in given:
                if isinstance(each.value, tree.Call) and last(each.value) in (
                    "AppGroup",
                    "Typer",
                    "FlaskGroup",
                    "Group",
                ):
                    text = code.text(argument(each.value, 0, "name"), module) if last(each.value) == "AppGroup" else ""
                    found.setdefault((module.path, name), (None, text or ""))
    for module in code.modules.values():
        for call, _ in module.calls:
            if call.name in ("add_typer", "add_command") and call.args:
                child = _place(code, call.args[0].value, module)
                if child is not None and child in found:
                    text = code.text(argument(call, 1, "name"), module)
                    found[child] = (_place(code, call.receiver, module), text or found[child][1])
    return found


def _place(code: Code, expr: Expr | None, module: Module) -> tuple[str, str] | None:
    home = code.home(expr, module) if expr is not None else None
    return (home[0].path, home[1]) if home else None


def _name(code: Code, decorator: Expr, module: Module, function: str) -> str:
    text = code.text(argument(decorator, 0, "name"), module) if isinstance(decorator, tree.Call) else None
    return text or re.sub(r"[-_](?:command|cmd)$", "", function).replace("_", "-").lower()


def _clicked(
    code: Code, groups: dict[tuple[str, str], tuple[tuple[str, str] | None, str]], module: Module
) -> Iterator[Trigger]:
    """`@click.command("x")`, `@group.command()`, `@app.cli.command("x")`."""
    for _, function, decorator in decorated(module, lambda each: last(each) == "command"):
        owner = decorator.receiver if isinstance(decorator, tree.Call) else getattr(decorator, "of", None)
        words = [_name(code, decorator, module, function.name)]
        place = _place(code, owner, module) if owner is not None and last(owner) != "click" else None
        for _ in range(DEEPEST):
            if place is None or place not in groups:
                break
            place, name = groups[place]
            words = [name, *words] if name else words
        shown = " ".join(words)
        line = module.source.line(function.name_span)
        entries = (function_entry(module.path, function),)
        doors = (f"flask:{shown}", *((f"manage:{shown}",) if len(words) == 1 else ()))
        yield Trigger("command", shown, module.path, line, entries=entries, doors=doors)


def _parsed(code: Code, module: Module) -> Iterator[Trigger]:
    """`sub.add_parser("x").set_defaults(func=f)` of argparse."""
    for call, _ in module.calls:
        if call.name != "set_defaults":
            continue
        known = code.value(call.receiver, module)
        made = known[0] if known else None
        entry = callable_entry(code, argument(call, -1, "func", "fn", "function", "handler", "command"), module)
        if isinstance(made, tree.Call) and made.name == "add_parser" and entry is not None:
            name = code.text(argument(made, 0), module) or entry.name
            yield Trigger("command", name, module.path, module.source.line(call.name_span), entries=(entry,))


def _script(module: Module) -> Iterator[Trigger]:
    """What runs where a file is started: its `__main__` block, all of it where it has none and is a program."""
    body = module.source.file.body
    blocks = [node for node in body if isinstance(node, tree.Choice) and _is_main(node)]
    doors = [f"script:{module.path}"]
    name = module.path.rpartition("/")[2]
    words = (module.name.removesuffix(".__main__") if name == "__main__.py" else module.name).split(".")
    doors += [
        f"module:{'.'.join(words[start:])}" for start in range(len(words)) if start == 0 or len(words) - start > 1
    ]
    for node in blocks[:1]:
        inside = node.options[0]
        yield _whole(module, module.line(node), _around(inside), doors)
    program = module.source.data.startswith(b"#!") or name == "__main__.py"
    named = not _RUNNERS.isdisjoint(module.folder) or name == "__main__.py" or "." not in name
    if not blocks and program and named and body:
        yield _whole(module, 1, (0, len(module.source.data)), doors)


def _whole(module: Module, line: int, span: tree.Span, doors: list[str]) -> Trigger:
    entries = (module.source.inside(span),)
    return Trigger("command", module.path, module.path, line, entries=entries, doors=tuple(dict.fromkeys(doors)))


def _is_main(node: tree.Choice) -> bool:
    if len(node.tests) != 1 or not node.options or not node.options[0]:
        return False
    test = node.tests[0]
    if not isinstance(test, tree.Operation) or test.op != "==":
        return False
    sides = (test.left, test.right)
    return any(isinstance(one, tree.Name) and one.text == "__name__" for one in sides) and any(
        isinstance(one, tree.Literal) and one.value == "__main__" for one in sides
    )


def _around(body: Body) -> tree.Span:
    return body[0].span[0], max(expr.span[1] for expr in body)
