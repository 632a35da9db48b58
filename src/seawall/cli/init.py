"""`seawall init`: a first seawall.toml from the endpoints of a folder and the environment, owners left to fill in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.errors import EXIT_OK, EXIT_TARGET, OutputError, UsageError
from seawall.keyspace import printable

if TYPE_CHECKING:
    from seawall.model import Json
    from seawall.survey.found import Passed, Surveyed
    from seawall.survey.rows import Row

EPILOG = """\
Examples:\n
  seawall init\n
  seawall init /srv/app --dry-run\n
\n
Exit codes: 0 written, or all is there already; 2 wrong usage or config, or --output is something else; 3 a file could
not be read or a bound was reached, the rest is written; or the result not written; 70 a bug.
"""
_SHOWN = 3  # places of what was passed over for one reason


class Form(StrEnum):
    """The forms of the answer."""

    TEXT = "text"
    JSON = "json"


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the settings of production are.")] = Path(),
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where it is written.")] = Path(
        "seawall.toml"
    ),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the file, and write nothing.")] = False,
    form: Annotated[Form, typer.Option("--format", help="The form of the answer.")] = Form.TEXT,
) -> int:
    """Propose a seawall.toml from the endpoints in settings, source code, templates and the environment.

    Nothing is connected to. Of a URL only scheme, host, port and database are kept. A seawall.toml that is there stays
    as it is: the rows that it lacks are printed.
    """
    import json

    from seawall import config
    from seawall.cli.output import check, say, write
    from seawall.survey.collect import survey
    from seawall.survey.page import page, pasted
    from seawall.survey.proposals import propose

    check(output)
    there = os.path.lexists(output)
    if there and not output.is_file():  # a named pipe would be waited for
        raise UsageError(f"{printable(str(output))} is there, and is no file", "Give another --output.")
    estate = config.load(output) if there else config.Estate()
    surveyed = survey(folder, os.environ, ours=os.path.realpath(output))
    rows = propose(surveyed, estate, os.environ)
    text = pasted(rows) if there else page(rows)
    written = not there and not dry_run
    if written:
        create(output, text)
    if form is Form.JSON:
        write(json.dumps(_document(output, surveyed, rows, text, written=written), indent=2), None)
    elif written:
        write("\n".join(_report(output, surveyed, rows)), None)
    else:
        write("\n".join(_printed(output, surveyed, rows, text, there=there)), None)
    for missing in surveyed.not_checked:
        say(f"{missing.target}: {missing.reason}", missing.hint)
    return EXIT_TARGET if surveyed.not_checked else EXIT_OK


def create(path: Path, text: str) -> None:
    """Writes a new file, whole or not at all, and over none. Raises UsageError or OutputError.

    Only its owner may read it: the routes of the people, which come into it, are secrets.
    """
    import tempfile

    shown = printable(str(path))
    try:
        handle, name = tempfile.mkstemp(prefix=".seawall-", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            os.link(temporary, path)  # unlike a rename it fails where something is there
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError:
        raise UsageError(f"{shown} has come to be meanwhile", "Run init again: it prints what is missing.") from None
    except OSError as wrong:
        reason = (wrong.strerror or str(wrong)).lower()
        hint = "Nothing half-written was left. Give another --output, or take what --dry-run prints."
        raise OutputError(f"{shown} could not be written: {reason}", hint) from None


def _document(output: Path, surveyed: Surveyed, rows: tuple[Row, ...], text: str, *, written: bool) -> dict[str, Json]:
    return {
        "schema": 1,
        "output": printable(str(output)),
        "written": written,
        "files": surveyed.files,
        "rows": [row.as_json() for row in rows],
        "toml": text,
        "passed_over": [passed.as_json() for passed in surveyed.passed],
        "not_checked": [missing.as_json() for missing in surveyed.not_checked],
    }


def _report(output: Path, surveyed: Surveyed, rows: tuple[Row, ...]) -> Iterator[str]:
    """What was written, what was passed over, what to do next."""
    yield f"{printable(str(output))}: {_counted(surveyed, rows)}"
    for row in rows:
        first = row.places[0].says
        more = f", and {len(row.places) - 1} more" if len(row.places) > 1 else ""
        yield f"  [[{row.table}]] {row.name}: {first}{more}"
    yield from _passed(surveyed.passed)
    config = "" if output == Path("seawall.toml") else f" --config {printable(str(output))}"
    yield ""
    yield "Next: write down the people and the owners in it, then"
    yield f"  seawall vendors check{config}"
    yield f"  seawall doctor{config}"


def _printed(output: Path, surveyed: Surveyed, rows: tuple[Row, ...], text: str, *, there: bool) -> Iterator[str]:
    """The rows as TOML, and all else as its comments: the whole may be pasted."""
    name = printable(str(output))
    if there and rows:
        yield f"# To be pasted into {name}, which was not changed: {_counted(surveyed, rows)}"
    elif there:
        yield f"# {name} lacks nothing of what was found: {_counted(surveyed, rows)}"
    else:
        yield f"# {name} would be written: {_counted(surveyed, rows)}"
    if text:
        yield ""
        yield text.rstrip("\n")
    for line in _passed(surveyed.passed):
        yield f"# {line}" if line else ""


def _counted(surveyed: Surveyed, rows: tuple[Row, ...]) -> str:
    from seawall.report.words import count

    tables = {row.table: sum(r.table == row.table for r in rows) for row in rows}
    found = " and ".join(f"{number} [[{table}]]" for table, number in tables.items()) or "no new row"
    return f"{found}, from {count(surveyed.files, 'file')} and the environment"


def _passed(passed: tuple[Passed, ...]) -> Iterator[str]:
    """What was passed over, by reason."""
    reasons: dict[str, list[str]] = {}
    for one in passed:
        reasons.setdefault(one.reason, []).append(one.what)
    if reasons:
        yield ""
        yield "Passed over:"
    for reason, places in reasons.items():
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        yield f"  {', '.join(places[:_SHOWN])}{more}: {reason}"
