"""The `seawall` command: its commands, and the one place where an error becomes a line and an exit code.

Each command imports what it needs when it runs: `seawall --help` loads no server code (0.25 s is its bound).
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated

import typer

from seawall import __version__
from seawall.cli import calls, demo, doctor, explain, init, nodes, notify, scan, schedules, vendors
from seawall.cli.output import masked, mend_streams, say, silence_stdout
from seawall.errors import EXIT_BUG, EXIT_OK, EXIT_TARGET, EXIT_USAGE, SeawallError, Stopped
from seawall.keyspace import printable

# The shell is named, not guessed from the calling processes: a guess fails under `sh`, make or cron, ignores a shell
# that is named, and ends with 1, which here means findings. With this switch of typer its options take the name.
os.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"

app = typer.Typer(
    name="seawall",
    help="Keeps production Redis and Valkey fast, movable, rebuildable and paid for.",
    epilog="Begin with: redis-cli SLOWLOG GET 128 | seawall scan --input -",
    rich_markup_mode=None,  # plain help: rich would cost 90 ms at every start
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(
    "scan", short_help="Read a server or a pasted slow log: what is slow, why, what to do.", epilog=scan.EPILOG
)(scan.command)
app.command("init", short_help="Propose a seawall.toml from what a folder connects to.", epilog=init.EPILOG)(
    init.command
)
app.command("explain", short_help="Print the page of a rule.", epilog=explain.EPILOG)(explain.command)
app.command("doctor", short_help="Probe targets and permissions; print the least ACL line.", epilog=doctor.EPILOG)(
    doctor.command
)
app.command("demo", short_help="The whole story on a private server, in about a minute.", epilog=demo.EPILOG)(
    demo.command
)


app.command("notify", short_help="Tell people of what ends soon, each once a rung.", epilog=notify.EPILOG)(
    notify.command
)
app.add_typer(calls.app)
app.add_typer(nodes.app)
app.add_typer(schedules.app)
app.add_typer(vendors.app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"seawall {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Keeps production Redis and Valkey fast, movable, rebuildable and paid for."""


def run() -> None:
    """Runs the command line and ends the process with the exit code of the contract.

    At once: Python would first take apart what a hostile server made us build, 1.7 s for a reply of 64 MB.
    """
    mend_streams()
    code = code_of(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):  # whoever writes flushes; this is for what others wrote
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def code_of(arguments: list[str]) -> int:
    """Runs the command line with these arguments; returns the exit code. Errors are printed here and nowhere else."""
    try:
        result = app(arguments or ["--help"], standalone_mode=False)
        if result == _INTERRUPTED:
            raise KeyboardInterrupt
        code = result if isinstance(result, int) else EXIT_OK
        return code if arguments else EXIT_USAGE
    except typer.Exit as ended:
        return ended.exit_code
    except typer.TyperException as wrong:
        return _misused(wrong)
    except SeawallError as wrong:
        again = " Trying again may help." if wrong.retry_helps and "ry again" not in wrong.hint else ""
        return _end(wrong.exit_code, masked(wrong.what), wrong.hint + again)
    except (KeyboardInterrupt, typer.Abort):
        stopped = Stopped("stopped by you; nothing was changed", "Run the same command again.")
        return _end(stopped.exit_code, stopped.what, stopped.hint)
    except SystemExit as ended:  # of typer: completion is done, or the reader of a help page has gone
        silence_stdout()
        return EXIT_OK if ended.code in (None, 0, 1) else EXIT_USAGE
    except OSError as wrong:
        if wrong.errno not in _SURROUNDINGS or str(wrong.filename).startswith(str(_PACKAGE)):
            return _bug()
        silence_stdout()  # it may be what is full
        place = f"{printable(str(wrong.filename))}: " if wrong.filename else ""
        return _end(
            EXIT_TARGET, f"{place}{(wrong.strerror or '').lower()}", "Free some room, or check the permissions."
        )
    except Exception:
        return _bug()


_INTERRUPTED = 130  # typer's word for a KeyboardInterrupt, which it does not let out
_PACKAGE = Path(__file__).parent.parent
_SURROUNDINGS = frozenset(  # no bug of ours: a full disk, a file or folder that may not be written or is not there
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF}
    | {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}
)


def _end(code: int, what: str, hint: str = "") -> int:
    say(what, hint)
    return code


def _misused(wrong: typer.TyperException) -> int:
    """A usage error in one line. What was typed in the wrong place may be a URL with a password."""
    what = masked(wrong.format_message().strip().split("\n")[0].rstrip(".").replace("Value error, ", ""))
    what, _, near = what.partition(" (Possible options: ")
    hints = [f"Did you mean {near.rstrip(')').replace(', ', ' or ')}?"] if near else []
    context = getattr(wrong, "ctx", None)
    command = "seawall" if context is None else context.command_path
    if "extra argument" in what and "://" in what:
        hints.append("A server is given with --redis URL.")
    hints.append(f"`{command} --help` shows the options and an example.")
    return _end(EXIT_USAGE, what[:1].lower() + what[1:], " ".join(hints))


def _bug() -> int:
    """A bug of ours: one line, and the details in a file for the report."""
    details = masked(traceback.format_exc(), os.environ.get("REDISCLI_AUTH", ""))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="seawall-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(f"seawall {__version__}, Python {sys.version}\n\n")
            file.write(details)
        where = f"The details are in {file.name}: read it for secrets before you send it with a report."
    except OSError:
        where = "The details could not be written to a file."
    return _end(EXIT_BUG, "this is a bug in seawall", where)
