"""Files put into a Program: one walk over each tree, which sorts all that is in it into scopes and groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from seawall.calls.facts import tree
from seawall.calls.facts.program import Program
from seawall.calls.facts.scopes import Bind, CallAt, Definition, Group, Path, Scope, Source, Step, Written
from seawall.calls.facts.tree import Expr
from seawall.calls.facts.walk import parts


def program_of(files: Iterable[tree.File], paths: Iterable[str] = ()) -> Program:
    """The program of these files. paths: of all files of the folder, by which imports are found."""
    given = list(files)
    program = Program(frozenset((*paths, *(file.path for file in given))))
    for file in given:
        add(program, file)
    return program


def add(program: Program, file: tree.File) -> None:
    """Puts one more file into a program."""
    stem = file.path.rsplit(".", 1)[0]
    source = Source(file, stem.removesuffix("/__init__").replace("/", "."))
    nesting = (program.root,) if file.language == "ruby" else ()
    source.top = Scope(source, file.body, (), nesting)
    program.sources[file.path] = source
    walk = _Walk(program, source)
    walk.body(file.body, source.top, ())
    for scope in walk.scopes:
        for binds in scope.binds.values():
            binds.sort(key=lambda bind: bind.at)


class _Walk:
    """Walks one file."""

    def __init__(self, program: Program, source: Source) -> None:
        self.program = program
        self.source = source
        self.ruby = source.file.language == "ruby"
        self.scopes = [source.top]

    def body(self, body: Iterable[Expr], scope: Scope, path: Path) -> None:
        for expr in body:
            self.expr(expr, scope, path)

    def expr(self, expr: Expr, scope: Scope, path: Path) -> None:
        match expr:
            case tree.Function():
                self.function(expr, scope, path)
            case tree.Class():
                self.group(expr, scope, path)
            case tree.Mixin() if scope.group:
                scope.group.mixins.extend((expr.kind, Written(name, scope)) for name in expr.names)
            case tree.Import():
                bind = Bind("import", expr.span[0], path, expr)
                scope.binds[expr.alias or expr.name or expr.module.split(".")[0]].append(bind)
            case tree.Call():
                self.call(expr, scope, path)
            case tree.Block():
                self.block(expr, None, scope, path)
            case tree.Choice():
                self.body(expr.tests, scope, path)
                for option, body in enumerate(expr.options):
                    self.body(body, scope, (*path, Step(expr, option)))
            case tree.Loop():
                self.loop(expr, scope, path)
            case tree.With():
                for value, target in expr.items:
                    self.expr(value, scope, path)
                    if target is not None:
                        self.target(target, Bind("entered", target.span[0], path, value), scope)
                self.body(expr.body, scope, (*path, Step(expr)))
            case tree.Assign():
                self.assign(expr, scope, path)
            case tree.Unknown(kind="global"):
                scope.shared.update(part.text for part in expr.parts if isinstance(part, tree.Name))
            case tree.Name():
                scope.paths[id(expr)] = path
            case _:
                if isinstance(expr, tree.Return) and expr.kind == "yield":
                    scope.yields.append((expr, path))
                if isinstance(expr, tree.Operation) and expr.op == "<<":
                    self.target(expr.left, Bind("value", expr.span[1], path, expr.right, "<<"), scope)
                self.body(parts(expr), scope, path)

    def call(self, call: tree.Call, scope: Scope, path: Path) -> None:
        at = CallAt(call, path, scope)
        scope.calls.append(at)
        scope.paths[id(call)] = path
        self.program.calls[call.name].append(at)
        if call.receiver is not None:
            self.expr(call.receiver, scope, path)
        for arg in call.args:
            if isinstance(arg.value, tree.Block):
                self.block(arg.value, call, scope, path)
            else:
                self.expr(arg.value, scope, path)
        if call.block is not None:
            self.block(call.block, call, scope, path)
        if call.name in ("append", "push", "add", "concat") and len(call.args) == 1 and call.receiver is not None:
            self.target(call.receiver, Bind("item", call.span[1], path, call.args[0].value), scope)

    def block(self, block: tree.Block, owner: tree.Call | None, scope: Scope, path: Path) -> None:
        inside = (*path, Step(block, 0, owner))
        self.body((p.default for p in block.params if p.default is not None), scope, inside)
        self.body(block.body, scope, inside)

    def loop(self, loop: tree.Loop, scope: Scope, path: Path) -> None:
        if loop.over is not None:
            self.expr(loop.over, scope, path)
        inside = (*path, Step(loop))
        if loop.target is not None and loop.over is not None:
            self.target(loop.target, Bind("element", loop.target.span[0], inside, loop.over), scope)
        if loop.test is not None:
            self.expr(loop.test, scope, inside)
        self.body(loop.body, scope, inside)

    def assign(self, assign: tree.Assign, scope: Scope, path: Path) -> None:
        if assign.value is not None:
            self.expr(assign.value, scope, path)
        for target in assign.targets:
            value = assign.value if assign.value is not None else assign.annotation
            if value is not None:
                kind = "value" if assign.value is not None else "annotated"
                self.target(target, Bind(kind, assign.span[1], path, value, assign.op), scope)

    def target(self, target: Expr, bind: Bind, scope: Scope) -> None:
        """Notes what a target gets."""
        group = scope.group
        written = Written(bind.node, scope, bind)
        match target:
            case tree.Name():
                home = self.source.top if target.text in scope.shared else scope
                home.binds[target.text].append(bind)
                if scope.definition is None and group and scope in group.scopes:
                    group.constants[target.text].append(written)
            case tree.Constant():
                home = group or self.program.root
                home.constants[target.path[-1]].append(written)
            case tree.Variable(scope="global"):
                self.program.globals[target.text].append(written)
            case tree.Variable() if group:
                group.fields[target.text].append(written)
            case tree.Member(of=tree.Self()) if group:
                group.fields[target.name].append(written)
            case tree.Member():
                self.program.slots[target.name].append(written)
                self.expr(target.of, scope, bind.path)
            case tree.Sequence():
                for place, item in enumerate(target.items):
                    if isinstance(item, tree.Pair) and isinstance(item.key, tree.Literal):
                        self.target(item.value, replace(bind, part=str(item.key.value)), scope)
                    if isinstance(item, tree.Arg) and not item.spread:
                        self.target(item.value, replace(bind, place=place), scope)
            case tree.Item():
                self.expr(target.key, scope, bind.path)
                put = Bind("item", bind.at, bind.path, bind.node, key=target.key)
                if isinstance(target.of, tree.Call | tree.Item):
                    self.expr(target.of, scope, bind.path)
                    if isinstance(target.key, tree.Literal):
                        self.program.slots[f"[{target.key.value}]"].append(Written(bind.node, scope, put))
                else:
                    self.target(target.of, put, scope)
            case tree.Call():
                self.expr(target, scope, bind.path)
            case _:
                pass

    def function(self, node: tree.Function, scope: Scope, path: Path) -> None:
        self.body(node.decorators, scope, path)
        in_function = scope.definition is not None
        group = None if in_function and not self.ruby else scope.group
        inner = Scope(self.source, node.body, node.params, scope.nesting, scope)
        self.scopes.append(inner)
        definition = Definition(node, inner, group, node.on_class)
        inner.definition = definition
        self.program.definitions[node.name].append(definition)
        if group is None or group is self.program.root:
            scope.binds[node.name].append(Bind("definition", node.span[0], path, node, definition=definition))
            self.program.functions[node.name].append(definition)
        else:
            (group.class_methods if node.on_class else group.methods)[node.name].append(definition)
        self.body((p.default for p in node.params if p.default is not None), inner, ())
        self.body(node.body, inner, ())

    def group(self, node: tree.Class, scope: Scope, path: Path) -> None:
        outer = scope.group if self.ruby else None
        if outer is not None:
            group = outer
            for word in node.path:
                group = self.nested(group, word, node.kind)
        else:
            above = scope.group.path if scope.group else (self.source.module,)
            group = Group((*above, *node.path), node.kind, self.source.file.language)
            self.program.groups.append(group)
            scope.binds[node.path[-1]].append(Bind("group", node.span[0], path, node, group=group))
            if scope.group:
                scope.group.groups[node.path[-1]] = group
        group.bases.extend(Written(base, scope) for base in node.bases)
        inner = Scope(self.source, node.body, (), (group, *scope.nesting), None if self.ruby else scope)
        group.scopes.append(inner)
        self.scopes.append(inner)
        self.body(node.bases, scope, path)
        self.body(node.body, inner, ())

    def nested(self, outer: Group, word: str, kind: str) -> Group:
        if word not in outer.groups:
            outer.groups[word] = Group((*outer.path, word), kind, "ruby")
            self.program.groups.append(outer.groups[word])
        return outer.groups[word]
