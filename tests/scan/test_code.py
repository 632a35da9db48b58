"""`scan --code`: findings in code without a server and beside one, frozen and accepted, in every form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.front_door import Ended, seawall

from seawall import lab
from seawall.wire import Connection, parse_url

APP = """\
class Sessions
  REDIS = Redis.new

  def names(user)
    REDIS.keys("session:#{user}:*")
  end

  def online
    REDIS.smembers("online")
  end
end
"""
PYTHON = 'import redis\n\nr = redis.Redis()\n\n\ndef counts(users):\n    return [r.get(f"count:{u}") for u in users]\n'
SLOW = '1) 1) (integer) 7\n   2) (integer) 1700000000\n   3) (integer) 28520\n   4) 1) "SMEMBERS"\n      2) "online"\n'


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An application with three findings, in the folder that seawall runs in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "sessions.rb").write_text(APP)
    (tmp_path / "app" / "counts.py").write_text(PYTHON)
    return tmp_path


def scan(*args: str) -> Ended:
    """A scan in the folder of the test."""
    return seawall("scan", *args, cwd=Path.cwd())


def document(*args: str, status: int = 1) -> Any:
    done = scan(*args, "--format", "json")
    assert done.code == status, done.err
    return json.loads(done.out)


def places(found: Any) -> list[tuple[str, str, int]]:
    return [(f["rule"], f["where"]["path"], f["where"]["line"]) for f in found["findings"]]


ALL = [("SW201", "app/sessions.rb", 5), ("SW204", "app/sessions.rb", 9), ("SW208", "app/counts.py", 7)]


@pytest.mark.usefixtures("app")
def test_code_alone_needs_no_server():
    found = document("--code", ".")
    assert places(found) == ALL
    assert found["findings"][0]["where"] == {
        "kind": "code", "path": "app/sessions.rb", "line": 5, "column": 11, "symbol": "Sessions#names",
        "command": "KEYS", "key_pattern": "session:*:*",
    }  # fmt: skip
    assert found["capture"] == []
    assert found["cost"]["commands"] == 0
    assert [t["kind"] for t in found["targets"]] == ["code"]


@pytest.mark.usefixtures("app")
def test_exit_codes():
    assert scan("--code", ".").code == 1
    assert scan("--code", ".", "--fail-on", "critical").code == 0
    assert scan("--code", ".", "--rule", "SW208").code == 0
    assert scan("--code", ".", "--rule", "SW208", "--fail-on", "low").code == 1
    missing = scan("--code", "nowhere")
    assert missing.code == 2
    assert "nowhere" in missing.err


def test_what_cannot_be_read_is_not_checked(app: Path):
    (app / "app" / "broken.rb").write_text("R = Redis.new\ndef a(\n")
    found = document("--code", ".", status=3)
    assert places(found) == ALL
    assert [n["target"].split(":")[0] for n in found["not_checked"]] == ["app/broken.rb"]


@pytest.mark.usefixtures("app")
def test_several_folders_are_told_apart(app: Path):
    (app / "other").mkdir()
    (app / "other" / "sessions.rb").write_text(APP)
    found = document("--code", "app", "--code", "other", "--rule", "SW201")
    assert places(found) == [("SW201", "app/sessions.rb", 5), ("SW201", "other/sessions.rb", 5)]
    assert len({f["id"] for f in found["findings"]}) == 2


def test_a_line_that_is_repeated_has_an_id_of_its_own(app: Path):
    (app / "app" / "sessions.rb").write_text(
        APP.replace('    REDIS.smembers("online")\n', '    REDIS.smembers("online")\n' * 2)
    )
    found = document("--code", ".", "--rule", "SW204", status=0)
    assert [f["where"].get("number") for f in found["findings"]] == [None, 2]


# ---- with a server, and from seawall.toml ----------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_code_and_a_slow_log_stand_in_one_report(binary: lab.Binary):
    with lab.start(binary) as server:
        with Connection(parse_url(server.url)) as connection:
            connection.call("MSET", *(word for n in range(2000) for word in (f"session:{n}", "1")))
            connection.call("CONFIG", "SET", "slowlog-log-slower-than", "0")
            connection.call("KEYS", "session:*")
        found = document("--code", ".", "--redis", server.url)
    kinds = {(f["rule"], f["where"]["kind"]) for f in found["findings"]}
    assert {("SW105", "slowlog"), ("SW201", "code")} <= kinds
    assert [t["kind"] for t in found["targets"]] == ["redis", "code"]


def test_folders_of_the_estate(app: Path):
    (app / "seawall.toml").write_text('[[code]]\npath = "app"\n')
    assert [path for _, path, _ in places(document())] == ["sessions.rb", "sessions.rb", "counts.py"]
    (app / "seawall.toml").write_text('[[code]]\npaht = "app"\n')
    wrong = scan()
    assert wrong.code == 2
    assert "path" in wrong.err


def test_a_finding_is_accepted_by_rule_and_place(app: Path):
    (app / "seawall.toml").write_text(
        '[people.ada]\nname = "Ada"\n\n[[accept]]\nrule = "SW201"\nowner = "ada"\nreason = "by hand"\n'
        "until = 2100-01-01\n"
        'where = { path = "app/sessions.rb", command = "KEYS" }\n'
    )
    found = document("--code", ".", status=0)
    assert [rule for rule, *_ in places(found)] == ["SW204", "SW208"]
    assert [a["rule"] for a in found["accepted"]] == ["SW201"]


# ---- the baseline ----------------------------------------------------------------------------------------------------


def test_old_findings_are_frozen_and_new_ones_fail(app: Path):
    written = scan("--code", ".", "--write-baseline", "base.json")
    assert written.code == 0
    assert "3 findings are frozen" in written.out
    (app / "app" / "sessions.rb").write_text(f"# a line above\n{APP}")
    assert places(document("--code", ".", "--baseline", "base.json", status=0)) == []
    (app / "app" / "new.rb").write_text("Redis.new.flushall\n")
    found = document("--code", ".", "--baseline", "base.json")
    assert places(found) == [("SW202", "app/new.rb", 1)]
    assert sorted(f["rule"] for f in found["frozen"]) == ["SW201", "SW204", "SW208"]


def test_a_frozen_finding_that_is_gone_is_said(app: Path):
    scan("--code", ".", "--write-baseline", "base.json")
    (app / "app" / "counts.py").unlink()
    gone = "1 finding of the baseline base.json is gone: take it off with --write-baseline"
    assert gone in document("--code", ".", "--baseline", "base.json", status=0)["notes"]
    assert document("--code", ".", "--baseline", "base.json", "--rule", "SW201", status=0)["notes"] == []


@pytest.mark.usefixtures("app")
def test_a_baseline_without_code_or_not_there_is_refused():
    absent = scan("--code", ".", "--baseline", "none.json")
    assert (absent.code, absent.out) == (2, "")
    assert "--write-baseline" in absent.err
    Path("slow.txt").write_text(SLOW, encoding="utf-8")
    idle = scan("--input", "slow.txt", "--baseline", "none.json")
    assert idle.code == 2
    assert "--code DIR" in idle.err


# ---- the forms -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_the_text_has_a_line_for_each_place():
    out = scan("--code", ".").out
    assert out.startswith("3 findings in the code\n")
    assert re.search(r"high +app/sessions.rb:5:11 Sessions#names: KEYS walks every key", out)
    assert "Iterate with SCAN MATCH pattern COUNT 1000" in out
    assert "slow log" not in out


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("form", ["md", "html", "jsonl", "sarif"])
def test_every_form_names_the_place(form: str):
    out = scan("--code", ".", "--format", form).out
    assert "app/sessions.rb" in out
    assert "SW204" in out
    assert "(no key)" not in out


@pytest.mark.usefixtures("app")
def test_sarif_has_paths_from_the_folder_that_it_runs_in():
    run = json.loads(scan("--code", "app", "--format", "sarif").out)["runs"][0]
    first = run["results"][0]
    assert first["ruleId"] == "SW201"
    assert first["level"] == "error"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "app/sessions.rb", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "startColumn": 11},
    }
    assert run["invocations"][0]["executionSuccessful"] is True


def test_sarif_counts_what_stands_in_no_file(app: Path):
    (app / "slow.txt").write_text(SLOW)
    run = json.loads(scan("--code", ".", "--input", "slow.txt", "--format", "sarif").out)["runs"][0]
    assert all("physicalLocation" in location for r in run["results"] for location in r["locations"])
    said = [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert any(re.search(r"^\d+ findings? about servers", text) for text in said)


@pytest.mark.usefixtures("app")
def test_a_dry_run_reads_nothing():
    done = scan("--code", ".", "--dry-run")
    assert (done.code, done.out) == (0, "would read the code of .\n")


@pytest.mark.usefixtures("app")
def test_an_application_without_a_fault_is_said_to_have_none(tmp_path: Path):
    for file in (tmp_path / "app").iterdir():
        file.unlink()
    (tmp_path / "app" / "a.rb").write_text('Redis.new.get("a")\n')
    done = scan("--code", ".")
    assert done.code == 0
    assert done.out == "No finding in the code\n.  1 call site in 1 file, 1 file read\n"
