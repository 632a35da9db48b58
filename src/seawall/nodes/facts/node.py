"""Everything that is known about one node at one moment: what rules judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from seawall.model import Verdict
from seawall.nodes.facts.group import Entry, Group
from seawall.nodes.facts.server import Server
from seawall.nodes.facts.work import SLICE, UNKNOWN, Elements, Keyspace, Size, Work, elements_of, is_open_ended, work_of

FLOOR_US = 1_000  # below this no stall is called one when the elements are not known
LEAST_US = 0.01  # no element costs less (0.04 is the least measured): it was not worked on, or came later
ENOUGH_S = 600  # seconds that must have been observed before a rate a day is stated
STALL_US = 10_000  # the servers' own default for "slow": above it an entry is always reported

# Microseconds that an element costs, in units of one name of COMMAND LIST's reply on the same server: the middle of
# what bench/calibration.py measures on Redis 6.2, 7.0, 8.2 and Valkey 9.1, all of it within a factor of 3.
# Only for estimates, where nothing better is known; work that is counted in its arguments is never estimated.
WEIGHT = {
    Work.WHOLE: 1.4,
    Work.RANGE: 0.6,
    Work.RADIUS: 13.0,
    Work.KEYSPACE: 0.8,
    Work.SETS: 1.6,
    Work.SORT: 6.4,
}
OTHER_WEIGHT = 2.0
UNIT_US = 0.075  # that unit where the server could not be calibrated: a pasted log, Redis 6.2


@dataclass(frozen=True, slots=True)
class Host:
    """What the host is seen to do to the server. `steal` and `swap_kb` are known only for a server on this machine.

    steal: share of CPU time that the hypervisor gave away, 0 to 1. swap_kb: the server's memory that is swapped out.
    forks: times (epoch seconds) at which a child was forked or is known to have been running.
    """

    steal: float | None = None
    swap_kb: int | None = None
    forks: tuple[tuple[int, int], ...] = ()

    def evidence(self, entry: Entry) -> tuple[str, ...]:
        """What of it can have stretched this entry, in words; empty where nothing was seen."""
        seen: list[str] = []
        at = entry.at
        if at is not None and any(start - 1 <= at <= end + 1 for start, end in self.forks):
            seen.append("a fork in that second: the pages written after it are copied one by one")
        if self.swap_kb:
            seen.append(f"{self.swap_kb:,} kB of the server are swapped out")
        if self.steal is not None and self.steal >= 0.02:
            seen.append(f"the hypervisor has taken {self.steal:.0%} of the CPU time since the machine's start (steal)")
        return tuple(seen)


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """One node: its server's words, its slow log in groups, and what its keys hold.

    node: printable name. is_live: False for pasted input. now: epoch seconds of the reading. oldest: of the oldest
    entry read. ring_full: the log was full, so it reaches back only to `oldest`. unit_us: microseconds that one
    name in the reply of COMMAND LIST takes on this server, None where it could not be measured.
    """

    node: str
    server: Server = field(default_factory=Server)
    groups: tuple[Group, ...] = ()
    keyspace: Keyspace = field(default_factory=Keyspace)
    host: Host = field(default_factory=Host)
    is_live: bool = True
    now: int | None = None
    seen: int = 0
    oldest: int | None = None
    newest: int | None = None
    first_id: int | None = None
    ring_full: bool = False
    unit_us: float | None = None
    slowlog_read: bool = True

    @property
    def observed_s(self) -> float | None:
        """Seconds that the log covers; None where it cannot be known.

        A full ring reaches back to its oldest entry. One that is not full holds all since the server's start when its
        first id is 0, else since a RESET that came before its oldest entry.
        """
        if self.oldest is None:
            return None
        end = self.now if self.is_live and self.now is not None else self.newest
        if end is None:
            return None
        uptime = self.server.uptime_s
        if self.is_live and not self.ring_full and self.first_id == 0 and uptime is not None:
            return float(max(uptime, 1))
        return float(max(end - self.oldest, 1))

    def ms_per_day(self, us: int) -> float | None:
        """Main-thread milliseconds a day at the observed rate; None when under ten minutes were observed."""
        seconds = self.observed_s
        return us / 1000 * 86_400 / seconds if seconds is not None and seconds >= ENOUGH_S else None

    def elements(self, group: Group) -> Elements:
        """Of the group's entries the largest count, an exact one before an estimate; `gone` where every key is gone."""
        known = [elements_of(entry, self.keyspace) for entry in group.entries]
        exact = [k for k in known if k.exact]
        if exact:
            return max(exact, key=lambda k: k.count or 0)
        counted = [k for k in known if k.count is not None]
        if counted:
            return max(counted, key=lambda k: k.count or 0)
        return next((k for k in known if k.source == "gone"), UNKNOWN)

    def estimate(self, group: Group) -> Elements:
        """The count from the duration, one digit, where nothing better is known; never more than the key holds."""
        worst = group.worst
        unit = self.unit_us or UNIT_US
        count = int(worst.us / (unit * WEIGHT.get(work_of(worst), OTHER_WEIGHT)))
        sizes = [self.keyspace.sizes.get(use.key) for use in worst.keys]
        held = [s.elements for s in sizes if s is not None and s.elements is not None]
        if held and not (worst.spec and worst.spec.writes):  # a write may have left less than it found
            count = min(count, sum(held))
        digits = len(str(count)) - 1
        return Elements(round(count, -digits), "estimated")

    def sizes(self, group: Group) -> Iterator[Size]:
        """What is known of the group's keys."""
        for entry in group.entries:
            for use in entry.keys:
                size = self.keyspace.sizes.get(use.key)
                if size is not None:
                    yield size

    def judge(self, group: Group) -> Judgement:
        """Whether the group's longest entry is explained by its own work."""
        elements = self.elements(group)
        if elements.count is not None and elements.exact:
            grown = elements.source == "now" and group.max_us < elements.count * LEAST_US
            return Judgement(elements, elements.count > SLICE and not grown)
        work = work_of(group.worst)
        if work in (Work.SCRIPT, Work.FLUSH):
            return Judgement(elements, group.max_us >= FLOOR_US)
        if work in (Work.CONSTANT, Work.NAMED):
            return Judgement(elements, explained=False)
        floor = FLOOR_US if is_open_ended(group.worst) else STALL_US
        if elements.source == "gone":
            return Judgement(elements, group.max_us >= floor)
        if elements.count is None:
            elements = self.estimate(group)
        return Judgement(elements, group.max_us >= floor and (elements.count or 0) > SLICE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The count of elements, and whether the command's own work explains the stall (a culprit)."""

    elements: Elements
    explained: bool

    @property
    def verdict(self) -> Verdict:
        """Culprit, or unknown: who else it was needs the host's evidence."""
        return Verdict.CULPRIT if self.explained else Verdict.UNKNOWN
