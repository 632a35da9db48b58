"""`seawall calls fix` as a user runs it: the diff applies, the edit is whole, and what is not ours is left alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.missing import missing
from tests.servers import Running

from seawall.calls.fixes.diffs import diff

APP = 'require "redis"\nR = Redis.new\n\ndef clear(id)\n  R.del("feed:#{id}") # caf\xe9\nend'
FIXED = APP.replace("R.del", "R.unlink")


def seawall(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / ".cache")}
    return subprocess.run(
        [sys.executable, "-m", "seawall", "calls", "fix", *map(str, words)],
        cwd=folder, env=environment, capture_output=True, check=False, timeout=120,
    )  # fmt: skip


def git(folder: Path, *words: str) -> None:
    if shutil.which("git") is None:
        missing("git")
    name = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "core.autocrlf=false")
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "feed.rb").write_bytes(APP.encode("latin-1"))
    (folder / "feed.rb").chmod(0o754)
    (folder / "other.rb").write_text("puts 1\n")
    return folder


def test_the_diff_is_shown_and_applies(app: Path):
    done = seawall(app, folder=app.parent)
    assert done.returncode == 1
    assert (app / "feed.rb").read_bytes() == APP.encode("latin-1")
    git(app, "init", "-q")
    subprocess.run(["git", "apply", "-"], cwd=app, input=done.stdout, check=True, timeout=60)
    assert (app / "feed.rb").read_bytes() == FIXED.encode("latin-1")
    assert b"1 call site can be mended in 1 file (1 SW220)" in done.stderr


def test_it_is_applied_once_and_keeps_the_mode(app: Path):
    done = seawall(app, "--apply", folder=app.parent)
    assert done.returncode == 0, done.stderr
    assert (app / "feed.rb").read_bytes() == FIXED.encode("latin-1")
    assert (app / "feed.rb").stat().st_mode & 0o777 == 0o754
    assert (b"no git work tree" in done.stderr) == (b"git apply" not in done.stderr)
    again = seawall(app, "--apply", folder=app.parent)
    assert (again.returncode, again.stdout) == (0, b"")
    assert seawall(app, folder=app.parent).returncode == 0
    assert sorted(path.name for path in app.iterdir()) == ["feed.rb", "other.rb"]


def test_a_dirty_work_tree_is_refused(app: Path):
    git(app, "init", "-q")
    assert seawall(app, "--apply", folder=app.parent).returncode == 2  # it was never committed
    git(app, "add", ".")
    git(app, "commit", "-q", "-m", "a")
    (app / "other.rb").write_text("puts 2\n")
    done = seawall(app, "--apply", folder=app.parent)
    assert done.returncode == 2
    assert b"not committed: other.rb" in done.stderr
    assert (app / "feed.rb").read_bytes() == APP.encode("latin-1")
    assert seawall(app, folder=app.parent).returncode == 1  # to look is allowed
    git(app, "checkout", "-q", "other.rb")
    (app / "notes.txt").write_text("mine\n")  # untracked, and not to be edited
    assert seawall(app, "--apply", folder=app.parent).returncode == 0
    (app / "feed.rb").write_bytes(APP.encode("latin-1") + b"\n")
    assert seawall(app, "--apply", "--force", folder=app.parent).returncode == 0
    assert (app / "feed.rb").read_bytes() == FIXED.encode("latin-1") + b"\n"


def test_json_has_all_of_it(app: Path):
    (app / "more.rb").write_text('S = Redis.new\nS.keys("a:*")\n')
    done = seawall(app, "--format", "json", folder=app.parent)
    found = json.loads(done.stdout)
    assert (done.returncode, found["applied"], [f["path"] for f in found["files"]]) == (1, False, ["feed.rb"])
    (change,) = found["changes"]
    assert (change["rule"], change["path"], change["line"], change["safe"]) == ("SW220", "feed.rb", 5, True)
    assert [(s["rule"], s["path"]) for s in found["skipped"]] == [("SW201", "more.rb")]


def test_a_rule_without_a_fix_is_wrong_usage(app: Path):
    done = seawall(app, "--rule", "SW208", folder=app.parent)
    assert done.returncode == 2
    assert b"nothing mends SW208" in done.stderr


def test_what_a_link_points_to_is_left(app: Path):
    outside = app.parent / "outside.rb"
    outside.write_text(APP)
    (app / "link.rb").symlink_to(outside)
    seawall(app, "--apply", folder=app.parent)
    assert outside.read_text() == APP
    assert (app / "link.rb").is_symlink()


def test_a_broken_file_is_left_and_said(app: Path):
    text = 'Q = Redis.new\nQ.del("a")\ndef ((\n'
    (app / "broken.rb").write_text(text)
    done = seawall(app, "--apply", folder=app.parent)
    assert done.returncode == 3
    assert (app / "broken.rb").read_text() == text
    assert (app / "feed.rb").read_bytes() == FIXED.encode("latin-1")


def test_a_server_that_frees_lazily_is_asked(any_server: Running, app: Path):
    host = any_server.address
    url = f"redis://{host.host}:{host.port}"
    any_server.set("lazyfree-lazy-user-del", "yes")
    done = seawall(app, "--redis", url, folder=app.parent)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"frees lazily" in done.stderr
    any_server.set("lazyfree-lazy-user-del", "no")
    assert seawall(app, "--redis", url, folder=app.parent).returncode == 1


LINES = st.lists(
    st.sampled_from([b"a", b"b\r", b"", b"\xff\x00", b"\\ No newline at end of file", b"--- a"]), max_size=8
)


@settings(max_examples=25)
@given(LINES, LINES, st.booleans(), st.booleans(), st.sampled_from(["a b.rb", 'q"\t\n.rb', "caf\u00e9.rb"]))
def test_every_diff_applies(
    tmp_path_factory: pytest.TempPathFactory, old: list[bytes], new: list[bytes], one: bool, two: bool, name: str
):
    before = b"x\n" + b"\n".join(old) + (b"\n" if one else b"")
    after = b"x\n" + b"\n".join(new) + (b"\n" if two else b"")
    made = diff(name, before, after)
    assert bool(made) == (before != after)
    if made:
        folder = tmp_path_factory.mktemp("diff")
        (folder / name).write_bytes(before)
        git(folder, "init", "-q")
        subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=folder, input=made, check=True, timeout=60)
        assert (folder / name).read_bytes() == after
