"""The command of the demo, as far as it ends before the story begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.cli.main import code_of


def test_a_report_that_cannot_be_written_is_refused_before_the_minute(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("seawall.demo.story.tell", lambda *_: pytest.fail("the story began"))
    assert code_of(["demo", "--output", str(tmp_path / "none" / "demo.html")]) == 2
    assert "there is no folder" in capsys.readouterr().err
