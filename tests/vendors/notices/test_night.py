"""The night itself, day by day: a trial of 14 days that nobody converts, without a deputy, and messages to a receiver.

The commands are those of a cron table: `vendors check` each day, `notify` each hour.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seawall.model import Severity

from .conftest import Receiver, Run, estate

BOUGHT = datetime(2026, 11, 26, 12, tzinfo=UTC)
END = BOUGHT + timedelta(days=14)
HOUR = timedelta(hours=1)
ENDS = END.isoformat()


def people(receiver: Receiver) -> dict[str, list[str]]:
    return {name: [receiver.route(name)] for name in ("ada", "ben", "carla")}


def hours_of(first: datetime, last: datetime, step: int = 1) -> list[datetime]:
    return [first + n * step * HOUR for n in range(int((last - first) / HOUR) // step + 1)]


def test_findings_from_day_0_grow_worse_and_the_hours_fall_to_nothing(tmp_path: Path, receiver: Receiver, run: Run):
    file = estate(tmp_path, people(receiver), ends=ENDS)
    levels: list[int] = []
    left: list[float] = []
    for day in range(16):
        now = (BOUGHT + day * 24 * HOUR).isoformat()
        ended = run("vendors", "check", "--config", file, "--now", now, "--format", "json")
        assert ended.code == 1
        rules = {finding["rule"]: finding for finding in ended.document["findings"]}
        assert {"SW601", "SW607"} <= set(rules)  # the trial, and that there is no deputy
        levels.append(Severity(rules["SW601"]["severity"]).rank)
        left.append(rules["SW601"]["evidence"]["hours_to_data_loss"])
    assert left == [24.0 * day for day in range(14, 0, -1)] + [0, 0]
    assert levels == [Severity.HIGH.rank] * 11 + [Severity.CRITICAL.rank] * 5


def test_messages_at_each_rung_to_people_who_know_and_none_twice(tmp_path: Path, receiver: Receiver, run: Run):
    """Hourly from a day before it was bought to nine days after its end; nobody is deputy, so everybody is told."""
    file = estate(tmp_path, people(receiver), ends=ENDS, phones={"ada": [receiver.route("ring")]})
    told: dict[datetime, Counter[str]] = {}
    for now in [*hours_of(BOUGHT - 24 * HOUR, END - 73 * HOUR, 6), *hours_of(END - 72 * HOUR, END + 216 * HOUR, 2)]:
        before = len(receiver.taken)
        assert run("notify", "--config", file, "--now", now.isoformat()).code == 0
        told[now] = Counter(receiver.paths()[before:])
    everybody = Counter(("ada", "ben", "carla"))
    rings = everybody + Counter(["ring"])
    # A day early it is 15 days: the owner alone. From day 0 on the missing deputy is stood in for by everybody.
    assert told[BOUGHT - 24 * HOUR] == Counter(["ada"])
    firsts = {now: who for now, who in told.items() if who}
    calm = [now for now in firsts if now < END - 7 * 24 * HOUR]
    assert [(END - now) / (24 * HOUR) for now in calm] == [15, 14, 11]  # ada has heard something the day before
    assert firsts[BOUGHT] == Counter(["ben", "carla"])
    assert firsts[calm[2]] == Counter(["ada"])
    daily = [now for now in firsts if END - 7 * 24 * HOUR <= now < END - 72 * HOUR]
    assert [(END - now) / HOUR for now in daily] == [168, 144, 120, 96]
    four_hourly = [now for now in firsts if END - 72 * HOUR <= now < END]
    assert [(END - now) / HOUR for now in four_hourly] == [72 - 4 * n for n in range(18)]
    assert all(firsts[now] == everybody for now in [*daily, *four_hourly[:12]])
    assert all(firsts[now] == rings for now in four_hourly[12:])
    after = [now for now in firsts if now >= END]
    assert [(now - END) / HOUR for now in after] == [24 * n for n in range(7)]
    assert all(firsts[now] == rings for now in after)


@pytest.mark.parametrize("evidence", ["converts = true", "ends = 2028-01-01"])
def test_none_after_it_converted(evidence: str, tmp_path: Path, receiver: Receiver, run: Run):
    file = estate(tmp_path, people(receiver), ends=ENDS)
    for now in hours_of(END - 30 * HOUR, END - 25 * HOUR):
        assert run("notify", "--config", file, "--now", now.isoformat()).code == 0
    assert Counter(receiver.paths()) == {"ada": 2, "ben": 2, "carla": 2}
    key = evidence.split(" ")[0]
    lines = [evidence if line.startswith(f"{key} =") else line for line in file.read_text(encoding="utf-8").split("\n")]
    file.write_text("\n".join(lines), encoding="utf-8")
    for now in hours_of(END - 24 * HOUR, END + 48 * HOUR, 3):
        ended = run("notify", "--config", file, "--now", now.isoformat())
        assert (ended.code, ended.out) == (0, "nothing is due\n")
    assert len(receiver.taken) == 6


def test_with_one_route_up_at_each_time_everybody_is_told_all_the_same(tmp_path: Path, receiver: Receiver, run: Run):
    """The two routes of each person are down by turns, every second run."""
    both = {name: [receiver.route(f"{name}-1"), receiver.route(f"{name}-2")] for name in ("ada", "ben")}
    file = estate(tmp_path, both, ends=ENDS, deputy="ben")
    for number, now in enumerate(hours_of(END - 72 * HOUR, END, 4)):
        down, up = ("1", "2") if number % 2 else ("2", "1")
        receiver.status = {f"{name}-{down}": 500 for name in both}
        before = len(receiver.taken)
        assert run("notify", "--config", file, "--now", now.isoformat()).code == 0
        assert sorted(receiver.paths()[before:]) == [f"ada-{up}", f"ben-{up}"]
