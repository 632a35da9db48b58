"""`seawall calls list`, as a user runs it."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from tests.front_door import COMMAND, Ended, bound_by_modes, one_line_and_hint, seawall, variables

FEED = """\
class Feed
  def drop(id)
    store.del("feed:#{id}")
  end

  def store = @store ||= Redis.new
end
"""
SWEEP = """\
import redis

client = redis.Redis()


class Store:
    def put(self, key, value):
        client.set(key, value)


Store().put("seen:mail", 1)
Store().put("seen:text", 1)
"""
FIELDS = [
    "path",
    "line",
    "col",
    "command",
    "method",
    "receiver",
    "via",
    "key_pattern",
    "namespace",
    "confidence",
    "through",
]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    (folder / "jobs").mkdir(parents=True)
    (folder / "feed.rb").write_text(FEED, encoding="utf-8")
    (folder / "jobs/sweep.py").write_text(SWEEP, encoding="utf-8")
    (folder / "spec").mkdir()
    (folder / "spec/feed_spec.rb").write_text("Redis.new.flushall\n", encoding="utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def listed(app: Path, cache: dict[str, str], *options: str) -> Ended:
    return seawall("calls", "list", app, *options, environment=cache)


def lines(ended: Ended) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.out.splitlines()]


# ---- forms ----------------------------------------------------------------------------------------------------------


def test_jsonl_is_the_contract(app: Path, cache: dict[str, str]):
    ended = listed(app, cache, "--format", "jsonl")
    assert (ended.code, ended.err) == (0, "")
    found = lines(ended)
    assert [list(row) for row in found] == [FIELDS] * len(found)
    assert found[0] == {
        "path": "feed.rb",
        "line": 3,
        "col": 11,
        "command": "del",
        "method": "del",
        "receiver": "store",
        "via": "helper-method",
        "key_pattern": "feed:*",
        "namespace": None,
        "confidence": "typed",
        "through": None,
    }
    assert [(row["line"], row["key_pattern"], row["through"]) for row in found[1:]] == [
        (8, None, None),
        (11, "seen:mail", "Store.put"),
        (12, "seen:text", "Store.put"),
    ]


def test_json_holds_the_same_sites_and_what_was_passed_over(app: Path, cache: dict[str, str]):
    document = json.loads(listed(app, cache, "--format", "json").out)
    assert document["sites"] == lines(listed(app, cache, "--format", "jsonl"))
    rest = {name: value for name, value in document.items() if name not in ("sites", "tool")}
    assert rest == {
        "schema": 1,
        "folder": str(app),
        "files": 2,
        "parsed": 2,
        "passed_over": {"tests": 1},
        "not_checked": [],
    }


def test_text(app: Path, cache: dict[str, str]):
    ended = listed(app, cache)
    assert (ended.code, ended.err) == (0, "")
    first, second, *_ = ended.out.splitlines()
    assert (first, second.split()) == ("feed.rb", ["3:11", "del", "feed:*"])
    assert "      8:16  set              given by its callers" in ended.out.splitlines()
    assert "      11:9  set              seen:mail  through Store.put" in ended.out.splitlines()
    summary, passed = ended.out.splitlines()[-2:]
    assert summary.startswith("4 call sites in 2 files (4 typed), of 2 source files in ")
    assert passed == "passed over: 1 tests"


def test_no_site(tmp_path: Path, cache: dict[str, str]):
    assert listed(tmp_path, cache).out.startswith("0 call sites, of 0 source files in ")
    assert listed(tmp_path, cache, "--format", "jsonl").out.strip() == ""


def test_why(app: Path, cache: dict[str, str]):
    (row, *_) = lines(listed(app, cache, "--format", "jsonl", "--why"))
    assert list(row) == [*FIELDS, "why", "holes", "variants"]
    assert any("(feed.rb:6)" in reason for reason in row["why"])
    assert len(row["holes"]) == 1
    text = listed(app, cache, "--why").out
    assert all(reason in text for reason in row["why"])


def test_output_goes_to_a_file(app: Path, cache: dict[str, str], tmp_path: Path):
    ended = listed(app, cache, "--format", "jsonl", "--output", str(tmp_path / "sites.jsonl"))
    assert (ended.code, ended.out) == (0, "")
    written = (tmp_path / "sites.jsonl").read_text(encoding="utf-8")
    assert written == listed(app, cache, "--format", "jsonl").out


# ---- options --------------------------------------------------------------------------------------------------------


def test_min_confidence(app: Path, cache: dict[str, str]):
    (app / "guess.rb").write_text("def drop(redis) = redis.hgetall('a:1')\n", encoding="utf-8")
    every = lines(listed(app, cache, "--format", "jsonl"))
    typed = lines(listed(app, cache, "--format", "jsonl", "--min-confidence", "typed"))
    assert {row["confidence"] for row in every} > {"typed"}
    assert typed == [row for row in every if row["confidence"] == "typed"]


def test_languages_tests_and_exclusions(app: Path, cache: dict[str, str]):
    def paths(*options: str) -> set[str]:
        return {row["path"] for row in lines(listed(app, cache, "--format", "jsonl", *options))}

    assert paths("--language", "python") == {"jobs/sweep.py"}
    assert paths("--language", "python", "--language", "ruby") == {"jobs/sweep.py", "feed.rb"}
    assert paths("--tests") == {"jobs/sweep.py", "feed.rb", "spec/feed_spec.rb"}
    assert paths("--exclude", "jobs") == paths("--exclude", "jobs/*.py") == {"feed.rb"}


def test_one_file(app: Path, cache: dict[str, str]):
    assert {row["path"] for row in lines(listed(app / "feed.rb", cache, "--format", "jsonl"))} == {"feed.rb"}


@pytest.mark.parametrize(
    ("place", "options"),
    [("nothing", ()), ("notes.txt", ()), ("", ("--language", "cobol")), ("", ("--min-confidence", "sure"))],
)
def test_wrong_usage(app: Path, cache: dict[str, str], place: str, options: tuple[str, ...]):
    (app / "notes.txt").write_text("", encoding="utf-8")
    ended = listed(app / place, cache, *options)
    assert (ended.code, ended.out) == (2, "")
    assert one_line_and_hint(ended.err)


# ---- the cache ------------------------------------------------------------------------------------------------------


def test_the_cache_is_kept_where_the_environment_says_and_for_us_alone(app: Path, cache: dict[str, str]):
    folder = Path(cache["XDG_CACHE_HOME"]) / "seawall/calls"
    listed(app, cache, "--no-cache")
    assert not folder.exists()
    first, second = (listed(app, cache, "--format", "jsonl").out for _ in range(2))
    assert first == second == listed(app, cache, "--format", "jsonl", "--no-cache").out
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(list(folder.iterdir())) == 1


def test_runs_at_the_same_time_agree(app: Path, cache: dict[str, str]):
    command = [*COMMAND, "calls", "list", str(app), "--format", "jsonl"]
    environment = {**variables(), **cache}
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd="/") for _ in range(4)]
    outs = {run.communicate(timeout=60)[0] for run in runs}
    assert [run.returncode for run in runs] == [0] * 4
    assert outs == {listed(app, cache, "--format", "jsonl").out.encode()}


@pytest.mark.parametrize("place", ["relative/cache", ""])
def test_a_cache_that_cannot_be_is_none(app: Path, tmp_path: Path, place: str):
    """A relative XDG_CACHE_HOME is to be ignored; a home that is a file holds no cache."""
    (tmp_path / "home").write_text("", encoding="utf-8")
    ended = listed(app, {"XDG_CACHE_HOME": place, "HOME": str(tmp_path / "home")})
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("feed.rb\n")


# ---- what cannot be read --------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_said_and_the_rest_is_listed(app: Path, cache: dict[str, str]):
    (app / "large.rb").write_bytes(b"Redis.new.get('a')\n" * 100_000)
    (app / "closed.rb").write_text("Redis.new.get('a')\n", encoding="utf-8")
    (app / "closed.rb").chmod(0)
    (app / "closed").mkdir(mode=0)
    (app / "bro\nken.rb").write_text("Redis.new.get('a'\nclass end\n", encoding="utf-8")
    before = bound_by_modes()
    ended = seawall("calls", "list", app, "--format", "json", environment=cache, before=before)
    assert ended.code == 3
    document = json.loads(ended.out)
    reasons = {one["target"]: one["reason"] for one in document["not_checked"]}
    assert reasons.keys() == {"bro\\x0aken.rb", "closed", "closed.rb", "large.rb"}
    assert reasons["closed"] == reasons["closed.rb"] == "permission denied"
    assert reasons["large.rb"] == "1,900,000 bytes, and 1,048,576 are read at most"
    assert "is not understood as ruby" in reasons["bro\\x0aken.rb"]
    assert {site["path"] for site in document["sites"]} >= {"feed.rb", "jobs/sweep.py"}
    assert ended.err.count("seawall: ") == len(reasons)
    again = seawall("calls", "list", app, "--format", "json", environment=cache, before=before)
    assert (again.code, again.out, again.err) == (3, ended.out, ended.err)


def test_names_that_cannot_be_printed_are_escaped_in_text_and_whole_in_json(app: Path, cache: dict[str, str]):
    name = "\x1b[31m\n\udcff.rb"
    (app / name).write_text("Redis.new.get('a')\n", encoding="utf-8")
    assert "\\x1b[31m\\x0a\\udcff.rb" in listed(app, cache).out
    assert lines(listed(app, cache, "--format", "jsonl"))[0]["path"] == name


def test_a_folder_that_is_closed(app: Path, cache: dict[str, str]):
    app.chmod(0)
    try:
        ended = seawall("calls", "list", app, environment=cache, before=bound_by_modes())
    finally:
        app.chmod(0o700)
    assert ended.code == 3
    assert "permission denied" in ended.err


# ---- while it runs --------------------------------------------------------------------------------------------------


def slow(app: Path) -> None:
    """What takes the parser five seconds."""
    (app / "slow.rb").write_text("redis = 1\n" + "%(" * 60_000, encoding="utf-8")


def worked(pid: int) -> int:
    """Hundredths of a second that a process has worked."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]))


def test_ctrl_c_ends_it(app: Path, cache: dict[str, str]):
    slow(app)
    command = [*COMMAND, "calls", "list", str(app)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**variables(), **cache}, cwd="/"
    ) as run:
        end = time.monotonic() + 30
        while time.monotonic() < end and b"tree_sitter_ruby" not in Path(f"/proc/{run.pid}/maps").read_bytes():
            assert run.poll() is None
        imported = worked(run.pid)
        while time.monotonic() < end and worked(run.pid) < imported + 50:  # half a second on: it parses by then
            assert run.poll() is None
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=30)
    ended = Ended(run.returncode, out.decode(), err.decode(), 0.0)
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.startswith("seawall: stopped by you")
    assert not (Path(cache["XDG_CACHE_HOME"]) / "seawall").exists()


def test_progress_is_shown_on_a_terminal_and_wiped_off(app: Path, cache: dict[str, str]):
    for number in range(3_000):
        (app / f"{number}.rb").write_text("x = 1\n", encoding="utf-8")
    leader, follower = pty.openpty()
    command = [*COMMAND, "calls", "list", str(app)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=follower, env={**variables(), **cache}, cwd="/"
    ) as run:
        os.close(follower)
        shown = bytearray()
        try:
            while part := os.read(leader, 1 << 16):
                shown += part
        except OSError:  # the other end is closed
            pass
        assert run.wait(timeout=30) == 0
    os.close(leader)
    assert shown.endswith(b"\r\x1b[K")
    assert shown.count(b"\n") == 0
