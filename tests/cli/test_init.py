"""`seawall init` as a user runs it: on an application's folder, beside an estate, and where it cannot write."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
from tests.front_door import Ended, bound_by_modes, one_line_and_hint, seawall

from seawall.cli.init import create
from seawall.errors import UsageError

FILES = {
    ".env": "REDIS_PW=s3cr3t\nREDIS_URL=rediss://u:${REDIS_PW}@redis-1.c1.ec2.cloud.redislabs.com:17042/0\n",
    "config/database.yml": "production:\n  host: db.abc.eu-west-1.rds.amazonaws.com\n  password: s3cr3t\n",
    "config/initializers/sidekiq.rb": 'url = ENV.fetch("JOBS_URL", "redis://:s3cr3t@jobs.acme.io:6379")\n',
    "docker-compose.yml": "services:\n  web:\n    environment:\n      - REDIS_URL=redis://redis:6379\n",
    "cfn/stack.yml": (
        "Resources:\n  Geo:\n    Type: AWS::ElastiCache::ReplicationGroup\n"
        "    Properties:\n      ReplicationGroupId: geo-prod\n"
    ),
    "node_modules/x/.env": "REDIS_URL=redis://x.acme.io\n",
}
VARIABLES = {
    "MAIL_AMQP_URL": "amqps://u:s3cr3t@h.rmq.cloudamqp.com/v",
    "FEED_REDIS_URL": "redis://:s3cr3t@feed.acme.io",
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "app"


def init(cwd: Path, *arguments: str | Path, variables: dict[str, str] | None = None) -> Ended:
    ended = seawall("init", *arguments, cwd=cwd, environment=VARIABLES if variables is None else variables)
    assert "s3cr3t" not in ended.out + ended.err
    return ended


def test_the_proposal_is_an_estate_and_the_next_commands_read_it(app: Path):
    ended = init(app)
    assert (ended.code, ended.err) == (0, "")
    file = app / "seawall.toml"
    text = file.read_text(encoding="utf-8")
    assert "s3cr3t" not in text
    assert file.stat().st_mode & 0o777 == 0o600
    table = tomllib.loads(text)
    assert {entry["name"]: entry.get("url") or entry.get("url_env") or entry["aws"] for entry in table["redis"]} == {
        "feed-redis": "FEED_REDIS_URL",
        "redis": "rediss://redis-1.c1.ec2.cloud.redislabs.com:17042",
        "jobs": "redis://jobs.acme.io:6379",
        "geo-prod": {"elasticache": "geo-prod"},
    }
    assert [entry["name"] for entry in table["vendors"]] == [
        "feed.acme.io",
        "CloudAMQP",
        "Redis Cloud",
        "Amazon RDS",
        "jobs.acme.io",
        "Amazon ElastiCache",
    ]
    assert "# found in .env:2 (REDIS_URL)" in text
    assert "# found in config/initializers/sidekiq.rb:1 (JOBS_URL)" in text
    for word in ("node_modules/", "docker-compose.yml:4", "[[redis]] geo-prod: cfn/stack.yml:3 (Geo)"):
        assert word in ended.out
    checked = seawall("vendors", "check", "--offline", "--format", "json", cwd=app, environment=VARIABLES)
    assert (checked.code, checked.err) == (1, "")
    rules = {f["rule"] for f in json.loads(checked.out)["findings"]}
    assert "SW606" in rules  # nobody owns them yet
    assert "SW612" not in rules  # and every endpoint has a row


def test_every_command_that_it_tells_to_run_next_is_one(app: Path):
    told = re.findall(r"^  seawall (.+)$", init(app, "--output", "estate.toml").out, re.MULTILINE)
    assert told == ["vendors check --config estate.toml", "doctor --config estate.toml"]
    for line in told:
        assert seawall(*line.split()[:-2], "--help").code == 0


def test_an_estate_stays_as_it_is_and_what_it_lacks_is_printed_for_pasting(app: Path):
    estate = app / "seawall.toml"
    before = (
        '[[redis]]\nname = "redis"\nurl = "rediss://redis-1.c1.ec2.cloud.redislabs.com:17042"\n'
        '[[vendors]]\nname = "Amazon RDS"\nendpoints = [".rds.amazonaws.com"]\n'
    )
    estate.write_text(before, encoding="utf-8")
    ended = init(app)
    assert (ended.code, estate.read_text(encoding="utf-8")) == (0, before)
    table = tomllib.loads(ended.out)
    assert [e["name"] for e in table["redis"]] == ["feed-redis", "jobs", "geo-prod"]
    assert "Amazon RDS" not in [e["name"] for e in table["vendors"]]
    estate.write_text(before + ended.out, encoding="utf-8")
    again = init(app)
    assert (again.code, tomllib.loads(again.out)) == (0, {})
    assert "lacks nothing" in again.out


def test_a_dry_run_prints_the_file_and_writes_nothing(app: Path):
    names = sorted(p.name for p in app.iterdir())
    ended = init(app, "--dry-run")
    assert ended.code == 0
    assert len(tomllib.loads(ended.out)["redis"]) == 4
    assert sorted(p.name for p in app.iterdir()) == names


def test_the_json_form_says_the_same(app: Path):
    document = json.loads(init(app, "--format", "json", "--dry-run").out)
    assert (document["schema"], document["written"], document["not_checked"]) == (1, False, [])
    assert [row["fields"] for row in document["rows"] if row["table"] == "redis"] == tomllib.loads(document["toml"])[
        "redis"
    ]
    row = next(row for row in document["rows"] if row["fields"]["name"] == "Redis Cloud")
    assert row["found_in"] == [{"path": ".env", "line": 2, "name": "REDIS_URL"}]
    assert {"what": "node_modules/", "reason": "holds dependencies, results or a tool's own files"} in document[
        "passed_over"
    ]


def test_nothing_found_is_said_and_gives_a_file_to_begin_with(tmp_path: Path):
    ended = init(tmp_path, variables={})
    assert ended.code == 0
    assert "no new row, from 0 files and the environment" in ended.out
    assert tomllib.loads((tmp_path / "seawall.toml").read_text(encoding="utf-8")) == {}


def test_a_file_that_cannot_be_read_is_said_and_the_rest_is_proposed(app: Path):
    (app / ".env").chmod(0)
    app.chmod(0o777)
    ended = seawall("init", "--dry-run", cwd=app, before=bound_by_modes())
    assert ended.code == 3
    assert one_line_and_hint(ended.err)
    assert ".env" in ended.err
    assert "jobs.acme.io" in ended.out


@pytest.mark.parametrize("output", ["folder", "gone/seawall.toml", "broken.toml", "dangling.toml", "pipe"])
def test_an_output_that_is_something_else_is_refused(app: Path, output: str):
    (app / "folder").mkdir()
    (app / "broken.toml").write_text("[[vendors\n", encoding="utf-8")
    (app / "dangling.toml").symlink_to("nowhere")
    os.mkfifo(app / "pipe")
    ended = init(app, "--output", output)
    assert (ended.code, ended.out) == (2, "")
    assert one_line_and_hint(ended.err)
    assert (app / "broken.toml").read_text(encoding="utf-8") == "[[vendors\n"
    assert not (app / "nowhere").exists()


def test_a_folder_that_may_not_be_written_to_is_left_clean(app: Path):
    closed = app / "closed"
    closed.mkdir(mode=0o555)
    ended = seawall("init", "--output", closed / "seawall.toml", cwd=app, before=bound_by_modes())
    assert ended.code == 3
    assert one_line_and_hint(ended.err)
    assert not list(closed.iterdir())


def test_a_file_that_comes_to_be_meanwhile_is_not_overwritten(tmp_path: Path):
    file = tmp_path / "seawall.toml"
    file.write_text("theirs", encoding="utf-8")
    with pytest.raises(UsageError, match="meanwhile"):
        create(file, "ours")
    assert [(p.name, p.read_text(encoding="utf-8")) for p in tmp_path.iterdir()] == [("seawall.toml", "theirs")]


def test_a_folder_that_is_not_there(tmp_path: Path):
    ended = init(tmp_path, "gone")
    assert ended.code == 2
    assert one_line_and_hint(ended.err)


def test_hostile_names_reach_neither_the_terminal_nor_the_file_as_they_are(tmp_path: Path):
    (tmp_path / 'a\x1b[31m\n[[vendors]]\nname = "x".env').write_text("U=redis://a.acme.io\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text('"k\x07": 1\n"x\\"]\n[[y]]": redis://b.acme.io"]\n', encoding="utf-8")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.env")).write_text("U=redis://c.acme.io\n", encoding="utf-8")
    assert init(tmp_path, variables={}).code == 0  # that nothing printed has a control character, Ended asserts
    text = (tmp_path / "seawall.toml").read_text(encoding="utf-8")
    assert text.replace("\n", "").isprintable()
    assert {e["name"] for e in tomllib.loads(text)["vendors"]} == {"a.acme.io", "b.acme.io", "c.acme.io"}
    (tmp_path / "seawall.toml").unlink()
    assert len(json.loads(init(tmp_path, "--format", "json", variables={}).out)["rows"]) == 6
