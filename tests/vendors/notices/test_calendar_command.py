"""`seawall vendors calendar`: its forms, its exit codes, and a file that is replaced whole."""

from __future__ import annotations

from pathlib import Path

import vobject

from .conftest import Run, estate

NOW = ("--now", "2026-12-01")


def test_a_feed_to_a_file_and_gauges(tmp_path: Path, run: Run):
    file, feed = estate(tmp_path, {"ada": ["json://u:s3cr3t@127.0.0.1/"]}), tmp_path / "vendors.ics"
    ended = run("vendors", "calendar", "--config", file, *NOW, "--output", feed)
    assert (ended.code, ended.out) == (0, "")
    data = feed.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    (event,) = vobject.readOne(data.decode()).contents["vevent"]
    assert event.summary.value == "Redis Cloud lapses"
    assert b"s3cr3t" not in data
    gauges = run("vendors", "calendar", "--config", file, *NOW, "--format", "prometheus").out
    line = 'seawall_vendor_deadline_seconds{vendor="Redis Cloud",owner="ada",kind="lapse"} 820800'
    assert line in gauges.split("\n")


def test_to_read_and_for_programs(tmp_path: Path, run: Run):
    file = estate(tmp_path, {"ada": []})
    text = run("vendors", "calendar", "--config", file, *NOW, "--format", "text").out
    assert text.startswith("2026-12-10 12:00 UTC  lapse    Redis Cloud: it ends 2026-12-10T12:00:00+00:00, by")
    found = run("vendors", "calendar", "--config", file, *NOW, "--format", "json").document["dates"]
    assert [one["kind"] for one in found] == ["lapse", "loss"]
    assert {(one["at"], one["seconds"]) for one in found} == {("2026-12-10T12:00:00+00:00", 820_800)}


def test_wrong_usage_and_no_place_to_write_to(tmp_path: Path, run: Run):
    file = estate(tmp_path, {"ada": []})
    assert run("vendors", "calendar", "--config", file, "--now", "yesterday").code == 2
    assert run("vendors", "calendar", "--config", file, "--output", tmp_path / "no" / "x.ics").code == 2
    file.write_text("", encoding="utf-8")
    assert run("vendors", "calendar", "--config", file).code == 2
