"""Help, version, completion, usage errors, and where errors become a line and an exit code."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from tests.front_door import one_line_and_hint, seawall

from seawall import __version__, rulebook
from seawall.cli import main

SECRET = "s3cr3t"
COMMANDS = ("scan", "init", "explain", "doctor", "demo", "nodes capture", "nodes census", "nodes prove")
COMMANDS += ("calls list", "calls fix", "calls snippet")
COMMANDS += ("schedules check", "schedules next", "schedules explain", "schedules convert")
COMMANDS += ("schedules list", "schedules lint", "vendors list", "vendors check", "vendors calendar", "notify")
HEAVY = {"hiredis", "redis", "rich", "pydantic", "yaml", "sqlalchemy", "ssl", "asyncio", "seawall.wire", "seawall.scan"}


def test_help_imports_nothing_heavy():
    """0.25 s is its bound; a test by the clock would fail on a busy machine, and this says what to blame."""
    program = (
        "import sys; from seawall.cli.main import code_of; code = code_of(['--help']);"
        f"sys.exit(code or ' '.join({HEAVY!r} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage:" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example_and_its_exit_codes(command: str, capsys: pytest.CaptureFixture[str]):
    assert main.code_of([*command.split(), "--help"]) == 0
    page = capsys.readouterr().out
    assert f"\n    seawall {command}" in page
    assert "Exit codes: 0 " in page
    assert "--format" in page


def test_every_command_is_in_that_test():
    def leaves(command: object, path: tuple[str, ...]) -> Iterator[str]:
        commands: dict[str, object] = getattr(command, "commands", {})
        for name, inner in commands.items():
            yield from leaves(inner, (*path, name))
        if not commands:
            yield " ".join(path)

    assert set(COMMANDS) == set(leaves(typer.main.get_command(main.app), ()))


def test_version():
    ended = seawall("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"seawall {__version__}\n", "")


def test_without_arguments_the_help_is_printed(capsys: pytest.CaptureFixture[str]):
    assert main.code_of([]) == 2
    assert "Commands:" in capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str):
    script = seawall("--show-completion", shell)
    assert script.code == 0
    assert "seawall" in script.out
    assert "_COMPLETE" in script.out


@pytest.mark.parametrize("option", ["--show-completion", "--install-completion"])
def test_a_shell_that_typer_does_not_know(option: str):
    """1 would say that there are findings. And the shell that calls us, here `sh`, is not what decides."""
    ended = seawall(option, "sh", before=("sh", "-c", '"$@"; exit $?', "sh"))
    assert ended.code == 2
    assert "'bash', 'zsh', 'fish'" in ended.err
    assert one_line_and_hint(ended.err), ended.err
    assert seawall("--show-completion", "zsh", before=("sh", "-c", '"$@"; exit $?', "sh")).out.startswith("#compdef")


def test_completion_completes():
    asked = {"_SEAWALL_COMPLETE": "complete_bash", "COMP_WORDS": "seawall do", "COMP_CWORD": "1"}
    program = (sys.executable, "-c", "import sys; sys.argv = ['seawall']; from seawall.cli.main import run; run()")
    done = subprocess.run(program, capture_output=True, text=True, env=asked)
    assert (done.returncode, done.stdout.split()) == (0, ["doctor"])


@pytest.mark.parametrize(
    ("arguments", "what", "hint"),
    [
        (["scn"], "no such command 'scn'. Did you mean 'scan'?", "--help` shows"),
        (["scan", "--redsi", "h"], "no such option: --redsi", "Did you mean --redis or --rule?"),
        (["scan", "--redis"], "option '--redis' requires an argument", "--help` shows"),
        (["scan", "--format", "xml"], "'xml' is not one of 'text', 'json'", "scan --help` shows"),
        (["scan", "--timeout", "soon"], "invalid value for '--timeout'", "scan --help` shows"),
        (["scan", "--timeout", "nan"], "invalid value for '--timeout'", "scan --help` shows"),
        (["scan", "--timeout", "0"], "invalid value for '--timeout'", "scan --help` shows"),
        (["scan", "--redis", "h", "--rule", "SW999"], "no rule is called SW999", "Did you mean"),
        (["scan", "--without", "CONFG", "--redis", "h"], "never sends 'CONFG'", "Did you mean CONFIG?"),
        (["scan"], "nothing to scan", "Give --redis URL or --input FILE"),
        (["scan", f"redis://:{SECRET}@h"], "unexpected extra argument(s) (redis://***@h)", "--redis URL"),
        (["scan", f"u:{SECRET}@h:1"], "unexpected extra argument(s) (***@h:1)", "scan --help` shows"),
        ([f"redis://u:{SECRET}@h"], "no such command 'redis://***@h'", "--help` shows"),
        (["scan", "--format", f"redis://u:{SECRET}@h"], "'redis://***@h", "scan --help` shows"),
        (["scan", "--redis", "h", "--rule", f"redis://u:{SECRET}@h"], "no rule is called", "`seawall explain`"),
        (["scan", "--redis", f"redis://u:{SECRET}@h:x"], "--redis: the server's URL cannot be read", "Write redis://"),
        (["explain", "\x1b[31m\u202e"], r"no rule is called \x1b[31m\u202e", "`seawall explain`"),
        (["\x1b[31m\u202e\n"], r"no such command", "--help` shows"),
        (["explain", "SW1055"], "no rule is called SW1055", "Did you mean SW105?"),
        (["explain", "keys-walk-everything"], "no rule", "Did you mean keys-walks-everything?"),
        (["doctor", "--config", "/none.toml"], "/none.toml cannot be read: no such file", "--config"),
    ],
)
def test_a_usage_error_is_one_line_and_a_hint(
    arguments: list[str],
    what: str,
    hint: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    monkeypatch.chdir(tmp_path)
    assert main.code_of(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert one_line_and_hint(err), err
    assert what in err
    assert hint in err
    assert SECRET not in err
    assert err.replace("\n", "").isprintable()


def test_module_and_command_are_the_same():
    ended = seawall("scan", "--nonsense")
    assert ended.code == 2
    assert "python -m seawall scan --help" in ended.err


def fails_with(monkeypatch: pytest.MonkeyPatch, wrong: BaseException) -> None:
    def all_rules() -> tuple[rulebook.Rule, ...]:
        raise wrong

    monkeypatch.setattr(rulebook, "all_rules", all_rules)


def test_a_bug_is_one_line_and_a_file_without_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("REDISCLI_AUTH", "from-env")
    fails_with(monkeypatch, ValueError(f"redis://u:{SECRET}@h \x1b[31m from-env"))
    assert main.code_of(["explain"]) == 70
    out, err = capsys.readouterr()
    assert out == ""
    assert one_line_and_hint(err)
    (file,) = tmp_path.iterdir()
    assert str(file) in err
    assert file.stat().st_mode & 0o077 == 0
    details = file.read_text(encoding="utf-8")
    assert "ValueError: redis://***@h" in details
    assert SECRET not in details
    assert "from-env" not in details
    assert details.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        (KeyboardInterrupt(), 4, "stopped by you; nothing was changed"),
        (PermissionError(13, "Permission denied", "/home/a\x1b/.bashrc"), 3, r"/home/a\x1b/.bashrc: permission denied"),
        (OSError(30, "Read-only file system", "/home/.bashrc"), 3, "/home/.bashrc: read-only file system"),
        (FileNotFoundError(2, "No such file or directory", str(main.__file__)), 70, "this is a bug in seawall"),
        (OSError(5, "Input/output error"), 70, "this is a bug in seawall"),
    ],
)
def test_what_ends_a_run(
    wrong: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    monkeypatch.setattr(main, "silence_stdout", lambda: None)  # it would be that of the tests
    fails_with(monkeypatch, wrong)
    assert main.code_of(["explain"]) == code
    err = capsys.readouterr().err
    assert words in err
    assert one_line_and_hint(err), err


def test_completion_where_the_home_is_not_to_be_written(tmp_path: Path):
    home = tmp_path / "home"
    home.touch()  # a file: no user, not even root, can write below it
    ended = seawall("--install-completion", "bash", environment={"HOME": str(home)})
    assert ended.code == 3
    assert one_line_and_hint(ended.err), ended.err
