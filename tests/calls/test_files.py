"""Which files of a folder are read, and that nothing in a folder makes the reader wait, grow or fail."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from seawall.calls import files
from seawall.calls.files import Found, read_source
from seawall.calls.passing import Look
from seawall.errors import UsageError


def write(folder: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def read(folder: Path, look: Look | None = None) -> Found:
    return read_source(folder, look or Look())


def reasons(found: Found) -> dict[str, str]:
    return {one.target: one.reason for one in found.not_checked}


# ---- which ----------------------------------------------------------------------------------------------------------


def test_files_are_known_by_their_names_and_programs_by_their_first_line(tmp_path: Path):
    source = ["Rakefile", "app/a.rb", "b.py", "c.mjs", "config.ru", "d.tsx", "lib/tasks/e.rake"]
    write(tmp_path, *source, "README.md", "f.erb", "g.lua", "LICENSE", "h.rb.orig")
    write(tmp_path, "bin/work", text="#!/usr/bin/env ruby\nx = 1\n")
    write(tmp_path, "bin/shell", text="#!/bin/sh\n: ruby\n")
    found = read(tmp_path)
    assert sorted(found.texts) == sorted([*source, "bin/work"])
    assert found.texts["app/a.rb"] == b"x = 1\n"
    assert found.size == sum(map(len, found.texts.values()))
    assert (dict(found.passed_over), found.not_checked) == ({}, [])


@pytest.mark.parametrize(
    ("path", "twin", "why"),
    [
        ("spec/a.rb", "inspec/a.rb", "tests"),
        ("app/tests/a.py", "app/attests/a.py", "tests"),
        ("app/test_feed.py", "app/testing.py", "tests"),
        ("app/feed_spec.rb", "app/spec_feed.rb", "tests"),
        ("app/tests.py", "app/contests.py", "tests"),
        ("web/feed.test.ts", "web/latest.ts", "tests"),
        ("node_modules/a/a.py", "modules/a/a.py", "installed packages"),
        ("lib/python3/site-packages/a.py", "lib/site/packages/a.py", "installed packages"),
        ("vendor/bundle/gems/a.rb", "vendor/gems/bundle/a.rb", "installed packages"),
        ("web/a.min.js", "web/a.admin.js", "built JavaScript"),
        ("build/a.js", "build/a.rb", "built JavaScript"),
        ("public/packs/a.js", "public/a.py", "built JavaScript"),
        (".git/a.rb", "a.git/a.rb", "hidden"),
    ],
)
def test_what_is_passed_over_is_counted_and_its_twin_is_read(tmp_path: Path, path: str, twin: str, why: str):
    write(tmp_path, path, twin)
    found = read(tmp_path)
    assert (list(found.texts), dict(found.passed_over)) == ([twin], {why: 1})


def test_tests_are_read_on_demand_and_where_their_folder_is_the_one_listed(tmp_path: Path):
    write(tmp_path, "spec/a_spec.rb", "spec/support/b.rb", "c.rb")
    assert sorted(read(tmp_path, Look(tests=True)).texts) == ["c.rb", "spec/a_spec.rb", "spec/support/b.rb"]
    assert sorted(read(tmp_path / "spec").texts) == ["support/b.rb"]
    assert sorted(read(tmp_path / "spec/a_spec.rb").texts) == ["a_spec.rb"]


def test_a_virtual_environment_is_known_by_its_mark(tmp_path: Path):
    write(tmp_path, "env/pyvenv.cfg", "env/bin/a.py", "other/bin/a.py")
    found = read(tmp_path)
    assert (list(found.texts), dict(found.passed_over)) == (["other/bin/a.py"], {"installed packages": 1})


def test_a_folder_with_the_mark_is_read_where_it_is_the_one_listed(tmp_path: Path):
    write(tmp_path, "pyvenv.cfg", "a.py")
    assert list(read(tmp_path).texts) == ["a.py"]


def test_languages_and_exclusions(tmp_path: Path):
    write(tmp_path, "a.rb", "b.py", "old/c.py", "db/big.py")
    found = read(tmp_path, Look(languages=frozenset({"python"}), exclude=("old", "db/*.py")))
    assert (list(found.texts), dict(found.passed_over)) == (["b.py"], {"excluded": 2})


def test_one_file(tmp_path: Path):
    write(tmp_path, "a.rb", "b.rb", "notes.txt", "tests.py")
    (tmp_path / "link.rb").symlink_to("a.rb")
    assert list(read(tmp_path / "a.rb").texts) == ["a.rb"]
    assert list(read(tmp_path / "tests.py").texts) == ["tests.py"]
    assert list(read(tmp_path / "link.rb").texts) == ["link.rb"]
    with pytest.raises(UsageError, match=r"notes.txt is in no language"):
        read(tmp_path / "notes.txt")


def test_a_place_that_is_not_there(tmp_path: Path):
    (tmp_path / "loop").symlink_to("loop")
    for name in ("nothing", "loop", "nothing/more"):
        with pytest.raises(UsageError, match="there is no folder"):
            read(tmp_path / name)


# ---- hostile --------------------------------------------------------------------------------------------------------


def test_links_are_not_followed(tmp_path: Path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    write(inside, "a/a.rb")
    write(outside, "b.rb")
    (inside / "a/up").symlink_to("..")
    (inside / "loop.rb").symlink_to("loop.rb")
    (inside / "b.rb").symlink_to(outside / "b.rb")
    (inside / "dangling.rb").symlink_to("nothing")
    found = read(inside)
    assert (list(found.texts), dict(found.passed_over), found.not_checked) == (["a/a.rb"], {"symbolic links": 3}, [])
    (tmp_path / "link").symlink_to("inside")
    assert list(read(tmp_path / "link").texts) == ["a/a.rb"]


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    write(tmp_path, "b.rb")
    os.mkfifo(tmp_path / "a.rb")
    os.mkfifo(tmp_path / "program")
    found = read(tmp_path)
    assert (list(found.texts), dict(found.passed_over)) == (["b.rb"], {"pipes, sockets and devices": 1})
    assert reasons(read(tmp_path / "a.rb")) == {"a.rb": "it is no regular file"}


@pytest.mark.parametrize(
    ("swap", "reason"),
    [
        (lambda _: None, "it vanished while the folder was read"),
        (os.mkfifo, "it is no regular file"),
        (lambda path: path.symlink_to("a.rb"), "too many levels of symbolic links"),
        (Path.mkdir, "it is no regular file"),
    ],
)
def test_what_is_another_thing_than_it_was(tmp_path: Path, swap: object, reason: str):
    """The folder is listed, `a.rb` is read, and then `b.rb` is no longer what it was."""
    write(tmp_path, "a.rb", "b.rb", "c.rb")

    def progress(_what: str, done: int) -> None:
        if done == 0:
            (tmp_path / "b.rb").unlink()
            assert callable(swap)
            swap(tmp_path / "b.rb")

    found = read_source(tmp_path, Look(), progress)
    assert (sorted(found.texts), reasons(found)) == (["a.rb", "c.rb"], {"b.rb": reason})


def test_a_file_that_never_stands_still_is_said(tmp_path: Path):
    write(tmp_path, "a.rb")
    ended = threading.Event()

    def grow() -> None:
        with (tmp_path / "a.rb").open("ab", buffering=0) as file:
            while not ended.is_set():
                file.write(b"\n")
                if file.tell() > 1000:
                    file.truncate(0)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        end = time.monotonic() + 20
        while not (found := read(tmp_path)).not_checked:
            assert found.texts.get("a.rb", b"").strip(b"\n") in (b"x = 1", b"")  # none: it was empty just then
            assert time.monotonic() < end
    finally:
        ended.set()
        writer.join()
    assert reasons(found) == {"a.rb": "it changed while it was read"}


def test_a_large_file_is_said_and_not_held(tmp_path: Path):
    write(tmp_path, "a.rb")
    for name in ("large.rb", "program"):
        with (tmp_path / name).open("wb") as file:
            file.write(b"#!/usr/bin/ruby\n")
            file.truncate(50_000_000)
    (tmp_path / "picture").write_bytes(bytes(10) + b"\xff" * files.FILE_BYTES)
    found = read(tmp_path)
    said = "50,000,000 bytes, and 1,048,576 are read at most"
    assert (list(found.texts), reasons(found)) == (["a.rb"], {"large.rb": said, "program": said})


def test_names_that_cannot_be_printed(tmp_path: Path):
    names = [b"new\nline.rb", b"\x1b[31m.rb", b"\xff.rb", b"a b.rb", "\u202e.rb".encode()]
    for name in names:
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(b"x = 1\n")
    with (tmp_path / "big\n.rb").open("wb") as file:
        file.truncate(files.FILE_BYTES + 1)
    found = read(tmp_path)
    assert sorted(map(os.fsencode, found.texts)) == sorted(names)
    assert [one.target for one in found.not_checked] == ["big\\x0a.rb"]


def test_folders_too_deep_for_a_path_are_said(tmp_path: Path):
    """4,096 bytes is what Linux takes as one path; folders deeper than that can be made by going there."""
    here = Path.cwd()
    write(tmp_path, "a.rb")
    try:
        os.chdir(tmp_path)
        for _ in range(25):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
        Path("deep.rb").write_text("x = 1\n", encoding="utf-8")
    finally:
        os.chdir(here)
    found = read(tmp_path)
    assert list(found.texts) == ["a.rb"]
    assert list(reasons(found).values()) == ["file name too long"]


def test_the_limits_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(tmp_path, *(f"{n:02}.rb" for n in range(20)), *(f"m/{n:02}.rb" for n in range(20)))
    with monkeypatch.context() as patch:
        patch.setattr(files, "MOST_FILES", 30)
        found = read(tmp_path)
        assert (len(found.texts), reasons(found)) == (20, {"m": "more than 30 files"})
    monkeypatch.setattr(files, "ALL_BYTES", 60)
    found = read(tmp_path)
    assert len(found.texts) == 11
    assert list(reasons(found).values()) == ["more than 60 bytes of source"]


def test_many_files(tmp_path: Path):
    many(tmp_path, 5_000)


@pytest.mark.prove
def test_very_many_files(tmp_path: Path):
    many(tmp_path, 200_000)


def many(folder: Path, number: int) -> None:
    for start in range(0, number, 1000):
        (folder / f"{start}").mkdir()
        for name in range(1000):
            (folder / f"{start}/{name}.rb").write_bytes(b"x = 1\n")
    begun = time.process_time()
    assert len(read(folder).texts) == number
    assert time.process_time() - begun < number / 2_000  # 200,000 files took 6 s; a second for 2,000 is hopeless
