"""What a proof found out: frozen, and the JSON contract of `seawall nodes prove --format json`."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from seawall.model import SCHEMA, Json
from seawall.nodes.prove.form import Form
from seawall.nodes.prove.verdict import Comparison
from seawall.nodes.prove.waits import Waits


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a form by the server's slow log: commands sent, the longest of them, all together. Microseconds.

    cpu_us: processor time of the server's main thread from the run's first command to its last reply, whoever it worked
    for; None where the server does not say.
    """

    calls: int
    longest_us: int
    total_us: int
    cpu_us: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """All runs of one form, in their order, and what another client waited for in their windows.

    work_us: of each run the main thread's processor time for this job alone, parsing and replies included; where the
    server does not say, its calls together.
    """

    runs: tuple[Run, ...]
    work_us: tuple[float, ...]
    waits: Waits

    @property
    def calls(self) -> float:
        """Commands a run, the median."""
        return median(run.calls for run in self.runs)

    @property
    def longest_us(self) -> float:
        """The longest call of a run, the median."""
        return median(run.longest_us for run in self.runs)

    @property
    def total_us(self) -> float:
        """All calls of a run, the median."""
        return median(run.total_us for run in self.runs)

    def as_json(self, sends: str) -> dict[str, Json]:
        """The form as people write it, all runs, the waits."""
        return {
            "sends": sends,
            "calls": self.calls,
            "longest_us": [run.longest_us for run in self.runs],
            "total_us": [run.total_us for run in self.runs],
            "work_us": [round(us, 1) for us in self.work_us],
            "foreground": self.waits.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """Old and new form of one job on one server.

    key: type and encoding of the key that was made, `zset, skiplist`; empty where the job has no one key. every_ms: a
    job was begun that often, so both forms burden the foreground client alike. alone: its waits when there was no job.
    stall: of the longest calls by the slow log, or, where `stall_seen_by` says so, of the longest wait of the
    foreground client in each run. work: of `work_us`: processor time, since on a busy machine the log's figures are
    those of the clock, and a long call loses its processor more often than short ones. same_answer: whether both gave
    the same.
    """

    form: Form
    server: str
    size: int
    key: str
    is_aa: bool
    rounds: int
    every_ms: float
    old: Measured
    new: Measured
    alone: Waits
    stall: Comparison
    stall_seen_by: str  # slow log | foreground
    work: Comparison
    work_seen_by: str  # main thread | slow log
    same_answer: bool
    remarks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """The document of `--format json`."""
        new = self.form.old if self.is_aa else self.form.new
        return {
            "schema": SCHEMA,
            "form": self.form.name,
            "job": self.form.job,
            "rules": list(self.form.rules),
            "server": self.server,
            "size": self.size,
            "size_is": self.form.size_is,
            "key": self.key,
            "aa": self.is_aa,
            "rounds": self.rounds,
            "every_ms": round(self.every_ms, 1),
            "old": self.old.as_json(self.form.old.sends),
            "new": self.new.as_json(new.sends),
            "alone": self.alone.as_json(),
            "stall": {**self.stall.as_json(), "seen_by": self.stall_seen_by},
            "work": {**self.work.as_json(), "seen_by": self.work_seen_by},
            "same_answer": self.same_answer,
            "remarks": list(self.remarks),
        }
