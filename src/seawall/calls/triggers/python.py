"""The Python files that a reader is given, and what names mean in them: across files, by imports alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.facts.triggers import Entry
from seawall.calls.triggers.expressions import DEEPEST, At, last, tree_parts, walk
from seawall.calls.triggers.source import Source


@dataclass(slots=True, eq=False)
class Module:
    """One file. assigned: of names outside of classes, in order; classes and functions by their name in the file."""

    source: Source
    name: str
    imports: dict[str, tree.Import] = field(default_factory=dict[str, tree.Import])
    assigned: dict[str, list[tree.Assign]] = field(default_factory=dict[str, list[tree.Assign]])
    functions: dict[str, At] = field(default_factory=dict[str, At])
    classes: dict[str, tree.Class] = field(default_factory=dict[str, tree.Class])
    decorators: dict[int, Body] = field(default_factory=dict[int, Body])  # of classes, by where they begin
    calls: list[tuple[tree.Call, At]] = field(default_factory=list[tuple[tree.Call, At]])
    all: list[At] = field(default_factory=list[At])

    @property
    def path(self) -> str:
        """Of the file."""
        return self.source.path

    @property
    def folder(self) -> list[str]:
        """The words of its folder."""
        return self.path.split("/")[:-1]

    def line(self, node: Expr) -> int:
        """The line of an expression."""
        return self.source.line(node.span)


def module_of(source: Source) -> Module:
    """What stands in a file."""
    stem = source.path.rsplit(".", 1)[0]
    module = Module(source, stem.removesuffix("/__init__").replace("/", "."))
    decorators: Body = ()
    for at in walk(source.file.body):
        node = at.node
        module.all.append(at)
        match node:
            case tree.Import():
                module.imports.setdefault(node.alias or node.name, node)
            case tree.Assign() if not (at.owners and isinstance(at.owners[-1], tree.Class)):
                for target in node.targets:
                    if isinstance(target, tree.Name):
                        module.assigned.setdefault(target.text, []).append(node)
            case tree.Function():
                module.functions.setdefault(at.name, at)
            case tree.Class():
                module.classes.setdefault(at.name, node)
                if decorators and node.span[1] == decorators[0].span[1]:
                    module.decorators[node.span[0]] = tree_parts(decorators[0])
            case tree.Unknown(kind="decorator"):
                decorators = (node,)
            case tree.Call():
                module.calls.append((node, at))
            case _:
                pass
    return module


@dataclass(slots=True, eq=False)
class Code:
    """The Python files that matter to one reader."""

    modules: dict[str, Module]
    named: dict[str, list[Module]] = field(default_factory=dict[str, list[Module]])  # by each end of their dotted names
    roots: set[str] = field(default_factory=set[str])  # dotted names of folders from which the code itself imports

    def files(self, module: str, importer: Module) -> Iterator[Module]:
        """The files that a dotted name may mean to a file, those nearest to the root first."""
        length = len(module.split("."))
        found: list[tuple[int, Module]] = []
        for one in self.named.get(module, ()):
            base = one.name.split(".")[:-length]
            if importer.path.split("/")[: len(base)] == base and one is not importer:
                found.append((len(base), one))
        yield from (one for _, one in sorted(found, key=lambda pair: pair[0]))

    def words(self, expr: Expr | None, module: Module) -> str:
        """The dotted name of an expression with its imports resolved: `celery.schedules.crontab`; else ""."""
        match expr:
            case tree.Name():
                known = module.imports.get(expr.text)
                if known is not None:
                    return self._import(known, module)
                own = expr.text in module.assigned or expr.text in module.functions or expr.text in module.classes
                return f"{module.name}.{expr.text}" if own else expr.text
            case tree.Member():
                above = self.words(expr.of, module)
                return f"{above}.{expr.name}" if above else ""
            case tree.Self():
                return "self"
            case _:
                return ""

    def _import(self, known: tree.Import, module: Module) -> str:
        above = [known.module] if known.module else []
        if known.level:
            folder = module.folder
            above = [*folder[: len(folder) - known.level + 1], *above]
        if known.name:
            return ".".join([*above, known.name])
        return ".".join(above) if known.alias != known.module.split(".")[0] else known.alias

    def home(self, expr: Expr | None, module: Module) -> tuple[Module, str] | None:
        """The file that defines what an expression names, and its name there."""
        if isinstance(expr, tree.Name) and expr.text not in module.imports:
            return module, expr.text
        words = self.words(expr, module)
        return self.lookup(words, module) if words else None

    def lookup(self, words: str, module: Module, depth: int = DEEPEST) -> tuple[Module, str] | None:
        """The file that defines a dotted name, as a file means it, and the name there."""
        named = words.split(".")
        if depth == 0 or len(named) > 20:
            return None
        if words.startswith(f"{module.name}.") and defined(module, name := words[len(module.name) + 1 :]):
            return module, name
        for end in range(len(named) - 1, 0, -1):
            name = ".".join(named[end:])
            for one in self.files(".".join(named[:end]), module):
                if defined(one, name):
                    return one, name
                again = one.imports.get(named[end])
                if again is not None:
                    found = self.lookup(".".join([self._import(again, one), *named[end + 1 :]]), one, depth - 1)
                    if found is not None:
                        return found
        return None

    def dotted(self, module: Module) -> str:
        """The dotted name by which the code imports a file: without `src` or another folder that is no package."""
        roots = [root for root in self.roots if root and module.name.startswith(f"{root}.")]
        return module.name[len(max(roots, key=len)) + 1 :] if roots else module.name

    def value(self, expr: Expr | None, module: Module, depth: int = DEEPEST) -> tuple[Expr, Module] | None:
        """What a name stands for: the first value that is assigned to it; of other expressions themselves."""
        while isinstance(expr, tree.Name | tree.Member) and depth:
            home = self.home(expr, module)
            if home is None:
                return self._of_instance(expr, module, depth - 1)
            given = home[0].assigned.get(home[1], [])
            values = [each.value for each in given if each.op == "=" and each.value is not None]
            if not values or values[0] is expr:
                return None
            module, expr, depth = home[0], values[0], depth - 1
        return (expr, module) if expr is not None and depth else None

    def _of_instance(self, expr: Expr, module: Module, depth: int) -> tuple[Expr, Module] | None:
        """What a class gives its attribute: `settings.PREFIX`, of `settings = Settings()` or of the class itself."""
        if not isinstance(expr, tree.Member) or depth == 0:
            return None
        made = self.value(expr.of, module, depth)
        named, where = (made[0].receiver or tree.Name(made[0].name, made[0].name_span), made[1]) if (
            made is not None and isinstance(made[0], tree.Call)
        ) else (expr.of, module)  # fmt: skip
        known = self.class_of(named, where)
        for cls, home in self.ancestry(*known) if known else ():
            for each in cls.body:
                if isinstance(each, tree.Assign) and each.value is not None and last(each.targets[0]) == expr.name:
                    return each.value, home
        return None

    def text(self, expr: Expr | None, module: Module, depth: int = DEEPEST) -> str | None:
        """The text that an expression stands for, None where it is not known."""
        if depth == 0:
            return None
        match expr:
            case tree.Literal():
                return expr.value if isinstance(expr.value, str) else None
            case tree.Joined():
                found = [self.text(part, module, depth - 1) for part in expr.parts]
            case tree.Operation(op="+"):
                found = [self.text(part, module, depth - 1) for part in (expr.left, expr.right)]
            case tree.Name() | tree.Member():
                known = self.value(expr, module)
                return self.text(known[0], known[1], depth - 1) if known else None
            case tree.Call() if expr.name in ("_", "gettext_lazy", "str") and len(expr.args) == 1:
                return self.text(expr.args[0].value, module, depth - 1)
            case _:
                return None
        plain = [one for one in found if one is not None]
        return "".join(plain) if len(plain) == len(found) else None

    def class_of(self, expr: Expr | None, module: Module) -> tuple[tree.Class, Module] | None:
        """The class that an expression names."""
        home = self.home(expr, module)
        found = home[0].classes.get(home[1]) if home else None
        return (found, home[0]) if found is not None and home else None

    def ancestry(self, cls: tree.Class, module: Module) -> list[tuple[tree.Class, Module]]:
        """The class and those of the code that it inherits from, itself first."""
        found: list[tuple[tree.Class, Module]] = [(cls, module)]
        for one, home in found:
            for base in one.bases:
                above = self.class_of(base.of if isinstance(base, tree.Item) else base, home)
                if above is not None and len(found) < 50 and all(above[0] is not each for each, _ in found):
                    found.append(above)
        return found

    def function_of(self, expr: Expr | None, module: Module) -> tuple[At, Module] | None:
        """The function that an expression names."""
        home = self.home(expr, module)
        found = home[0].functions.get(home[1]) if home else None
        return (found, home[0]) if found is not None and home else None


def defined(module: Module, name: str) -> bool:
    """Whether a file defines a name itself."""
    return name in module.assigned or name in module.functions or name in module.classes


def code_of(sources: Iterable[Source]) -> Code:
    """The Python files among these."""
    modules = {source.path: module_of(source) for source in sources if source.file.language == "python"}
    code = Code(modules)
    for module in modules.values():
        named = module.name.split(".")
        for start in range(len(named)):
            code.named.setdefault(".".join(named[start:]), []).append(module)
    for module in modules.values():
        for known in module.imports.values():
            if not known.level and "." in known.module:
                code.roots |= {one.name[: -len(known.module) - 1] for one in code.files(known.module, module)}
    return code


def function_entry(path: str, function: tree.Function) -> Entry:
    """The entry into a function that is defined there."""
    return Entry("definition", name=function.name, path=path, span=function.name_span)


def reference(expr: Expr, module: Module, methods: tuple[str, ...] = ()) -> Entry:
    """The entry into what an expression names; what wraps a function or a call of it is seen through."""
    return Entry("reference", name=last(expr), path=module.path, span=expr.span, methods=methods)


def callable_entry(code: Code, expr: Expr | None, module: Module) -> Entry | None:
    """The entry into a function given as a value: a name, a dotted name in a string, a partial, a lambda."""
    match expr:
        case tree.Name() | tree.Member():
            return reference(expr, module)
        case tree.Block():
            return Entry("inside", path=module.path, span=expr.span)
        case tree.Call() if last(expr) == "partial" and expr.args:
            return callable_entry(code, expr.args[0].value, module)
        case _:
            text = code.text(expr, module)
            dotted = text.replace(":", ".") if text else ""
            good = "." in dotted and all(word.isidentifier() for word in dotted.split("."))
            return Entry("function", name=dotted) if good else None


def decorated(module: Module, wanted: Callable[[Expr], bool]) -> Iterator[tuple[At, tree.Function, Expr]]:
    """The functions of a file with each decorator that is wanted."""
    for at in module.functions.values():
        node = at.node
        if isinstance(node, tree.Function):
            yield from ((at, node, decorator) for decorator in node.decorators if wanted(decorator))
