"""Which files of a folder are read, which are passed over, and what ends a survey."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from seawall.errors import UsageError
from seawall.survey.collect import Bounds, kind_of, survey
from seawall.survey.found import Kind, Surveyed

URL = "REDIS_URL=redis://:s3cr3t@cache.acme.io:6379\n"


def write(folder: Path, *names: str, text: str = URL) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def places(surveyed: Surveyed) -> list[str]:
    return [e.place.path for e in surveyed.endpoints]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (".env", Kind.DOTENV),
        (".env.production", Kind.DOTENV),
        ("app.env", Kind.DOTENV),
        (".envrc", Kind.DOTENV),
        ("database.yml.erb", Kind.CONFIG),
        ("Procfile", Kind.CONFIG),
        ("Dockerfile.web", Kind.CONFIG),
        ("settings.py", Kind.CODE),
        ("README.md", None),
        ("data.csv", None),
        ("package-lock.json", None),
        ("poetry.lock", None),
        ("seawall.toml", None),
    ],
)
def test_how_a_file_is_read(name: str, kind: Kind | None):
    assert kind_of(name) is kind


def test_the_environment_first_then_files_by_name_then_folders(tmp_path: Path):
    write(tmp_path, "b/.env", "a/z.yml", "a/.env", ".env", "z.yml")
    surveyed = survey(tmp_path, {"REDIS_URL": "redis://cache.acme.io"})
    assert places(surveyed) == ["", ".env", "z.yml", "a/.env", "a/z.yml", "b/.env"]
    assert surveyed.files == 5


def test_what_is_passed_over_and_said(tmp_path: Path):
    write(
        tmp_path, "node_modules/x/.env", ".git/config.yml", "tests/.env", "docs/a.yml", "env3/.env", "env3/pyvenv.cfg"
    )
    write(tmp_path, ".env.example", "a_spec.rb", ".env.template", "app.test.yml")
    write(tmp_path, "large.yml", text=URL + "x" * (1 << 20))
    (tmp_path / "binary.yml").write_bytes(b"\0" + URL.encode())
    (tmp_path / "utf16.env").write_bytes(URL.encode("utf-16"))
    write(tmp_path, "long.yml", text="a: " + "x" * 10_000 + f"\n{URL}")
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "nowhere.yml").symlink_to("gone.yml")
    (tmp_path / "itself.yml").symlink_to("itself.yml")
    (tmp_path / "loop").symlink_to(".")
    write(tmp_path.parent / "shared", "env")
    (tmp_path / "linked.env").symlink_to(tmp_path.parent / "shared/env")
    surveyed = survey(tmp_path, {})
    assert places(surveyed) == ["linked.env", "long.yml", "utf16.env"]
    assert not surveyed.not_checked
    assert {p.what: p.reason for p in surveyed.passed} == {
        "node_modules/": "holds dependencies, results or a tool's own files",
        ".git/": "holds dependencies, results or a tool's own files",
        "env3/": "holds dependencies, results or a tool's own files",
        "tests/": "holds documents, examples or tests",
        "docs/": "holds documents, examples or tests",
        ".env.example": "is a file of examples or tests",
        ".env.template": "is a file of examples or tests",
        "a_spec.rb": "is a file of examples or tests",
        "app.test.yml": "is a file of examples or tests",
        "large.yml": "is larger than 1,024 KB",
        "binary.yml": "is no text",
        "long.yml:1": "is a line of over 8,192 characters",
        "nowhere.yml": "is a link that leads nowhere",
        "itself.yml": "is a link that leads nowhere",
    }


@pytest.mark.parametrize(
    ("bounds", "target"),
    [
        (Bounds(depth=1), "a/b/"),
        (Bounds(names=4), "a/"),
        (Bounds(files=2), "c.env"),
        (Bounds(total_bytes=60), "c.env"),
    ],
)
def test_each_bound_ends_it_and_says_so(tmp_path: Path, bounds: Bounds, target: str):
    write(tmp_path, "a.env", "b.env", "c.env", "a/b/d.env")
    surveyed = survey(tmp_path, {}, bounds)
    assert [m.target for m in surveyed.not_checked] == [target]
    assert 2 <= len(surveyed.endpoints) <= 3


def test_a_bound_that_is_just_reached_is_none(tmp_path: Path):
    write(tmp_path, "a.env", "b.env", "c/README.md")
    assert not survey(tmp_path, {}, Bounds(depth=1, names=4, files=2, found=2)).not_checked


def test_endpoints_of_one_file_beyond_the_bound_are_no_silent_loss(tmp_path: Path):
    write(tmp_path, "a.env", text="".join(f"U{n}=redis://c{n}.acme.io\n" for n in range(9)))
    surveyed = survey(tmp_path, {}, Bounds(found=4))
    assert len(surveyed.endpoints) == 4
    assert [m.target for m in surveyed.not_checked] == ["a.env"]


def test_the_file_that_is_made_is_no_setting(tmp_path: Path):
    write(tmp_path, "estate.toml", text='url = "redis://cache.acme.io"\n')
    assert not survey(tmp_path, {}, ours=os.path.realpath(tmp_path / "estate.toml")).endpoints


def test_no_folder(tmp_path: Path):
    write(tmp_path, "file")
    for name in ("file", "gone"):
        with pytest.raises(UsageError):
            survey(tmp_path / name, {})


@pytest.mark.parametrize(
    "unit",
    [
        "redis://",
        "redis://a.io ",
        "a.b.upstash.io/",
        "aaaa.upstash.io.",
        "- - - ",
        '"',
        "${A}",
        "redis_host: a.b.cc\n",
        "port: 1\n",
        "a:\n ",
        "[a",
        "host=a,",
        "AWS::ElastiCache::Cluster ",
    ],
)
def test_no_text_takes_long(tmp_path: Path, unit: str):
    """150 KB of each in files of three kinds, in lines as long as are read; 0.1 to 1 s on a busy machine of 2 cores."""
    line = unit if unit.endswith("\n") else f"{unit * (8000 // len(unit))}\n"
    write(tmp_path, "a.yml", "b.py", "c.env", text=f"k: {line}" * (150_000 // (len(line) + 3)))
    begun = time.process_time()
    survey(tmp_path, {})
    assert time.process_time() - begun < 5
