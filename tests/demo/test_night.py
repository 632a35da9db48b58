"""The estate of the demo: what is shipped is read by the reader of seawall.toml, and its trial does not convert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from seawall.demo.night import TRIAL, night
from seawall.model import Severity

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_the_trial_is_the_worst_finding_and_is_told_by_every_rung(tmp_path: Path):
    story = night(NOW, tmp_path)
    assert [(f.rule, f.severity) for f in story.findings] == [
        ("SW601", Severity.CRITICAL),
        ("SW607", Severity.HIGH),
    ]
    assert story.findings[0].evidence["hours_to_data_loss"] == 60
    words = [rung.words.partition(":")[0] for rung in story.rungs]
    assert words == ["14 days left", "7 days left", "72 hours left", "24 hours left", "Lapsed"]
    assert [rung.left for rung in story.rungs] == [TRIAL, *(timedelta(hours=h) for h in (168, 72, 24, 0))]
    # Two people: once, daily for 4 days, every 4 hours for 2 days, then for a day with a phone, and at the end.
    assert [rung.messages for rung in story.rungs] == [2, 8, 24, 18, 3]
    assert "dana's phone" in story.rungs[-1].people
