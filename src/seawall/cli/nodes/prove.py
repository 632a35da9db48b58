"""`seawall nodes prove`: old and new form of a job, measured on a private server."""

from __future__ import annotations

import contextlib
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.errors import EXIT_OK, UsageError

if TYPE_CHECKING:
    from seawall.lab import Binary
    from seawall.nodes.prove.choose import Choice, Subject
    from seawall.nodes.prove.proof import Proof

EPILOG = """\
Examples:\n
  seawall nodes prove --list\n
  seawall nodes prove --form geo-listing --size 50000\n
  seawall scan --format json > scan.json; seawall nodes prove --scan scan.json 1f2e3d4c\n
  seawall nodes prove --scan scan.json "GEORADIUS drivers:positions"\n
\n
Exit codes: 0 measured, also when the new form is no better; 2 wrong usage or input, or no server program;
3 the private server failed; 4 stopped by Ctrl-C; 70 a bug.
"""
ROUNDS = 12
SECONDS = 60.0


class Output(StrEnum):
    """The forms of a result."""

    TEXT = "text"
    JSON = "json"


def command(
    group: Annotated[
        str | None,
        typer.Argument(metavar="GROUP", help="A finding of --scan: the beginning of its id, or 'COMMAND PATTERN'."),
    ] = None,
    scan: Annotated[
        Path | None, typer.Option("--scan", metavar="FILE|-", help="The JSON of a scan, - for standard input.")
    ] = None,
    form: Annotated[str | None, typer.Option("--form", metavar="NAME", help="A form of the catalogue.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the catalogue.")] = False,
    size: Annotated[
        int | None,
        typer.Option("--size", min=2, metavar="N", help="Elements. Default: the finding's, else the form's."),
    ] = None,
    server: Annotated[
        Path | None,
        typer.Option(
            "--server", metavar="PATH", help="A server program. Default: the one here closest to the finding's."
        ),
    ] = None,
    rounds: Annotated[
        int, typer.Option("--rounds", metavar="N", min=1, max=100, help="Of two jobs in each form; a verdict needs 9.")
    ] = ROUNDS,
    seconds: Annotated[
        float,
        typer.Option("--seconds", metavar="SECONDS", min=1, max=3600, help="No further round begins after this time."),
    ] = SECONDS,
    aa: Annotated[
        bool, typer.Option("--aa", help="The old form against itself: this must say 'no difference'.")
    ] = False,
    output: Annotated[Output, typer.Option("--format", help="The form of the result.")] = Output.TEXT,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would start, make and send; do nothing.")
    ] = False,
) -> int:
    """Measure the old and the new form of a job on a private server, under a foreground client.

    The longest call and the total are the server's own figures. Your servers are not touched: the data is made up, of
    the same type and size, and the private server is gone afterwards.
    """
    from dataclasses import replace

    from seawall.nodes.prove.collect import measure

    if list_:
        return _list(output)
    subject, choice = _chosen(group, scan, form, size)
    binary, remarks = _program(server, subject)
    choice = replace(choice, remarks=(*choice.remarks, *remarks))
    settings = dict(subject.settings) if subject else {}
    if dry_run:
        return _plan(choice, binary, rounds, settings, output)
    with _Progress() as say:
        proof = measure.prove(binary, choice.form, choice.size, measure.Wish(rounds, seconds, aa, settings), say)
    _report(replace(proof, remarks=(*choice.remarks, *proof.remarks)), subject, output)
    return EXIT_OK


def _report(proof: Proof, subject: Subject | None, output: Output) -> None:
    from seawall.cli.output import write
    from seawall.keyspace import printable
    from seawall.nodes.prove.wording import told

    if output is Output.JSON:
        _write_json({**proof.as_json(), "finding": subject.as_json() if subject else None})
        return
    about = [f"finding {printable(subject.id[:8])}: {printable(subject.title)}"] if subject else []
    write("\n".join([*about, *told(proof)]), None)


def _chosen(group: str | None, scan: Path | None, form: str | None, size: int | None) -> tuple[Subject | None, Choice]:
    """The form to prove and its size, by name or by a finding. Raises UsageError or InputError."""
    from dataclasses import replace

    from seawall.nodes.prove import choose

    if (group is None) == (form is None):
        what = "nothing to prove" if form is None else "a finding and a form are both given"
        raise UsageError(what, "Give the id of a finding and --scan FILE, or --form NAME. --list shows all forms.")
    if form is not None:
        if scan is not None:
            raise UsageError("--scan needs a finding, not --form", "Give the id of a finding, or leave --scan out.")
        named = choose.form_named(form)
        return None, choose.Choice(named, choose.sized(named, named.size if size is None else size))
    if scan is None:
        raise UsageError("the finding is in no scan", "Add --scan FILE: the output of `seawall scan --format json`.")
    subject = choose.find(_read(scan), group or "")
    choice = choose.choose(subject)
    if size is not None:
        choice = replace(choice, size=choose.sized(choice.form, size), remarks=())
    return subject, choice


def _read(path: Path) -> str:
    from seawall.cli import pasted
    from seawall.errors import InputError
    from seawall.nodes.prove.choose import SCAN_HINT

    try:
        return pasted.read(path).decode("utf-8", "replace")
    except (InputError, UsageError) as wrong:  # its hints are about --input
        raise type(wrong)(wrong.what, SCAN_HINT) from None


def _program(path: Path | None, subject: Subject | None) -> tuple[Binary, tuple[str, ...]]:
    """The server program, and what is to be said about it."""
    from seawall.keyspace import printable
    from seawall.nodes.prove.collect import programs

    product, version = (subject.product, subject.version) if subject else ("", "")
    binary = programs.choose(path, product, version)
    if subject is None or str(binary) == subject.server:
        return binary, ()
    how = "" if path else ", the closest one here"
    if not subject.server:
        return binary, (f"The scan does not know the finding's server; measured on {binary}.",)
    return binary, (f"The finding's server is {printable(subject.server)}; measured on {binary}{how}.",)


def _list(output: Output) -> int:
    from seawall.cli.output import write
    from seawall.nodes.prove.forms import FORMS, NO_FORM
    from seawall.nodes.prove.wording import listed

    if output is Output.TEXT:
        write("\n".join(listed(FORMS, NO_FORM)), None)
    else:
        forms = [
            {
                "form": form.name,
                "job": form.job,
                "rules": list(form.rules),
                "size": form.size,
                "size_is": form.size_is,
                "old": form.old.sends,
                "new": form.new.sends,
            }
            for form in FORMS
        ]
        _write_json({"schema": 1, "forms": forms, "without_form": NO_FORM})
    return EXIT_OK


def _plan(choice: Choice, binary: Binary, rounds: int, settings: dict[str, str], output: Output) -> int:
    from seawall.cli.output import write
    from seawall.nodes.prove.wording import planned

    lines = planned(choice.form, choice.size, str(binary), rounds, settings)
    if output is Output.TEXT:
        write("\n".join([*lines, *(f"Note: {remark}" for remark in choice.remarks)]), None)
    else:
        form = choice.form
        plan = {"form": form.name, "size": choice.size, "server": str(binary), "rounds": rounds, "settings": settings}
        sends = {"old": form.old.sends, "new": form.new.sends, "remarks": list(choice.remarks)}
        _write_json({"schema": 1, "dry_run": True, **plan, **sends})
    return EXIT_OK


def _write_json(document: object) -> None:
    import json

    from seawall.cli.output import write

    write(json.dumps(document, indent=2), None)


class _Progress:
    """What is being done, in one line of standard error that is wiped at the end. Silent where it is no terminal."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self("")

    def __call__(self, what: str) -> None:
        if self._terminal:
            with contextlib.suppress(OSError):  # full or closed: nobody is there to be told
                sys.stderr.write(f"\r\x1b[2K{what}")
                sys.stderr.flush()
