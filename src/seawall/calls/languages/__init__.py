"""The front ends: which language a file is in, and its neutral form. tree-sitter is imported only in here."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import PurePosixPath

from seawall.calls.facts import tree
from seawall.errors import UsageError

RUBY, PYTHON, JAVASCRIPT, TYPESCRIPT = "ruby", "python", "javascript", "typescript"
MODULES = {RUBY: "ruby", PYTHON: "python", JAVASCRIPT: "javascript", TYPESCRIPT: "javascript"}
SUFFIXES = {
    **dict.fromkeys(
        (".rb", ".rbw", ".rake", ".ru", ".gemspec", ".thor", ".jbuilder", ".builder", ".rabl", ".god"), RUBY
    ),
    **dict.fromkeys((".py", ".pyw", ".pyi"), PYTHON),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), JAVASCRIPT),
    **dict.fromkeys((".ts", ".tsx", ".mts", ".cts"), TYPESCRIPT),
}
RUBY_FILES = frozenset(("Rakefile", "Gemfile", "Guardfile", "Capfile", "Thorfile", "Vagrantfile", "Brewfile"))
PROGRAM = re.compile(rb"#![^\n]*\b(ruby|python|node)[\d.]*(?:\s|\Z)")
PROGRAMS = {b"ruby": RUBY, b"python": PYTHON, b"node": JAVASCRIPT}


def front(path: str, start: bytes = b"") -> str | None:
    """The language of a file: ruby, python, javascript or typescript; None of any other.

    By its name; a name without a suffix says nothing, and then its first line may (`#!/usr/bin/env ruby`). start: the
    first bytes of the file, where they are known.
    """
    name = PurePosixPath(path)
    if name.name in RUBY_FILES:
        return RUBY
    if name.suffix:
        return SUFFIXES.get(name.suffix.lower())
    found = PROGRAM.match(start)
    return PROGRAMS[found[1]] if found else None


def parse(language: str, data: bytes, path: str, stop: Callable[[], bool] | None = None) -> tree.File:
    """The neutral form of a file; the grammar is loaded when the first file of its language comes.

    Never raises on any bytes. stop: asked now and then while the parser works, which may end it (see `parsing`).

    Raises:
        UsageError: the grammars are not installed.
    """
    try:
        module = importlib.import_module(f"{__name__}.{MODULES[language]}")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("tree_sitter"):
            raise
        raise UsageError("source code cannot be read without tree-sitter", "Run pip install 'seawall[code]'.") from None
    return module.parse(data, path, stop)
