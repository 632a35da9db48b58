"""The docs cannot lie: every command, option, link and name they show exists, and the reference is fresh."""

from __future__ import annotations

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import reference

ROOT = Path(__file__).resolve().parent.parent
README_LINES = 150
FENCE = re.compile(r"^```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
DOTTED = re.compile(r"\bseawall(?:\.[A-Za-z_]\w*)+")
FILES = {"toml", "html", "json", "md", "db", "sarif"}  # seawall.toml is a file, not a name


def pages(*patterns: str) -> list[Path]:
    """Markdown pages of the project; hidden folders (.venv, .git) are none of it."""
    found = {p for pattern in patterns for p in ROOT.glob(pattern)}
    return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(ROOT).parts))


def shown(page: Path) -> Iterator[list[str]]:
    """The seawall commands of a page's ```console blocks, each as its words."""
    for block in FENCE.finditer(page.read_text(encoding="utf-8")):
        if block["language"] != "console":
            continue
        for line in block["body"].replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                yield from seawalls(line[2:])


def seawalls(line: str) -> Iterator[list[str]]:
    """The parts of a shell line that start seawall: `redis-cli SLOWLOG GET | seawall scan --input -` has one."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    part: list[str] = []
    for word in [*lexer, ";"]:
        if word[0] in "|&;":
            while part and re.match(r"[A-Z_]+=", part[0]):  # REDIS_URL=... seawall
                part.pop(0)
            if part and part[0] == "seawall":
                yield part
            part = []
        elif word[0] not in "<>":
            part.append(word)


def complaint(words: list[str], commands: dict[str, Any]) -> str | None:
    """What is wrong with a command line, None if nothing: every command and option must exist."""
    path, rest, given = words[0], words[1:], 0
    if path not in commands:
        return "there is no command line yet"
    while rest:
        word = rest.pop(0)
        command = commands[path]
        if word.startswith("-") and word != "-":
            name, has_value, _ = word.partition("=")
            options = command.get_params(typer.Context(command))
            option = next((p for p in options if name in [*p.opts, *p.secondary_opts]), None)
            if option is None:
                return f"`{path}` has no option {name}"
            if not option.is_flag and not has_value:
                if not rest:
                    return f"`{path} {name}` lacks its value"
                rest.pop(0)
        elif hasattr(command, "commands"):
            path = f"{path} {word}"
            if path not in commands:
                return f"there is no `{path}`"
        else:
            given += 1
    arguments = [p for p in commands[path].params if p.param_type_name == "argument"]
    most = float("inf") if any(p.nargs == -1 for p in arguments) else len(arguments)
    if not sum(p.required for p in arguments) <= given <= most:
        return f"`{path}` does not take {given} arguments"
    return None


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES


def test_every_command_shown_exists():
    commands = dict(reference.commands()) if (reference.SRC / "cli/main.py").exists() else {}
    lines = [(p.name, words) for p in pages("README.md", "docs/how-to/*.md") for words in shown(p)]
    assert any(name == "README.md" for name, _ in lines), "the README shows no seawall command"
    assert not [f"{name}: $ {' '.join(words)}: {c}" for name, words in lines if (c := complaint(words, commands))]


def test_the_reader_of_command_lines_sees_what_is_wrong():
    """Else the test above could pass on anything."""
    app = typer.Typer()

    @app.command()
    def scan(rule: str, n: int = 1, dry: bool = False) -> None: ...

    @app.command()
    def other() -> None: ...

    tree = typer.main.get_command(app)
    commands: dict[str, Any] = {"seawall": tree, **{f"seawall {n}": c for n, c in getattr(tree, "commands").items()}}  # noqa: B009
    good = "X=1 seawall scan --n 2 --dry SW1 | cat > f && seawall other"
    assert [complaint(words, commands) for words in seawalls(good)] == [None, None]
    for bad in ("scam SW1", "scan", "scan a b", "scan SW1 --m 2", "scan SW1 --n", "other x"):
        (words,) = seawalls(f"seawall {bad}")
        assert complaint(words, commands), bad


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings make: lower case, punctuation dropped, spaces to dashes."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_every_relative_link_resolves():
    broken: list[str] = []
    for page in pages("*.md", "docs/**/*.md", "src/**/*.md", "bench/**/*.md"):
        for link in LINK.finditer(FENCE.sub("", page.read_text(encoding="utf-8"))):
            target, _, anchor = link["target"].partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            to = (page.parent / target).resolve() if target else page
            if not to.exists() or (anchor and anchor not in anchors(to)):
                broken.append(f"{page.relative_to(ROOT)}: {link['target']}")
    assert not broken


def is_there(name: str) -> bool:
    """Whether a dotted name is a module, or something in one; fields of a dataclass count."""
    words = name.split(".")
    for n in range(len(words), 0, -1):
        try:
            at: Any = importlib.import_module(".".join(words[:n]))
        except ModuleNotFoundError:
            continue
        for word in words[n:]:
            if not hasattr(at, word):
                return word == words[-1] and word in getattr(at, "__dataclass_fields__", {})
            at = getattr(at, word)
        return True
    return False


def test_every_name_cited_in_design_exists():
    cited = {
        (page.name, name)
        for page in pages("docs/design/*.md")
        for name in DOTTED.findall(page.read_text(encoding="utf-8"))
        if name.split(".")[1] not in FILES
    }
    assert not [f"{page}: {name}" for page, name in sorted(cited) if not is_there(name)]


def test_the_worked_example_is_a_rule():
    """CONTRIBUTING's rule: its code runs against the names of today, its page has the headings of a page."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (code,) = [b["body"] for b in FENCE.finditer(text) if b["language"] == "python"]
    rule: dict[str, Any] = {}
    exec(compile(code, "CONTRIBUTING.md", "exec"), rule)
    assert re.fullmatch(r"SW\d{3}", rule["CODE"])
    assert f"{rule['NAME'].replace('-', '_')}.py" in text
    assert callable(rule["check"])
    page = text.partition("````markdown\n")[2].partition("````")[0]
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == reference.HEADINGS


def test_reference_is_fresh():
    assert reference.main(["--check"]) == 0
