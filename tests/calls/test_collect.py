"""From a folder to its call sites: what is kept is used exactly as long as no byte has changed; what is not checked."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seawall.calls import cache as entries
from seawall.calls import collect as collecting
from seawall.calls.collect import Listed, collect
from seawall.calls.passing import Look

APP = {
    "store.rb": "STORE = Redis.new\n",
    "feed.rb": 'class Feed\n  def drop(id)\n    STORE.del("feed:#{id}")\n  end\nend\n',
    "jobs/sweep.py": "import redis\n\nclient = redis.Redis()\nclient.keys('job:*')\n",
    "models/user.rb": "class User\n  def keys = {}.keys\nend\n",
    "spec/feed_spec.rb": "STORE.flushall\n",
}
SITES = [("feed.rb", 3, 11, "del", "feed:*"), ("jobs/sweep.py", 4, 8, "keys", "job:*")]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    for path, text in APP.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def listed(app: Path, cache: Path | None = None, look: Look | None = None) -> Listed:
    return collect(app, look, clock=time.process_time, cache=cache)


def rows(found: Listed) -> list[tuple[str, int, int, str, str | None]]:
    return [(s.path, s.line, s.col, s.command, s.key_pattern) for s in found.sites]


def entry(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


# ---- sites ----------------------------------------------------------------------------------------------------------


def test_sites_by_path_and_line(app: Path):
    found = listed(app)
    assert rows(found) == SITES
    assert (found.files, found.parsed, found.passed_over, found.not_checked) == (4, 3, {"tests": 1}, ())


def test_look(app: Path):
    assert rows(listed(app, look=Look(languages=frozenset({"python"})))) == SITES[1:]
    assert ("spec/feed_spec.rb", 1, 7, "flushall", None) in rows(listed(app, look=Look(tests=True)))
    assert rows(listed(app / "jobs/sweep.py")) == [("sweep.py", *SITES[1][1:])]


def test_a_file_that_is_not_understood_is_said_and_the_others_are_listed(app: Path, cache: Path):
    (app / "broken.rb").write_text("STORE.del(\nclass end Redis\n", encoding="utf-8")
    for found in (listed(app, cache), listed(app, cache)):
        assert rows(found)[-2:] == SITES
        (one,) = found.not_checked
        assert one.target == "broken.rb"
        assert re.fullmatch(r"line 1, column \d+ is not understood as ruby; what stands around it was read", one.reason)


def test_broken_source_that_cannot_matter_is_not_parsed(app: Path):
    (app / "broken.rb").write_text("class end ((\n", encoding="utf-8")
    assert listed(app).not_checked == ()


def test_progress_is_told(app: Path):
    told: list[tuple[str, int]] = []
    collect(app, clock=time.process_time, progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] == "files read"] == [("files read", n) for n in range(4)]
    assert [step for step in told if step[0] == "files parsed"] == [("files parsed", n) for n in range(1, 4)]


# ---- what is kept ---------------------------------------------------------------------------------------------------


def test_what_is_kept_is_all_of_the_result(app: Path, cache: Path):
    assert listed(app, cache) == listed(app, cache) == listed(app)


def test_what_is_kept_is_used(app: Path, cache: Path):
    """Another result under the same key: it is what comes back."""
    listed(app, cache)
    key = entry(cache).stem
    entries.keep(cache, key, b'{"sites":[],"parsed":7,"not_checked":[]}')
    assert listed(app, cache) == Listed((), 4, 7, {"tests": 1}, ())


@pytest.mark.parametrize(
    "change",
    [
        lambda app: (app / "feed.rb").write_text(APP["feed.rb"].replace("feed:", "feel:"), encoding="utf-8"),
        lambda app: (app / "store.rb").write_text("STORE = {}\n", encoding="utf-8"),
        lambda app: (app / "feed.rb").rename(app / "food.rb"),
        lambda app: (app / "jobs/sweep.py").unlink(),
        lambda app: (app / "more.rb").write_text("STORE.ping\n", encoding="utf-8"),
    ],
)
def test_any_change_is_seen(app: Path, cache: Path, change: Callable[[Path], object]):
    before = listed(app, cache)
    change(app)
    after = listed(app, cache)
    assert after == listed(app)
    assert after != before


def test_a_change_that_changes_neither_size_nor_time_is_seen(app: Path, cache: Path):
    path = app / "feed.rb"
    status = path.stat()
    listed(app, cache)
    path.write_text(APP["feed.rb"].replace("feed:", "feel:"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert rows(listed(app, cache))[0][-1] == "feel:*"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"sites":[{}],"parsed":0,"not_checked":[]}', b"[" * 100_000])
def test_a_foreign_entry_is_ignored_and_written_again(app: Path, cache: Path, body: bytes):
    listed(app, cache)
    key = entry(cache).stem
    entries.keep(cache, key, body)
    assert rows(listed(app, cache)) == SITES
    assert entries.load(cache, key) != body


def test_a_name_that_is_not_utf_8_is_listed_and_not_kept(app: Path, cache: Path):
    (app / "\udcff.rb").write_text("STORE.ping\n", encoding="utf-8")
    assert rows(listed(app, cache))[-1] == ("\udcff.rb", 1, 7, "ping", None)
    assert not cache.exists()


# ---- limits ---------------------------------------------------------------------------------------------------------


def test_source_over_the_limit_is_said(app: Path, monkeypatch: pytest.MonkeyPatch):
    limit = len(APP["store.rb"] + APP["jobs/sweep.py"]) + 10
    monkeypatch.setattr(collecting, "PARSED_BYTES", limit)
    found = listed(app)
    assert [(one.target, one.reason) for one in found.not_checked] == [
        ("feed.rb", f"more than {limit} bytes of source can matter")
    ]
    assert rows(found) == SITES[1:]


def test_a_file_that_takes_too_long_is_said_and_the_result_is_not_kept(app: Path, cache: Path):
    """20,000 times `%(` takes the parser 5 s; the clock of the test runs fast."""
    (app / "stuck.rb").write_text("redis = 1\n" + "%(" * 20_000, encoding="utf-8")
    found = collect(app, clock=lambda: time.process_time() * 20, cache=cache)
    assert rows(found) == SITES
    assert [(one.target, one.reason) for one in found.not_checked] == [("stuck.rb", "it takes the parser too long")]
    assert not cache.exists()


def test_the_time_for_all_files_is_bounded(app: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(collecting, "PARSE_SECONDS", 0.5)
    for number in range(8):
        (app / f"stuck{number}.rb").write_text("redis = 1\n" + "%(" * 20_000, encoding="utf-8")
    begun = time.process_time()
    found = listed(app)
    assert time.process_time() - begun < collecting.FILE_SECONDS
    assert [one.target for one in found.not_checked][-8:] == [f"stuck{number}.rb" for number in range(8)]
