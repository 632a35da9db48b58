"""The shape of the tree is a test, not a wish: sizes, names, the error tree, rules beside their pages, clean files."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import reference
from seawall import errors

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src/seawall"

MODULE_CEILING = 400
LISTED_CEILING = 800
LISTED: dict[str, str] = {}  # "room/module.py": why it may reach LISTED_CEILING (a parser)
NINE_IN_TEN = 300
FUNCTION_CEILING = 60
CATCH_ALLS = {"util", "utils", "helper", "helpers", "manager", "managers", "base", "bases"}
ROOM_DIGIT = {
    "nodes": 1,
    "calls": 2,
    "schedules": 3,
    "queues": 4,
    "backups": 5,
    "vendors": 6,
    "fleet": 7,
    "rebuild": 8,
    "joins": 9,
}
# Each in a form that does not match itself.
MACHINE = re.compile(
    r"/(work|farm|root)/|/(home|Users)/\w+/|pyp[i]\.org|pythonhoste[d]|de[b]\.debian\.org|registry\.np[m]js"
)
NOTES_TO_SELF = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X]|NotImplementedErro[r])\b")


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of src/seawall by its path there, parsed."""
    return {str(p.relative_to(SRC)): ast.parse(p.read_text(encoding="utf-8")) for p in sorted(SRC.rglob("*.py"))}


def lines(module: str) -> int:
    return len((SRC / module).read_text(encoding="utf-8").splitlines())


def tracked() -> Iterator[Path]:
    """What git would commit; where there is no git (a release archive), every file that is not hidden."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
        yield from (path for name in names if name and (path := ROOT / name).is_file())
    else:
        files = (p for p in ROOT.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        yield from (p for p in files if not any(part.startswith(".") for part in p.relative_to(ROOT).parts))


def test_modules_are_small():
    sizes = {m: lines(m) for m in modules()}
    assert set(LISTED) <= set(sizes), "an exception is listed for a module that is not there"
    large = {m: n for m, n in sizes.items() if n > (LISTED_CEILING if m in LISTED else MODULE_CEILING)}
    assert not large, f"over the ceiling: {large}"
    over = sorted(m for m, n in sizes.items() if n >= NINE_IN_TEN)
    assert len(over) <= len(sizes) / 10, f"nine in ten modules are under {NINE_IN_TEN} lines; over it: {over}"


def test_functions_are_short():
    long = {
        f"{module}:{node.name}": size
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (size := (node.end_lineno or 0) - node.lineno + 1) >= FUNCTION_CEILING
    }
    assert not long


def test_no_module_is_a_catch_all():
    assert not [m for m in modules() if {part.strip("_") for part in Path(m).with_suffix("").parts} & CATCH_ALLS]


def test_every_folder_is_a_package():
    """Without its `__init__.py` a folder imports all the same, and no import-linter contract sees it."""
    assert not {str(Path(m).parent) for m in modules() if not (SRC / m).with_name("__init__.py").exists()}


def test_no_notes_to_self():
    texts = {m: (SRC / m).read_text(encoding="utf-8").splitlines() for m in modules()}
    assert not [f"{m}:{n}" for m, text in texts.items() for n, line in enumerate(text, 1) if NOTES_TO_SELF.search(line)]


def test_no_file_names_a_machine_or_a_package_index():
    found: list[str] = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in MACHINE.finditer(text)]
    assert not found


# ---- the error tree -------------------------------------------------------------------------------------------------

DRAWN = re.compile(r"^ {4}(?P<stem>[│├└─ ]*)(?P<name>[A-Z]\w+)\s+exit (?P<code>\d+)(?P<text>.*)$", re.MULTILINE)


def drawn_tree() -> dict[str, tuple[str | None, int, bool]]:
    """The tree at the top of errors.py: name to (parent, exit code, may be raised)."""
    tree: dict[str, tuple[str | None, int, bool]] = {}
    line_of: list[str] = []  # the names from the root down to the last one
    for match in DRAWN.finditer(errors.__doc__ or ""):
        depth = len(match["stem"]) // 4
        line_of = [*line_of[:depth], match["name"]]
        parent = line_of[depth - 1] if depth else None
        tree[match["name"]] = (parent, int(match["code"]), "never raised" not in match["text"])
    return tree


def error_classes() -> dict[str, type[errors.SeawallError]]:
    return {n: c for n, c in vars(errors).items() if isinstance(c, type) and issubclass(c, errors.SeawallError)}


def test_the_error_tree_is_drawn_as_it_is():
    actual = {
        name: (None if name == "SeawallError" else error.__bases__[0].__name__, error.exit_code)
        for name, error in error_classes().items()
    }
    assert {name: (parent, code) for name, (parent, code, _) in drawn_tree().items()} == actual


def test_every_error_is_raised_and_only_those():
    """Raised: called somewhere in src outside errors.py, be it in a `raise` or in what a `raise` is given."""
    called = {
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for module, tree in modules().items()
        if module != "errors.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    may = {name for name, (_, _, raised) in drawn_tree().items() if raised}
    assert may - called == set(), "drawn, and never raised"
    assert (set(drawn_tree()) - may) & called == set(), "drawn as never raised, and raised"


def test_every_error_is_defined_and_exported_once():
    """No near-twins: an exception class stands in errors.py and nowhere else, and one `__all__` at most offers it.

    One whose name begins with an underscore never leaves its module, and is no error of the house.
    """
    names = set(error_classes())
    defined = [
        f"{module}:{node.name}"
        for module, tree in modules().items()
        if module != "errors.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and any(re.search(r"(Error|Exception)$", ast.unparse(b)) or ast.unparse(b) in names for b in node.bases)
    ]
    assert not defined
    exported = Counter(
        str(constant.value)
        for tree in modules().values()
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for constant in ast.walk(node.value)
        if isinstance(constant, ast.Constant)
    )
    assert not [n for n in names if exported[n] > 1]


# ---- rules and their pages ------------------------------------------------------------------------------------------


def test_every_rule_has_its_page_and_every_page_its_rule():
    rules = {p.with_suffix("") for _, _, p in reference.rules()}
    pages = {p.with_suffix("") for p in SRC.glob("*/rules/*.md")}
    assert rules == pages


def test_rule_codes_and_names():
    rules = list(reference.rules())
    assert not [code for code, n in Counter(code for code, _, _ in rules).items() if n > 1]
    for code, name, path in rules:
        digit = ROOM_DIGIT[path.parent.parent.name]
        assert re.fullmatch(rf"SW{digit}\d\d", code), f"{path.name}: {code!r} is not of SW{digit}xx"
        assert name == path.stem.replace("_", "-"), f"{path.name} is named {name!r}"
        functions = [n.name for n in modules()[str(path.relative_to(SRC))].body if isinstance(n, ast.FunctionDef)]
        assert "check" in functions, f"{path.name} has no check"


def test_every_rule_page_has_the_fixed_headings_and_examples():
    for page in SRC.glob("*/rules/*.md"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == reference.HEADINGS, page.name
        for heading in ("Bad", "Good"):
            section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
            assert re.search(r"^```\w+\n.+?^```$", section, re.MULTILINE | re.DOTALL), f"{page.name}: {heading}"


# ---- dependencies and architecture ----------------------------------------------------------------------------------


def test_every_import_is_a_declared_dependency():
    """Else it works where tests run, by a dependency of a dependency, and fails where `make demo` does."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    declared = {word for d in wanted for word in re.findall(r"[\w-]+", re.split(r"[><=~;!]", d)[0])}
    nodes = [(m, node) for m, tree in modules().items() for node in ast.walk(tree)]
    imported = [(m, alias.name) for m, node in nodes if isinstance(node, ast.Import) for alias in node.names]
    imported += [(m, node.module or "") for m, node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    providers = packages_distributions()
    undeclared = {
        f"{module}: {root}"
        for module, root in ((m, name.partition(".")[0]) for m, name in imported)
        if root not in {"seawall", *sys.stdlib_module_names}
        and not declared & {d.lower() for d in providers.get(root, [])}
    }
    assert not undeclared


def test_every_pure_module_is_in_the_purity_contract():
    """import-linter cannot say `seawall.*.facts` there (see pyproject.toml), so a new room could be left out."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    (contract,) = [c for c in contracts if c["name"].startswith("words, keys, plans")]
    drawers = [SRC / f"{name}.py" for name in ("model", "errors", "keyspace", "plan", "cron")] + [SRC / "cron"]
    drawers += [path for kind in ("facts", "rules", "formats") for path in SRC.glob(f"*/{kind}*")]
    there = {".".join(p.relative_to(SRC).with_suffix("").parts) for p in drawers if p.exists()}
    assert not {name for name in there if f"(seawall.{name})" not in contract["layers"][1]}
