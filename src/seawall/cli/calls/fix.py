"""`seawall calls fix`: the diff that mends call sites, and the edit."""

from __future__ import annotations

import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.calls.rows import Language
from seawall.cli.options import Config, Output, PasswordFile
from seawall.errors import EXIT_FINDINGS, EXIT_OK, EXIT_TARGET

if TYPE_CHECKING:
    from seawall.calls.fixes.fixing import Fixed

EPILOG = """\
Examples:\n
  seawall calls fix app/\n
  seawall calls fix . --rule SW220 --apply\n
  seawall calls fix . --unsafe | less\n
\n
Exit codes: 0 nothing to mend, or mended; 1 there is a diff; 2 wrong usage, or uncommitted changes; 3 a file could not
be read, understood or written, or a server not asked; 4 stopped by you; 70 a bug.
"""


class Form(StrEnum):
    """The forms of the answer."""

    TEXT = "text"
    JSON = "json"


Redis = Annotated[
    list[str] | None,
    typer.Option(
        "--redis", metavar="URL", help="A server of this code: where all free lazily, DEL is left as it is. Repeatable."
    ),
]


def command(
    place: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder of source code, or one file.")],
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="CODE", help="Only what these rules find: SW220. Repeatable.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Edit the files. Else only the diff is shown.")] = False,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Also what changes atomicity or order; the rule's page says how.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Edit although there are uncommitted changes.")] = False,
    form: Annotated[Form, typer.Option("--format", help="text is a diff that git apply takes.")] = Form.TEXT,
    output: Output = None,
    redis: Redis = None,
    password_file: PasswordFile = None,
    language: Annotated[
        list[Language] | None, typer.Option("--language", help="Only files of this language. Repeatable.")
    ] = None,
    tests: Annotated[bool, typer.Option("--tests", help="Mend tests too: spec/, tests/, test_*.py ...")] = False,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="GLOB", help="Leave these paths out: 'db/*.rb', legacy. Repeatable."),
    ] = None,
    config: Config = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Neither use nor keep what was found before in the same source.")
    ] = False,
) -> int:
    """Show as a diff how call sites are mended, or edit them. Ruby and Python; only where the client is certain.

    Safe: DEL becomes UNLINK (SW220), a large COUNT 1,000 (SW205), SET and EXPIRE one SET (SW210). With --unsafe: KEYS
    becomes SCAN (SW201), GEORADIUS a newer or a paged search (SW203), SMEMBERS and HGETALL scans (SW204), large writes
    slices (SW206), and a fixed TTL gets jitter (SW904). What is left as it is comes last, with the reason.
    """
    import time

    from seawall.calls.configured import overrides_of
    from seawall.calls.fixes import fixing
    from seawall.calls.fixes.mending import Wish
    from seawall.calls.passing import Look
    from seawall.cli.calls.surroundings import cache_folder, progress_line
    from seawall.cli.output import check
    from seawall.config import FILE_NAME, load_calls

    check(output)
    overrides = overrides_of(load_calls(config), str(config or FILE_NAME))
    wish = Wish(_selected(rule or []), unsafe, _frees_lazily(redis or [], password_file))
    look = Look(tests, frozenset(one.value for one in language or Language), tuple(exclude or ()))
    with progress_line() as progress:
        fixed = fixing.fix(
            place,
            look,
            wish,
            clock=time.process_time,
            cache=None if no_cache else cache_folder(),
            progress=progress,
            overrides=overrides,
        )
    undoable = fixing.apply(fixed, force=force) if apply and fixed.mended.texts else None
    return _tell(fixed, form, output, applied=apply, undoable=undoable)


def _selected(words: list[str]) -> frozenset[str]:
    """The codes of --rule that have a fixer. Raises UsageError where none has."""
    from seawall import rulebook
    from seawall.calls.fixes import FIXERS
    from seawall.errors import UsageError

    known = sorted({code for fixer in FIXERS for code in fixer.CODES.values()})
    codes = frozenset(known).intersection(code for word in words for code in _codes(word, known))
    if words and not codes:
        names = ", ".join(rulebook.select(words))
        raise UsageError(f"nothing mends {names}", f"There are fixes for {', '.join(known)}.")
    return codes


def _codes(word: str, known: list[str]) -> tuple[str, ...]:
    from seawall import rulebook

    return (word.upper(),) if word.upper() in known else rulebook.select([word])


def _frees_lazily(urls: list[str], password_file: Path | None) -> bool | None:
    """Whether every one of these servers frees lazily what DEL removes; None where there is none, or one does not say.

    Raises TargetError where one cannot be asked.
    """
    from seawall import config, wire
    from seawall.nodes.collect.server import server_of

    if not urls:
        return None
    secret = config.secret_file(password_file, "--password-file") if password_file else None
    password = secret or config.password_from_environment()
    told: list[bool | None] = []
    for url in urls:
        with wire.Connection(wire.parse_url(url, password=password)) as connection:
            info, setting = connection.pipeline([["INFO", "server"], ["CONFIG", "GET", "lazyfree-lazy-user-del"]])
        told.append(server_of(info, None, [setting], None).frees_lazily("lazyfree-lazy-user-del"))
    return all(one is True for one in told)


def _tell(fixed: Fixed, form: Form, output: Path | None, *, applied: bool, undoable: bool | None) -> int:
    import json

    from seawall.cli.output import say, write

    if form is Form.JSON:
        write(json.dumps(_document(fixed, applied=applied), indent=2), output)
    else:
        _show(fixed.diffs(), output)
    for one in fixed.not_checked:
        say(f"{one.target}: {one.reason}", one.hint)
    if form is Form.TEXT:
        _summary(fixed, applied=applied)
    if undoable is False:
        say("this folder is in no git work tree", "The diff undoes it: patch -R -p1 < DIFF.")
    if fixed.not_checked:
        return EXIT_TARGET
    return EXIT_FINDINGS if fixed.mended.texts and not applied else EXIT_OK


def _show(diff: bytes, output: Path | None) -> None:
    """The diff: its very bytes to a file or a pipe, printable on a terminal."""
    from seawall.cli.output import write, write_bytes
    from seawall.keyspace import printable

    if output is None and sys.stdout.isatty():
        text = diff.decode("utf-8", "backslashreplace")
        write("".join(f"{printable(line)}\n" for line in text.split("\n")[:-1]), None)
    else:
        write_bytes(diff, output)


def _summary(fixed: Fixed, *, applied: bool) -> None:
    """What was done and what was not, to standard error, so that the diff stays one."""
    from seawall.cli.output import say
    from seawall.keyspace import printable
    from seawall.report.words import count

    mended = fixed.mended
    rules = ", ".join(f"{n:,} {code}" for code, n in sorted(Counter(c.rule for c in mended.changes).items()))
    done = "mended" if applied else "can be mended"
    what = f"{count(len(mended.changes), 'call site')} {done} in {count(len(mended.texts), 'file')}"
    say(what + (f" ({rules})" if rules else ""))
    for (code, reason), places in _by_reason(fixed).items():
        say(f"skipped, {code}: {printable(reason)}")
        for place in places:
            sys.stderr.write(f"    {printable(place)}\n")


def _by_reason(fixed: Fixed) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for one in fixed.mended.refused:
        found.setdefault((one.rule, one.reason), []).append(f"{one.site.path}:{one.site.line}")
    return found


def _document(fixed: Fixed, *, applied: bool) -> dict[str, object]:
    from seawall import __version__

    mended = fixed.mended
    return {
        "schema": 1,
        "tool": {"name": "seawall", "version": __version__},
        "folder": str(fixed.folder),
        "applied": applied,
        "files": [
            {"path": path, "diff": fixed.diff(path).decode("utf-8", "backslashreplace")}
            for path in sorted(mended.texts)
        ],
        "changes": [
            {
                "rule": one.rule,
                "path": one.site.path,
                "line": one.site.line,
                "col": one.site.col,
                "command": one.site.command,
                "key_pattern": one.site.key_pattern,
                "safe": one.safe,
                "says": one.says,
            }
            for one in mended.changes
        ],
        "skipped": [
            {
                "rule": one.rule,
                "path": one.site.path,
                "line": one.site.line,
                "col": one.site.col,
                "command": one.site.command,
                "reason": one.reason,
            }
            for one in mended.refused
        ],
        "not_checked": [one.as_json() for one in fixed.not_checked],
    }
