"""The neutral form on one line a statement, for tables of tests: short, with nothing left out but spans."""

from __future__ import annotations

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Arg, Body, Expr, Pair, Param

SIGNS = {"instance": "@", "class": "@@", "global": "$"}


def printed(of: tree.File | Body) -> str:
    """A file or a body: one line for each of its expressions."""
    return "\n".join(text(each) for each in (of.body if isinstance(of, tree.File) else of))


def block(body: Body) -> str:
    return "{" + "; ".join(text(each) for each in body) + "}"


def join(many: tuple[Expr, ...]) -> str:
    return ", ".join(text(each) for each in many)


def arg(it: Arg | Pair) -> str:
    if isinstance(it, Pair):
        return f"{text(it.key)}: {text(it.value)}"
    return (f"{it.keyword}=" if it.keyword else it.spread) + text(it.value)


def args(many: tuple[Arg | Pair, ...]) -> str:
    return ", ".join(arg(each) for each in many)


def param(it: Param) -> str:
    name = f"({', '.join(param(p) for p in it.parts)})" if it.parts else it.name
    note = f": {text(it.annotation)}" if it.annotation else ""
    default = f"={text(it.default)}" if it.default else ""
    return f"{it.spread}{name}{'!' if it.keyword else ''}{note}{default}"


def params(many: tuple[Param, ...]) -> str:
    return ", ".join(param(each) for each in many)


def optional(it: Expr | None, before: str = "") -> str:
    return before + text(it) if it else ""


def text(it: Expr) -> str:
    """One expression."""
    match it:
        case tree.Literal():
            return f":{it.value}" if it.symbol else repr(it.value)
        case tree.Joined():
            return "<" + " ".join(text(part) for part in it.parts) + ">"
        case tree.Name():
            return it.text
        case tree.Self():
            return "self!"
        case tree.Variable():
            return SIGNS[it.scope] + it.text
        case tree.Constant():
            return ("::" if it.absolute else "") + "::".join(it.path)
        case tree.Member():
            return f"{text(it.of)}.{it.name}"
        case tree.Item():
            return f"{text(it.of)}[{text(it.key)}]"
        case tree.Call():
            dot = "?." if it.safe else "."
            called = it.name if it.receiver is None else text(it.receiver) + (dot + it.name if it.name else dot[:-1])
            return f"{called}({args(it.args)})" + (f" {text(it.block)}" if it.block else "")
        case tree.Block():
            return f"|{params(it.params)}| {block(it.body)}"
        case tree.Operation():
            return f"({text(it.left)} {it.op} {text(it.right)})"
        case tree.Sequence():
            return f"{it.kind}[{args(it.items)}]"
        case _:
            return statement(it)


def statement(it: Expr) -> str:
    match it:
        case tree.Choice():
            labels = [f"{join(label) or 'else'}: " for label in it.labels] or [""] * len(it.options)
            options = " | ".join(label + block(option) for label, option in zip(labels, it.options, strict=True))
            return f"{it.kind} {join(it.tests)}".rstrip() + f" {options}"
        case tree.Assign():
            targets = "".join(f"{text(target)} {it.op if it.value else ''} ".rstrip() + " " for target in it.targets)
            return (targets + optional(it.value)).strip() + optional(it.annotation, " : ")
        case tree.Return():
            return it.kind + optional(it.value, " ")
        case tree.Loop():
            kind = f"[{it.comprehension}]" if it.comprehension else ""
            over = optional(it.target, " ") + optional(it.over, " in ") + optional(it.test, " while ")
            return f"loop{kind}{over} {block(it.body)}"
        case tree.With():
            items = ", ".join(text(value) + optional(name, " as ") for value, name in it.items)
            return f"with {items} {block(it.body)}"
        case _:
            return definition(it)


def definition(it: Expr) -> str:
    match it:
        case tree.Function():
            marks = "".join(f"@{text(each)} " for each in it.decorators)
            kind = ("class " if it.on_class else "") + ("property " if it.is_property else "")
            return f"{marks}{kind}def {it.name}({params(it.params)}){optional(it.returns, ' -> ')} {block(it.body)}"
        case tree.Class():
            bases = f"({join(it.bases)})" if it.bases else ""
            return f"{it.kind} {'::'.join(it.path)}{bases} {block(it.body)}"
        case tree.Mixin():
            return f"{it.kind} {join(it.names)}"
        case tree.Import():
            return f"import {'.' * it.level}{it.module}:{it.name} as {it.alias}"
        case tree.Unknown():
            return f"?{it.kind}({join(it.parts)})"
        case _:
            raise AssertionError(it)
