"""The search for nodes: names, who gave them, and what was found behind each. `topology` makes nodes of it."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field, replace
from enum import IntEnum

from seawall.errors import BadReply, SeawallError, Unreachable
from seawall.model import NotChecked
from seawall.nodes.collect.deployment import Deployment, Login
from seawall.nodes.collect.views import Answer, ask
from seawall.nodes.facts.topology import LIMIT, Announced, Role, View, place
from seawall.wire import Address

AT_ONCE = 16  # nodes asked at the same time, each by a thread, which may reserve 72 MB of addresses
GRACE_S = 0.2  # after the deadline: for the words of those whose own deadline it was
_ODD = 5  # of one node's answers that could not be used, so many are named
_THIS_MACHINE = "127.0.0.1"  # the host of a server on a unix socket


class Source(IntEnum):
    """Who gave a name. Of several names of one server the lowest wins."""

    AWS = 0
    VIEW = 1  # of a Cluster or a Sentinel
    REPLICA = 2  # in a primary's INFO
    PRIMARY = 3  # in a replica's INFO
    KNOWN = 4
    SEED = 5

    @property
    def is_complete(self) -> bool:
        """Whether it names every node: one that it does not name is none."""
        return self <= Source.VIEW


@dataclass(slots=True, eq=False)
class Candidate:
    """A name and what was found behind it.

    host and port: as announced. failing: others hold it for down. run_id: at an earlier look. by_others: not only its
    own word makes it a node. replid: of the data set whose primary it is said to be. stand_in: the candidate that
    said of itself that this is its name, so it is the same server even where nobody reaches it under that name.
    """

    name: str
    host: str
    port: int
    address: Address
    source: Source
    via: str
    role: Role = "unknown"
    failing: bool = False
    run_id: str | None = None
    is_seed: bool = False
    by_others: bool = False
    replid: str = ""
    stand_in: Candidate | None = None
    outcome: Answer | SeawallError | None = None

    @property
    def answer(self) -> Answer | None:
        """What it said; None where it said nothing."""
        return self.outcome if isinstance(self.outcome, Answer) else None


@dataclass(slots=True)
class Search:
    """All candidates of one look: asked at the same time, each as soon as its name is known, until the deadline."""

    deployment: Deployment
    timeout: float
    deadline: float = 0.0
    like: Address = field(default_factory=Address)  # of the data nodes: login, TLS, database
    found: dict[str, Candidate] = field(default_factory=dict[str, Candidate])
    problems: dict[NotChecked, None] = field(default_factory=dict[NotChecked, None])
    _waiting: list[Candidate] = field(default_factory=list[Candidate])
    _outcomes: queue.SimpleQueue[tuple[Candidate, Answer | BaseException]] = field(
        default_factory=queue.SimpleQueue[tuple[Candidate, "Answer | BaseException"]]
    )

    def begin(self) -> None:
        """The first names. Raises TargetError where AWS does not give them, or gives no credentials."""
        deployment, seeds = self.deployment, self.deployment.seeds
        if deployment.listing is not None:
            cache = deployment.listing()
            self.like = deployment.fresh(Address(tls=cache.tls))
            for node in cache.nodes:
                self._announce(Announced(node.host, node.port, node.role), Source.AWS, "AWS")
            seeds = () if cache.nodes else tuple(replace(self.like, host=h, port=p) for h, p in cache.entry)
        elif seeds:
            self.like = deployment.fresh(seeds[0])
        for seed in seeds:
            name = deployment.announced(seed)
            there = seed if seed.path else deployment.at(seed.host, seed.port, seed)
            role: Role = "sentinel" if deployment.is_sentinel else "unknown"
            address = self._entered_as_sentinel(there) if deployment.is_sentinel else self.entered(there)
            self.add(Candidate(name, seed.host, seed.port, address, Source.SEED, "the URL", role, is_seed=True))
        self.deadline = time.monotonic() + self.timeout

    def add(self, new: Candidate) -> Candidate:
        """A candidate more, or what is known of that name already, now with the better source."""
        old = self.found.get(new.name)
        if old is None:
            if len(self.found) >= LIMIT:
                self.problem(new.via, f"more than {LIMIT:,} nodes are announced; the others are left out")
                return new
            self.found[new.name] = new
            self._waiting.append(new)
            return new
        if old.role == "unknown" or (old.source is Source.KNOWN and new.source < old.source):  # it may have changed
            old.role = new.role
        if new.source < old.source:
            old.source, old.via = new.source, new.via
        old.failing = old.failing or new.failing
        old.run_id = old.run_id or new.run_id
        return old

    def problem(self, target: str, reason: str, hint: str = "") -> None:
        """Something that may hide a node; said once."""
        self.problems[NotChecked(target, reason, hint)] = None

    def run(self) -> None:
        """Asks all, and all whom they announce. Raises only a bug."""
        running = 0
        while True:
            self._waiting.sort(key=lambda candidate: candidate.failing)  # the dead last: they hold a thread the longest
            while self._waiting and running < AT_ONCE:
                self._ask(self._waiting.pop(0))
                running += 1
            if not running:
                return
            try:
                left = self.deadline + GRACE_S - time.monotonic()
                candidate, outcome = self._outcomes.get(timeout=max(left, 0.001))
            except queue.Empty:
                return
            running -= 1
            if isinstance(outcome, MemoryError):
                outcome = BadReply(f"what {candidate.name} sent does not fit into memory", "Check what answers there.")
            if isinstance(outcome, BaseException) and not isinstance(outcome, SeawallError):
                raise outcome
            candidate.outcome = outcome
            if isinstance(outcome, Answer):
                self._follow(candidate, outcome)

    def error(self, candidate: Candidate) -> SeawallError:
        """Why a candidate said nothing."""
        if isinstance(candidate.outcome, SeawallError):
            return candidate.outcome
        return Unreachable(f"{candidate.name} did not answer within {self.timeout:g} s", "Its route may be down.")

    # --- asking -----------------------------------------------------------------------------------------------------

    def _ask(self, candidate: Candidate) -> None:
        """In a thread of its own: one that hangs in the resolver is left behind."""
        logins: list[Login] = []
        if candidate.is_seed:
            own, data = self.deployment.sentinel, Login(self.like.user, self.like.password)
            logins = [own or data] if self.deployment.is_sentinel else [own or Login(), Login()]
        left = max(self.deadline - time.monotonic(), 0.01)

        def put() -> None:
            try:
                self._outcomes.put((candidate, ask(candidate.address, left, logins)))
            except BaseException as wrong:
                self._outcomes.put((candidate, wrong))

        threading.Thread(target=put, daemon=True).start()

    def entered(self, address: Address) -> Address:
        """The address with the login of the data nodes as it is now."""
        return replace(address, user=self.like.user, password=self.like.password)

    def _entered_as_sentinel(self, address: Address) -> Address:
        login = self.deployment.sentinel or Login()
        return replace(address, user=login.user, password=login.password, database=0)

    # --- following --------------------------------------------------------------------------------------------------

    def _follow(self, candidate: Candidate, answer: Answer) -> None:
        """Whom it announces. Where AWS has listed all nodes nobody else's word is needed."""
        for line in answer.odd[:_ODD]:
            self.problem(candidate.name, line)
        if len(answer.odd) > _ODD:
            self.problem(candidate.name, f"{len(answer.odd) - _ODD:,} more answers of that kind")
        if self.deployment.listing is not None and any(c.source is Source.AWS for c in self.found.values()):
            return
        if answer.mode == "sentinel":
            self._follow_sentinel(candidate, answer)
            return
        if answer.mode == "cluster":
            for node in answer.view.nodes:
                self._announce(node, Source.VIEW, candidate.name, candidate)
            return
        for node in answer.replication.replicas:
            self._announce(node, Source.REPLICA, candidate.name, candidate)
        primary = answer.replication.primary
        if primary is not None and not candidate.source.is_complete:  # a Sentinel has named the primary itself
            named = self._announce(primary, Source.PRIMARY, candidate.name, candidate)
            named.replid = answer.replication.replid

    def _follow_sentinel(self, candidate: Candidate, answer: Answer) -> None:
        wanted = self.deployment.master
        candidate.role = "sentinel"
        if wanted and wanted not in answer.watched:
            known = ", ".join(sorted(answer.watched)[:5]) or "none"
            self.problem(
                candidate.name,
                f"the Sentinel watches no primary of the name in the URL; those that it watches: {known}",
                "The name stands behind the hosts: redis+sentinel://host:26379/name.",
            )
        views: list[View] = [view for name, view in answer.watched.items() if wanted in ("", name)]
        for node in (node for view in views for node in view.nodes):
            self._announce(node, Source.VIEW, candidate.name, candidate)

    def _announce(self, node: Announced, source: Source, via: str, by: Candidate | None = None) -> Candidate:
        host = node.host or (by.host if by else "") or _THIS_MACHINE
        address = self.deployment.at(host, node.port, self.like)
        if node.role == "sentinel" and by is not None and by.answer is not None:  # the login that one of them took
            taken = by.answer.address
            address = replace(address, user=taken.user, password=taken.password, database=0)
        new = Candidate(place(host, node.port), host, node.port, address, source, via, node.role, node.failing)
        candidate = self.add(new)
        if node.myself and by is not None and by is not candidate:
            candidate.stand_in = by
        candidate.by_others = candidate.by_others or not node.myself
        return candidate
