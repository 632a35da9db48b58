"""`seawall notify` against a real receiver: who is told, once, by which route, and what a run says and returns."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from tests.front_door import bound_by_modes, one_line_and_hint

from .conftest import SECRET, Receiver, Run, estate
from .test_killed import driver

NOW = "2026-12-09T10:00:00Z"  # 26 h before the end: owner and deputy, every 4 hours
LATER = "2026-12-09T12:30:00Z"  # less than 24 h: everybody, and phones
TITLE = "critical: the trial of Redis Cloud lapses in 26 h and does not convert"


def receipts(folder: Path) -> list[tuple[str, str, str, int, str]]:
    with closing(sqlite3.connect(folder / "seawall-history.db")) as store:
        query = "SELECT person, channel, slot, attempt, result FROM seawall_receipts ORDER BY 1, 2, 3, 4"
        return store.execute(query).fetchall()


def test_owner_and_deputy_are_told_once(tmp_path: Path, receiver: Receiver, run: Run):
    people = {name: [receiver.route(name)] for name in ("ada", "ben", "carla")}
    file = estate(tmp_path, people, deputy="ben")
    first = run("notify", "--config", file, "--now", NOW)
    assert first.code == 0
    assert [(path, text["title"]) for path, text in receiver.taken] == [("ada", TITLE), ("ben", TITLE)]
    body = receiver.taken[0][1]["message"]
    for words in (
        "What stops: No job is queued.",
        "Date: 2026-12-10 12:00 UTC.",
        "Owner ada, deputy ben.",
        "Told now because: 72 hours left: owner and deputy, every 4 hours.",
        "Only evidence ends these notices",
    ):
        assert words in body
    assert "told: ada, message route 1 of 1 (json)" in first.out
    second = run("notify", "--config", file, "--now", NOW)
    assert (second.code, second.out) == (0, "nothing is due\n")
    assert len(receiver.taken) == 2
    assert receipts(tmp_path) == [
        ("ada", "message", "72h-7", 1, "delivered"),
        ("ben", "message", "72h-7", 1, "delivered"),
    ]


def test_in_the_last_hours_everybody_is_told_and_phones_ring(tmp_path: Path, receiver: Receiver, run: Run):
    people = {name: [receiver.route(name)] for name in ("ada", "ben")}
    file = estate(tmp_path, people, deputy="ben", phones={"ada": [receiver.route("ring")]})
    assert run("notify", "--config", file, "--now", LATER).code == 0
    assert sorted(receiver.paths()) == ["ada", "ben", "ring"]
    rung = dict(receiver.taken)["ring"]
    assert rung["message"] == "the trial of Redis Cloud lapses in 24 h and does not convert."
    assert rung["title"].startswith("critical: ")


def test_a_failed_route_falls_to_the_next_and_no_secret_is_shown(tmp_path: Path, receiver: Receiver, run: Run):
    receiver.status["bad"] = 500
    routes = [f"nonsense{SECRET}", f"nosuch://{SECRET}/", receiver.route("bad"), receiver.route("good")]
    file = estate(tmp_path, {"ada": routes, "ben": [receiver.route("ben")]}, deputy="ben")
    ended = run("notify", "--config", file, "--now", NOW, "--format", "json")
    assert ended.code == 0
    assert receiver.paths() == ["good", "ben"]
    assert receiver.refused == ["bad"]
    ada = ended.document["notices"][0]
    assert (ada["person"], ada["result"], ada["route"]) == ("ada", "delivered", {"number": 4, "of": 4, "kind": "json"})
    for words in ("message route 1 of 4 (no URL) of ada", "route 2 of 4 (nosuch)", "route 3 of 4 (json)"):
        assert words in ended.err
    results = [(attempt, result) for person, _, _, attempt, result in receipts(tmp_path) if person == "ada"]
    assert results == [(1, "failed"), (2, "failed"), (3, "failed"), (4, "delivered")]
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("seawall-history.db*"))


def test_who_cannot_be_reached_is_stood_in_for_in_the_same_run(tmp_path: Path, receiver: Receiver, run: Run):
    receiver.status["ada"] = 503
    people = {name: [receiver.route(name)] for name in ("ada", "ben", "carla")}
    file = estate(tmp_path, people, deputy="ben")
    first = run("notify", "--config", file, "--now", NOW)
    assert first.code == 1
    assert sorted(receiver.paths()) == ["ben", "carla"]
    assert "not told: ada" in first.out
    assert "one of them is not named, or cannot be reached" in dict(receiver.taken)["carla"]["message"]
    receiver.status.clear()
    assert run("notify", "--config", file, "--now", NOW).code == 0  # and she is tried again
    assert sorted(receiver.paths()) == ["ada", "ben", "carla"]


def test_a_receiver_that_is_not_there_is_not_delivered(tmp_path: Path, receiver: Receiver, run: Run):
    file = estate(tmp_path, {"ada": [f"json://u:{SECRET}@127.0.0.1:1/"]}, deputy="ada")
    ended = run("notify", "--config", file, "--now", NOW)
    assert ended.code == 1
    assert one_line_and_hint(ended.err)
    assert receipts(tmp_path) == [("ada", "message", "72h-7", 1, "failed")]
    assert receiver.taken == []


def test_a_receiver_that_never_answers_falls_to_the_next(tmp_path: Path, receiver: Receiver, run: Run):
    answered = threading.Event()

    def hold(path: str) -> None:
        assert path != "mute" or answered.wait(30)

    receiver.on = hold
    file = estate(tmp_path, {"ada": [receiver.route("mute?rto=0.3"), receiver.route("good")]}, deputy="ada")
    ended = run("notify", "--config", file, "--now", NOW)
    answered.set()
    assert ended.code == 0
    assert receipts(tmp_path) == [
        ("ada", "message", "72h-7", 1, "failed"),
        ("ada", "message", "72h-7", 2, "delivered"),
    ]


def test_a_dry_run_says_who_and_why_and_does_nothing(tmp_path: Path, receiver: Receiver, run: Run):
    people = {"ada": [receiver.route("ada")], "ben": [receiver.route("ben")]}
    file = estate(tmp_path, people, deputy="ben")
    for form in ("text", "json"):
        ended = run("notify", "--config", file, "--now", NOW, "--dry-run", "--format", form)
        assert ended.code == 0
        assert "72 hours left: owner and deputy, every 4 hours" in ended.out
    assert [n["person"] for n in ended.document["notices"]] == ["ada", "ben"]
    assert {n["result"] for n in ended.document["notices"]} == {None}
    assert receiver.taken == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["seawall.toml"]
    assert run("notify", "--config", file, "--now", NOW).code == 0
    assert run("notify", "--config", file, "--now", NOW, "--dry-run").out == "nothing is due\n"


def test_a_dry_run_finds_a_route_that_is_none(tmp_path: Path, run: Run):
    file = estate(tmp_path, {"ada": [f"nosuch://{SECRET}/"]})
    ended = run("notify", "--config", file, "--now", NOW, "--dry-run")
    assert ended.code == 1
    assert "a route of ada (nosuch) is none that apprise understands" in ended.err


def test_nothing_is_due_far_from_the_date(tmp_path: Path, receiver: Receiver, run: Run):
    file = estate(tmp_path, {"ada": [receiver.route("ada")]})
    ended = run("notify", "--config", file, "--now", "2026-10-01")
    assert (ended.code, ended.out) == (0, "nothing is due\n")


def test_an_accepted_finding_is_told_to_nobody_and_that_is_said(tmp_path: Path, receiver: Receiver, run: Run):
    file = estate(tmp_path, {"ada": [receiver.route("ada")]}, deputy="ada")
    accept = '\n[[accept]]\nrule = "SW601"\nowner = "ada"\nreason = "we let it go"\nuntil = 2026-12-31\n'
    file.write_text(file.read_text(encoding="utf-8") + accept, encoding="utf-8")
    ended = run("notify", "--config", file, "--now", NOW)
    assert ended.code == 0
    assert "1 finding accepted in seawall.toml, of which nobody is told" in ended.out
    assert receiver.taken == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no vendor is listed"),
        ('[[vendors]]\nname = "A"\ncontract = "trial"\n', "nobody has a route"),
        ('[people.ada]\nname = "Ada"\n[[vendors]]\nname = "A"\ncontract = "trial"\n', "nobody has a route"),
    ],
)
def test_what_would_tell_nobody_is_wrong_usage(tmp_path: Path, run: Run, text: str, words: str):
    file = tmp_path / "seawall.toml"
    file.write_text(text, encoding="utf-8")
    for more in ((), ("--dry-run",)):
        ended = run("notify", "--config", file, "--now", NOW, *more)
        assert ended.code == 2
        assert words in ended.err
        assert one_line_and_hint(ended.err)


def test_a_store_that_cannot_be_written_ends_it_before_anything_is_sent(tmp_path: Path, receiver: Receiver, run: Run):
    file = estate(tmp_path, {"ada": [receiver.route("ada")]}, deputy="ada")
    assert run("notify", "--config", file, "--now", "2026-10-01").code == 0
    store = tmp_path / "seawall-history.db"
    store.chmod(0o400)
    ended = driver(0, file, bound_by_modes())
    assert ended.returncode == 3
    assert b"seawall-history.db cannot be opened by this user" in ended.stderr
    assert receiver.taken == []
    store.chmod(0o600)
    assert driver(0, file).returncode == 0
    assert receiver.paths() == ["ada"]


def test_two_runs_at_once_tell_each_person_once(tmp_path: Path, receiver: Receiver, run: Run):
    """The second one runs from its begin to its end while the first one waits for ada's receiver."""
    file = estate(tmp_path, {name: [receiver.route(f"{name}?rto=25")] for name in ("ada", "ben", "carla")})
    arrived, answered = threading.Event(), threading.Event()

    def hold(path: str) -> None:
        if path == "ada":
            arrived.set()
            assert answered.wait(25)

    receiver.on = hold
    codes: list[int] = []
    first = threading.Thread(target=lambda: codes.append(driver(0, file).returncode))
    first.start()
    assert arrived.wait(30)
    second = run("notify", "--config", file, "--now", NOW)
    answered.set()
    first.join(30)
    assert sorted(receiver.paths()) == ["ada", "ben", "carla"]
    assert "unknown: ada may have been told by message" in second.out
    assert (codes, second.code) == ([0], 1)
    assert {result for *_, result in receipts(tmp_path)} == {"delivered"}
    assert run("notify", "--config", file, "--now", NOW).out == "nothing is due\n"
