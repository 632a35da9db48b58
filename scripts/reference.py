"""Writes docs/reference from the code: cli.md from the command tree, rules.md from the rules and their pages.

`--check` writes nothing and exits 1 when a page is not what the code says now.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src/seawall"
PAGES = ROOT / "docs/reference"
HEADINGS = [
    "What it does",
    "Why it hurts",
    "Bad",
    "Good",
    "When it is fine",
    "Fix safety",
    "References",
]  # of a rule's page
MADE = "\n<!-- written by scripts/reference.py (`make docs`) from the code; edit the code -->\n"


def commands() -> Iterator[tuple[str, Any]]:
    """Every command as ("seawall nodes capture", command), parents first; hidden ones left out.

    A command has `name`, `help`, `hidden`, `params` and, if it is a group, `commands`. Typer carries its own click and
    does not export its types, hence `Any`.
    """

    def below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield path, command
        for name, child in getattr(command, "commands", {}).items():
            if not child.hidden:
                yield from below(f"{path} {name}", child)

    app: typer.Typer = importlib.import_module("seawall.cli.main").app
    yield from below("seawall", typer.main.get_command(app))


def cell(text: str) -> str:
    """One cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def cleaned(text: str | None) -> str:
    """A help text without what keeps a terminal from joining its lines: marks, and empty lines between examples."""
    text = inspect.cleandoc(text or "").replace("\b\n", "").replace("\b", "").strip()
    return re.sub(r"\n\n(?=  )", "\n", text)


def command_section(path: str, command: Any) -> Iterator[str]:
    """Usage, help, subcommands, arguments and options of one command."""
    context = typer.Context(command, info_name=path, terminal_width=100)  # not the width of this terminal
    yield f"\n## {path}\n"
    yield f"```text\n{command.get_usage(context).removeprefix('Usage: ')}\n```\n"
    summary, _, rest = cleaned(command.help).partition("\n\n")
    yield f"{summary}\n"
    rest = "\n\n".join(text for text in (rest.strip(), cleaned(command.epilog)) if text)
    if rest:  # examples and exit codes, as they were set for the terminal
        yield f"```text\n{rest}\n```\n"
    children = {name: c for name, c in getattr(command, "commands", {}).items() if not c.hidden}
    if children:
        yield "| command | does |\n|---|---|"
        for name, child in children.items():
            anchor = f"{path} {name}".replace(" ", "-")
            does = child.short_help or cleaned(child.help).partition("\n\n")[0]
            yield f"| [`{name}`](#{anchor}) | {cell(does)} |"
        yield ""
    rows = [(p, p.get_help_record(context)) for p in command.get_params(context) if not p.hidden and p.name != "help"]
    if rows:
        yield "| argument or option | meaning |\n|---|---|"
        for param, record in rows:
            if record is None:
                raise SystemExit(f"{path}: {param.name} has no help record")
            yield f"| `{record[0].replace('|', chr(92) + '|')}` | {cell(record[1])} |"
        yield ""


def exit_codes() -> Iterator[str]:
    """The exit codes and the errors behind them, from `seawall.errors`."""
    errors = importlib.import_module("seawall.errors")
    causes: dict[int, list[str]] = {errors.EXIT_OK: [], errors.EXIT_FINDINGS: []}
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, errors.SeawallError):
            causes.setdefault(error.exit_code, []).append((error.__doc__ or "").split("\n")[0])
    meaning = {
        errors.EXIT_OK: "nothing at or above `--fail-on`",
        errors.EXIT_FINDINGS: "findings",
        errors.EXIT_USAGE: "wrong usage, configuration or input",
        errors.EXIT_TARGET: "a target unreachable or not permitted, or a result not written; wins over 1",
        errors.EXIT_STOPPED: "stopped midway, can be resumed",
        errors.EXIT_BUG: "internal error: a bug",
    }
    yield "\n## Exit codes\n"
    yield "| code | means | when |\n|---|---|---|"
    for code in sorted(causes):
        when = "" if code == errors.EXIT_BUG else " ".join(causes[code])
        yield f"| {code} | {meaning[code]} | {cell(when)} |"


def page(lines: list[str]) -> str:
    """The lines as a page, without doubled blank lines."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def cli_page() -> str:
    """docs/reference/cli.md."""
    sections = [line for path, command in commands() for line in command_section(path, command)]
    return page(["# Command line", MADE, *exit_codes(), *sections])


def rules() -> Iterator[tuple[str, str, Path]]:
    """Every rule as (code, name, path of its module). Modules that begin with an underscore are no rules."""
    for path in sorted(SRC.glob("*/rules/[!_]*.py")):
        words: dict[str, str] = {}
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "value", None)
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                words[target.id] = value.value
        yield words.get("CODE", ""), words.get("NAME", ""), path


def first_line(rule_page: Path) -> str:
    """The first line under "What it does", up to its full stop."""
    if not rule_page.exists():
        raise SystemExit(f"{rule_page.relative_to(ROOT)} is missing: a rule stands beside its page")
    text = rule_page.read_text(encoding="utf-8")
    after = text.partition("What it does\n")[2].strip()
    return after.split("\n\n")[0].replace("\n", " ").partition(". ")[0].rstrip(".")


def rules_page() -> str:
    """docs/reference/rules.md."""
    lines = ["# Rules", MADE, "`seawall explain RULE` shows a rule's page."]
    room = ""
    for code, name, path in sorted(rules()):
        if path.parent.parent.name != room:
            room = path.parent.parent.name
            lines += [f"\n## {room}\n", "| rule | name | what it does |", "|---|---|---|"]
        beside = path.with_suffix(".md")
        link = f"../../{beside.relative_to(ROOT)}"
        lines.append(f"| {code} | [`{name}`]({link}) | {cell(first_line(beside))} |")
    return page(lines)


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` say which are stale."""
    pages = {"rules.md": rules_page()}
    if (SRC / "cli/main.py").exists():
        pages["cli.md"] = cli_page()
    stale = [n for n, text in pages.items() if not (f := PAGES / n).exists() or f.read_text(encoding="utf-8") != text]
    if arguments == ["--check"]:
        for name in stale:
            print(f"docs/reference/{name} is not what the code says: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        PAGES.mkdir(parents=True, exist_ok=True)
        (PAGES / name).write_text(pages[name], encoding="utf-8")
        print(f"wrote docs/reference/{name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
