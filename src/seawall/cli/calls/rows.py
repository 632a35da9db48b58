"""`seawall calls list`: every call site of a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.options import Config, Output
from seawall.errors import EXIT_OK, EXIT_TARGET

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from seawall.calls.collect import Listed
    from seawall.calls.facts.sites import Site

EPILOG = """\
Examples:\n
  seawall calls list app/\n
  seawall calls list . --format jsonl --min-confidence inferred\n
  seawall calls list app/models/feed.rb --why\n
\n
Exit codes: 0 listed; 2 wrong usage; 3 a file could not be read or understood (the sites of the others are listed), or
the result not written; 4 stopped by you; 70 a bug.
"""


class Form(StrEnum):
    """The forms of the answer; jsonl is a line for each site."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class Confidence(StrEnum):
    """How sure it is that the receiver is a client, surest first."""

    TYPED = "typed"
    INFERRED = "inferred"
    NAME = "name"


class Language(StrEnum):
    """The languages that are read."""

    RUBY = "ruby"
    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"


Least = Annotated[
    Confidence,
    typer.Option(
        "--min-confidence",
        help="typed: followed to where the client is made; inferred: by a caller or a library; name: by its name.",
    ),
]


def command(
    place: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder of source code, or one file.")],
    form: Annotated[Form, typer.Option("--format", help="jsonl is a line for each site.")] = Form.TEXT,
    output: Output = None,
    least: Least = Confidence.NAME,
    why: Annotated[bool, typer.Option("--why", help="Say how each client was found, and why a * is one.")] = False,
    language: Annotated[
        list[Language] | None, typer.Option("--language", help="Only files of this language. Repeatable.")
    ] = None,
    tests: Annotated[bool, typer.Option("--tests", help="Read tests too: spec/, tests/, test_*.py ...")] = False,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="GLOB", help="Leave these paths out: 'db/*.rb', legacy. Repeatable."),
    ] = None,
    config: Config = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Neither use nor keep what was found before in the same source.")
    ] = False,
) -> int:
    """List every place in source code that sends a command to Redis or Valkey: path and line, command, key pattern.

    Reads Ruby, Python, JavaScript and TypeScript; templates (ERB, Jinja) are not read. Passed over and counted: tests,
    installed packages, built JavaScript, hidden folders, symbolic links.
    """
    import json
    import time

    from seawall.calls.collect import collect
    from seawall.calls.configured import overrides_of
    from seawall.calls.passing import Look
    from seawall.cli.calls.surroundings import cache_folder, progress_line
    from seawall.cli.output import as_text, check, say, write
    from seawall.config import FILE_NAME, load_calls

    check(output)
    overrides = overrides_of(load_calls(config), str(config or FILE_NAME))
    began = time.monotonic()
    with progress_line() as progress:
        listed = collect(
            place,
            Look(tests, frozenset(one.value for one in language or Language), tuple(exclude or ())),
            clock=time.process_time,
            cache=None if no_cache else cache_folder(),
            progress=progress,
            overrides=overrides,
        )
    seconds = time.monotonic() - began
    sure = list(Confidence)
    sites = [s for s in listed.sites if sure.index(Confidence(s.confidence)) <= sure.index(least)]
    if form is Form.JSON:
        write(json.dumps(_document(place, listed, sites, why=why), indent=2), output)
    elif form is Form.JSONL:
        write("".join(f"{json.dumps(_row(site, why=why))}\n" for site in sites), output)
    else:
        terminal = output is None and sys.stdout.isatty()
        write(as_text(lambda c: _print(listed, sites, seconds, c, why=why), terminal=terminal), output)
    for one in listed.not_checked:
        say(f"{one.target}: {one.reason}", one.hint)
    return EXIT_TARGET if listed.not_checked else EXIT_OK


def _row(site: Site, *, why: bool) -> dict[str, object]:
    """The line of the contract; with `why` how the client was found, and why each `*` is one."""
    row: dict[str, object] = {**site.as_json()}
    if why:
        row |= {"why": list(map(str, site.why)), "holes": list(site.holes), "variants": list(site.variants)}
    return row


def _document(place: Path, listed: Listed, sites: Sequence[Site], *, why: bool) -> dict[str, object]:
    from seawall import __version__

    return {
        "schema": 1,
        "tool": {"name": "seawall", "version": __version__},
        "folder": str(place),
        "files": listed.files,
        "parsed": listed.parsed,
        "sites": [_row(site, why=why) for site in sites],
        "passed_over": dict(listed.passed_over),
        "not_checked": [one.as_json() for one in listed.not_checked],
    }


def _print(listed: Listed, sites: Sequence[Site], seconds: float, console: Console, *, why: bool) -> None:
    from seawall.report.terminal_paper import print_all

    print_all(console, lambda _: _page(listed, sites, seconds, why=why))


def _page(listed: Listed, sites: Sequence[Site], seconds: float, *, why: bool) -> Iterator[RenderableType]:
    from itertools import groupby

    from rich.text import Text

    from seawall.keyspace import printable
    from seawall.report.words import count

    for path, group in groupby(sites, key=lambda site: site.path):
        yield Text(printable(path), style="bold")
        yield from _file(list(group), why=why)
        yield ""
    by = ", ".join(f"{n:,} {c}" for c in Confidence if (n := sum(site.confidence == c for site in sites)))
    paths = len({site.path for site in sites})
    total = count(len(sites), "call site") + (f" in {count(paths, 'file')} ({by})" if sites else "")
    yield Text(f"{total}, of {count(listed.files, 'source file')} in {seconds:.1f} s")
    if listed.passed_over:
        yield Text("passed over: " + ", ".join(f"{n:,} {what}" for what, n in listed.passed_over.items()))


def _file(sites: Sequence[Site], *, why: bool) -> Iterator[RenderableType]:
    """The rows of one file: place, command, key pattern, how sure, by what wrapper."""
    from rich.padding import Padding
    from rich.text import Text

    from seawall.keyspace import printable

    for site in sites:
        place = f"{site.line}:{site.col}"
        keyless = "given by its callers" if site.wrapper else "no key"
        key = keyless if site.key_pattern is None else printable(site.key_pattern)
        row = Text(f"  {place:>8}  {site.command:<16} ")
        row.append(key, style="dim" if site.key_pattern is None else "cyan")
        if site.confidence != Confidence.TYPED:
            row.append(f"  {site.confidence}", style="yellow")
        if site.through:
            row.append(f"  through {printable(site.through)}", style="dim")
        yield row
        if why:
            reasons = [printable(str(reason)) for reason in site.why] + [f"* {printable(hole)}" for hole in site.holes]
            for reason in reasons:
                yield Padding(Text(reason, style="dim"), (0, 0, 0, 12))
