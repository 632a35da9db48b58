"""`seawall vendors list` and `check` on the rows of an estate, at a time that is given."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.web import fake_web
from tests.front_door import Ended, one_line_and_hint, seawall

ESTATE = """
[people.ada]
name = "Ada"
routes = ["mailto://s3cr3t@mail.example"]

[people.ben]
name = "Ben"

[[redis]]
name = "jobs"
url = "redis://:s3cr3t@redis-17042.example:17042"

[[vendors]]
name = "Redis Cloud"
owner = "ada"
contract = "trial"
converts = false
ends = 2026-12-10T12:00:00Z
endpoints = ["redis-17042.example:17042"]
impact = "No job is queued"
last_confirmed = 2026-11-30

[[vendors]]
name = "Heroku"
owner = "ada"
deputy = "ben"
contract = "card"
ends = 2027-12-31
last_confirmed = 2026-11-30

[[vendors]]
name = "Hosted search"
owner = "ada"
deputy = "ben"
contract = "fixed"
converts = true
ends = 2027-06-30
last_confirmed = 2026-11-30
"""
# The commands as main.py will have them.


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    file = tmp_path / "seawall.toml"
    file.write_text(ESTATE, encoding="utf-8")
    return file


def vendors(*arguments: str | Path) -> Ended:
    return seawall("vendors", *arguments)


def check(estate: Path, now: str, *more: str) -> tuple[int, dict[str, Any]]:
    ended = vendors("check", "--config", estate, "--now", now, "--format", "json", *more)
    assert "s3cr3t" not in ended.out + ended.err
    return ended.code, json.loads(ended.out)


def test_the_hours_fall_to_nothing_and_the_exit_code_tells(estate: Path):
    hours: list[float] = []
    for now in ("2026-12-01", "2026-12-10T11:00:00+00:00", "2026-12-10T13:00:00+01:00", "2026-12-24"):
        code, document = check(estate, now)
        assert code == 1
        (found,) = [f for f in document["findings"] if f["rule"] == "SW601"]
        assert found["where"] == {"kind": "vendor", "name": "Redis Cloud"}
        assert found["evidence"]["deadline"] == "2026-12-10T12:00:00+00:00"
        hours.append(found["evidence"]["hours_to_data_loss"])
    assert hours == [228, 1, 0, 0]


def test_an_estate_in_order_is_quiet(estate: Path):
    text = ESTATE.replace("converts = false", 'converts = true\ndeputy = "ben"')
    estate.write_text(text, encoding="utf-8")
    code, document = check(estate, "2026-12-01", "--fail-on", "info")
    assert (code, document["findings"], document["vendors"]) == (0, [], 3)


def test_what_somebody_accepted_is_off_the_list_until_its_day(estate: Path):
    accepted = '\n[[accept]]\nrule = "SW607"\nowner = "ada"\nreason = "until Ben is back"\nuntil = 2026-12-05\n'
    estate.write_text(ESTATE + accepted, encoding="utf-8")
    rules = [{f["rule"] for f in check(estate, now)[1]["findings"]} for now in ("2026-12-05", "2026-12-06")]
    assert rules == [{"SW601"}, {"SW601", "SW607"}]


def test_the_table_is_by_urgency(estate: Path):
    ended = vendors("list", "--config", estate, "--now", "2026-12-09")
    lines = ended.out.splitlines()
    assert ended.code == 0
    assert [line.split("  ")[0] for line in lines] == ["severity", "critical", "ok", "ok"]
    assert "Redis Cloud" in lines[1]
    assert "36 h" in lines[1]
    assert "ada, nobody" in lines[1]
    rows = json.loads(vendors("list", "--config", estate, "--now", "2026-12-09", "--format", "json").out)["vendors"]
    assert [row["state"] for row in rows] == ["lapses", "lapses", "renews"]


def test_a_finding_for_a_person(estate: Path):
    ended = vendors("check", "--config", estate, "--now", "2026-12-09", "--rule", "SW601")
    assert ended.code == 1
    assert "the trial of Redis Cloud lapses in 36 h and does not convert" in ended.out
    assert "No job is queued" in ended.out
    assert "Redis support article 34131767970450, read 2026-11-24" in ended.out.replace("\n  ", " ")


@pytest.mark.parametrize("now", ["soon", "2026-13-01", "9999-01-01", ""])
def test_a_wrong_time_is_refused(estate: Path, now: str):
    ended = vendors("check", "--config", estate, "--now", now)
    assert ended.code == 2
    assert one_line_and_hint(ended.err)
    assert "--now: " in ended.err


def test_an_empty_estate_is_no_success(tmp_path: Path):
    file = tmp_path / "seawall.toml"
    file.write_text("", encoding="utf-8")
    ended = vendors("check", "--config", file)
    assert ended.code == 2
    assert "nothing is watched" in ended.err


def test_all_faults_of_the_file_come_at_once(estate: Path):
    text = ESTATE.replace("deputy", "deputi").replace("2027-06-30", "2027-06-31")
    estate.write_text(text, encoding="utf-8")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if "deputi" in line or "06-31" in line]
    ended = vendors("check", "--config", estate)
    assert ended.code == 2
    assert one_line_and_hint(ended.err)
    assert "has 3 faults: " in ended.err
    assert "unknown key vendors.2.deputi (Did you mean deputy?)" in ended.err
    assert [int(n) for n in re.findall(r"line (\d+): ", ended.err)] == lines


def test_a_source_is_asked_and_one_that_fails_is_never_green(tmp_path: Path):
    """The row has no date: the vendor says it. When the vendor does not answer, that is no all-clear."""
    file = tmp_path / "seawall.toml"
    rows = '[people.ada]\nname = "Ada"\n[people.ben]\nname = "Ben"\n[[vendors]]\nname = "Maps"\nowner = "ada"\n'
    rows += 'deputy = "ben"\ncontract = "fixed"\nlast_confirmed = 2026-11-20\n'
    with fake_web({"/contract": {"ends": "2026-12-01"}}) as web:
        file.write_text(f'{rows}source = "json {web.url}/contract ends"\n', encoding="utf-8")
        code, document = check(file, "2026-11-24")
        assert (code, document["not_checked"]) == (1, [])
        ends = {f["evidence"].get("deadline") for f in document["findings"]}
        assert "2026-12-02T00:00:00+00:00" in ends
        web.answers.clear()
        code, document = check(file, "2026-11-24")
        assert code == 3
        assert document["not_checked"]
        code, document = check(file, "2026-11-24", "--offline")
        assert (code, document["not_checked"]) == (1, [])
        assert "SW608" in {f["rule"] for f in document["findings"]}


def test_every_host_of_a_url_and_of_the_settings_is_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CACHE_URL", "rediss://:s3cr3t@cache.elsewhere.net:6379/1")
    app = tmp_path / "app"
    app.mkdir()
    (app / ".env").write_text("DATABASE_URL=postgres://u:s3cr3t@db.elsewhere.net/app\n", encoding="utf-8")
    file = tmp_path / "seawall.toml"
    servers = '[[redis]]\nname = "jobs"\nurl = "redis://a.elsewhere.net:1,b.elsewhere.net:2"\n'
    row = '[[vendors]]\nname = "A"\nendpoints = ["a.elsewhere.net", "db.elsewhere.net"]\n'
    file.write_text(servers + row, encoding="utf-8")

    def hosts(*more: str) -> dict[str, str]:
        _, document = check(file, "2026-12-01", "--offline", "--rule", "SW612", *more)
        return {f["where"]["name"]: f["evidence"]["found_in"] for f in document["findings"]}

    assert hosts() == {"b.elsewhere.net": "[[redis]] jobs"}
    assert hosts("--settings", str(app)) == {
        "b.elsewhere.net": "[[redis]] jobs",
        "cache.elsewhere.net": "the environment (CACHE_URL)",
    }
    assert vendors("check", "--config", file, "--offline", "--settings", tmp_path / "none").code == 2


def test_a_server_whose_url_cannot_be_read_is_not_checked(tmp_path: Path):
    file = tmp_path / "seawall.toml"
    file.write_text('[[redis]]\nname = "jobs"\nurl = "redis://a:port"\n[[vendors]]\nname = "A"\n', encoding="utf-8")
    code, document = check(file, "2026-12-01", "--offline")
    assert code == 3
    assert [gap["target"] for gap in document["not_checked"]] == ["jobs"]
