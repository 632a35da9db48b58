"""The simulated weeks: every culprit is there at first, and at the end the log is empty and was watched."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

from seawall.demo.weeks import DAYS, EMPTY, simulate
from seawall.model import Finding, Severity, Where

NOW = 1_795_500_000


def culprit(command: str, key: str | None, max_us: int) -> Finding:
    where = Where("slowlog", {"node": "n", "command": command, "key_pattern": key, "shape": "key"})
    evidence = {"verdict": "culprit", "max_us": max_us, "total_us": max_us, "elements": 20_000}
    return Finding("SW104", "collection-read-whole", Severity.HIGH, "t", where, evidence, "why")


FOUND = [culprit("SMEMBERS", "tags:*", 9_000), culprit("HGETALL", "cart:*", 40_000), culprit("KEYS", "a:*", 90_000)]


def test_each_culprit_is_there_at_first_and_none_at_the_end(tmp_path: Path):
    weeks = simulate(FOUND, tmp_path, NOW, random.Random(1))
    assert len(weeks.days) == DAYS
    assert weeks.days[-1] - weeks.days[0] == timedelta(DAYS - 1)
    assert {t.command for t in weeks.trends} == {"SMEMBERS", "HGETALL", "KEYS"}
    assert not weeks.not_watched
    for trend in weeks.trends:
        assert trend.per_day[0], "it was not there"
        assert trend.per_day[-EMPTY:] == (0,) * EMPTY
        assert trend.entries == sum(n or 0 for n in trend.per_day)
    measured = {f.where.fields["command"]: f.evidence["max_us"] for f in FOUND}
    assert all(t.largest <= int(str(measured[t.command])) for t in weeks.trends)


def test_the_same_seed_tells_the_same_story(tmp_path: Path):
    stories = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        stories.append(simulate(FOUND, tmp_path / name, NOW, random.Random(1)))
    assert stories[0] == stories[1]


def test_no_culprits_no_weeks(tmp_path: Path):
    assert simulate([], tmp_path, NOW, random.Random(1)).trends == ()
