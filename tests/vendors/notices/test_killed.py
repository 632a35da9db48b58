"""SIGKILL of `seawall notify` at every step, then run again: nothing lost, nothing doubled, else said to be unknown."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import Receiver, Run, estate

NOW = "2026-12-09T10:00:00Z"
NEXT = "2026-12-09T14:00:00Z"  # the next slot: 24 h, everybody
# The command as it is, which ends itself by SIGKILL at a step: around each transaction, before its commit, and around
# each message. 0: it never does.
DRIVER = """
import os, signal, sys
from contextlib import contextmanager
from seawall.cli import main, notify
from seawall.history.store import History
from seawall.vendors.notices import routes

left = int(sys.argv[1])

def step():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

writing, deliver = History.writing, routes.deliver

@contextmanager
def stepped_writing(history):
    step()
    with writing(history) as writer:
        yield writer
        step()
    step()

def stepped_deliver(route, message):
    step()
    delivered = deliver(route, message)
    step()
    return delivered

History.writing, routes.deliver = stepped_writing, stepped_deliver
sys.exit(main.code_of(sys.argv[2:]))
"""
# What was read: 3; ada: claim 3, refused 2, stored 3, taken 2, stored 3; ben: claim 3, taken 2, stored 3; and nothing
# more to claim: 3.
LAST = 27


def command(step: int, file: Path) -> list[str]:
    return [sys.executable, "-W", "error", "-c", DRIVER, str(step), "notify", "--config", str(file), "--now", NOW]


def driver(step: int, file: Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*before, *command(step, file)], capture_output=True, timeout=60)


def results(folder: Path) -> dict[str, set[str]]:
    """What the receipts of each person say."""
    with closing(sqlite3.connect(folder / "seawall-history.db")) as store:
        found: dict[str, set[str]] = {}
        for person, result in store.execute("SELECT person, result FROM seawall_receipts"):
            found.setdefault(person, set()).add(result)
        return found


def two_people(folder: Path, receiver: Receiver) -> Path:
    """Ada, whose first route is refused, and ben."""
    receiver.status["refused"] = 500
    people = {"ada": [receiver.route("refused"), receiver.route("ada")], "ben": [receiver.route("ben")]}
    return estate(folder, people, deputy="ben")


def nothing_lost_nothing_doubled(folder: Path, file: Path, receiver: Receiver, run: Run) -> set[str]:
    """Runs it again, and twice more in the next slot; returns those of whom it is not known."""
    again = run("notify", "--config", file, "--now", NOW, "--format", "json")
    taken = Counter(receiver.paths())
    told = results(folder)
    unknown = {one["person"] for one in again.document["unknown"]}
    assert unknown == {person for person, said in told.items() if "unknown" in said}
    assert again.code == (1 if unknown else 0)
    for person in ("ada", "ben"):
        assert taken[person] <= 1
        assert taken[person] == 1 or person in unknown
        assert person in unknown or "delivered" in told[person]
    assert Counter(receiver.refused)["refused"] <= 1
    before = len(receiver.taken)
    for _ in range(2):
        run("notify", "--config", file, "--now", NEXT)
    assert sorted(receiver.paths()[before:]) == ["ada", "ben"]  # unknown for a slot is not silence for the next
    return unknown


# What is stored and sent at an even step is so at an odd one beside it: those are the reduced form.
@pytest.mark.parametrize(
    "step", [pytest.param(n, marks=[] if n % 2 else [pytest.mark.prove]) for n in range(1, LAST + 1)]
)
def test_killed_at_a_step_of_its_own(step: int, tmp_path: Path, receiver: Receiver, run: Run):
    file = two_people(tmp_path, receiver)
    assert driver(step, file).returncode == -signal.SIGKILL
    nothing_lost_nothing_doubled(tmp_path, file, receiver, run)


def test_those_are_all_steps(tmp_path: Path, receiver: Receiver, run: Run):
    file = two_people(tmp_path, receiver)
    assert driver(LAST + 1, file).returncode == 0
    assert nothing_lost_nothing_doubled(tmp_path, file, receiver, run) == set()


@pytest.mark.parametrize("path", ["refused", "ada", "ben"])
def test_killed_while_the_receiver_has_the_message_and_has_not_answered(
    path: str, tmp_path: Path, receiver: Receiver, run: Run
):
    file = two_people(tmp_path, receiver)
    with subprocess.Popen(command(0, file), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:

        def end(came: str) -> None:
            if came == path:
                os.kill(process.pid, signal.SIGKILL)
                process.wait(30)

        receiver.on = end
        assert process.wait(60) == -signal.SIGKILL
    receiver.on = lambda _: None
    unknown = nothing_lost_nothing_doubled(tmp_path, file, receiver, run)
    assert unknown == {"ben" if path == "ben" else "ada"}


def test_interrupted_it_says_that_one_message_may_have_arrived(tmp_path: Path, receiver: Receiver, run: Run):
    file = two_people(tmp_path, receiver)
    with subprocess.Popen(command(0, file), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        receiver.on = lambda path: os.kill(process.pid, signal.SIGINT) if path == "ada" else None
        _, err = process.communicate(timeout=60)
    receiver.on = lambda _: None
    assert process.returncode == 4
    assert b"stopped by you after 0 of the messages; the one under way may have arrived" in err
    assert nothing_lost_nothing_doubled(tmp_path, file, receiver, run) == {"ada"}
