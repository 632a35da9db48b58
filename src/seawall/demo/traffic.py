"""The platform at work: rounds of all its jobs, one hour of the story's time after another."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from seawall.demo.app.connection import Redis
from seawall.demo.app.jobs import HOUR, JOBS, Forms
from seawall.demo.seed import NOW

PAUSE = 0.02  # seconds between two jobs, so that what a user felt can be told apart by job

Told = Callable[[int, int], None]  # rounds done, of how many


@dataclass(frozen=True)
class Run:
    """One run of a job, in seconds of `time.perf_counter`, which all processes of a machine share."""

    job: str
    started: float
    ended: float


@dataclass(frozen=True)
class Traffic:
    """What was done: whole rounds of all jobs, and every run in the order of time."""

    forms: Forms
    rounds: int
    seconds: float
    runs: tuple[Run, ...]


def send(redis: Redis, forms: Forms, told: Told, *, rounds: int, within: float) -> Traffic:
    """Run every job in one form, `rounds` times; fewer times, but once at least, when `within` seconds are over."""
    began = time.perf_counter()
    runs: list[Run] = []
    done = 0
    while done < rounds and (done == 0 or time.perf_counter() - began < within):
        for name, job in JOBS.items():
            started = time.perf_counter()
            job(redis, forms, NOW + done * HOUR)
            runs.append(Run(name, started, time.perf_counter()))
            time.sleep(PAUSE)
        done += 1
        told(done, rounds)
    return Traffic(forms, done, time.perf_counter() - began, tuple(runs))
