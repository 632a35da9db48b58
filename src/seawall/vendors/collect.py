"""All sources of an estate, read side by side within one time; and the rows that the estate did not write down.

    observed, readings, not_checked = read_all(estate, now)
    observed = in_force(before, observed, not_checked)      before: what history keeps
    vendors = all_rows(estate, observed)

What fails stands under `not_checked`, and what was observed before then counts. A certificate belongs to the rows of
kind `certificate` that name its endpoint; one that no row names is a vendor of its own, as is an agreement or a
subscription that a source lists and no row claims.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

from seawall.config import Estate, VendorEntry
from seawall.errors import SeawallError, UsageError
from seawall.keyspace import printable
from seawall.model import NotChecked
from seawall.vendors.documented import documented
from seawall.vendors.facts.deadline import CLIENTS_REFUSE
from seawall.vendors.facts.row import Observed, Reading, Vendor, host_of
from seawall.vendors.rows import row, rows
from seawall.vendors.sources import (
    Line,
    Read,
    Source,
    alarms,
    contacts,
    invoices,
    json_date,
    licenses,
    marketplace,
    parse,
    redis_cloud,
    tls,
)
from seawall.vendors.sources.tls import TlsSource
from seawall.wire.address import parse_url

SIDE_BY_SIDE = 8  # sources that are read at once: a hundred endpoints are no hundred threads
TOTAL_S = 60.0
_TLS_SCHEMES = ("rediss://", "valkeys://", "https://")


def read_all(
    estate: Estate, now: datetime, *, timeout: float = TOTAL_S
) -> tuple[tuple[Observed, ...], tuple[Reading, ...], tuple[NotChecked, ...]]:
    """What all sources of the estate say, how many vendors each named, and what could not be read.

    timeout: seconds for all of them; what has not answered by then is left behind, and not checked. A reading's
    `before` is None: history knows it. Raises nothing of the house: every failure is in the last part.
    """
    sources, missing = sources_of(estate)
    observed: list[Observed] = []
    readings: list[Reading] = []
    for source, outcome in zip(sources, _outcomes(sources, now, timeout), strict=True):
        if outcome is None:
            late = f"no answer within {timeout:g} s"
            missing.append(NotChecked(source.name, late, "Try again; if it stays so, look at what it reads."))
        elif isinstance(outcome, SeawallError):
            missing.append(NotChecked(source.name, outcome.what, outcome.hint))
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            observed += outcome.observed
            readings.append(Reading(source.name, outcome.vendors, alarms=outcome.alarms))
            missing += outcome.not_checked
    return tuple(observed), tuple(readings), tuple(missing)


def _outcomes(sources: Sequence[Source], now: datetime, timeout: float) -> list[Read | BaseException | None]:
    """Of each source its answer or its error; None where the time was over."""
    found: list[Read | BaseException | None] = [None] * len(sources)
    waiting = list(range(len(sources)))
    changed = threading.Condition()
    left = len(sources)

    def work() -> None:
        nonlocal left
        while True:
            with changed:
                if not waiting:
                    return
                place = waiting.pop(0)
            try:
                outcome: Read | BaseException = sources[place].read(now)
            except BaseException as wrong:
                outcome = wrong
            with changed:
                found[place] = outcome
                left -= 1
                changed.notify()

    for _ in range(min(SIDE_BY_SIDE, len(sources))):
        threading.Thread(target=work, daemon=True).start()  # what hangs does not keep the program
    with changed:
        changed.wait_for(lambda: left == 0, timeout)
        waiting.clear()
        return list(found)


def in_force(
    before: Iterable[Observed], observed: Sequence[Observed], missing: Sequence[NotChecked]
) -> tuple[Observed, ...]:
    """What was observed before and still counts, then what is observed now; for the rules.

    Of what was read again, all of before counts, as a status that worsens is seen by it. What could not be read is
    judged by what was read last. All else has been replaced, or its source has left the estate.
    """
    now = {(o.vendor, o.source) for o in observed}
    targets = {n.target for n in missing}

    def counts(old: Observed) -> bool:
        failed = old.vendor in targets or any(f"{old.source} ".startswith(f"{target} ") for target in targets)
        return failed or (old.vendor, old.source) in now

    return (*filter(counts, before), *observed)


def sources_of(estate: Estate) -> tuple[list[Source], list[NotChecked]]:
    """The sources that the rows and the endpoints of this estate name, and those whose words are wrong."""
    missing: list[NotChecked] = []
    lines: list[Line] = []
    for entry in estate.vendors:
        with _noting(entry.name, missing):
            lines += parse(entry.name, entry.source)
    found: list[Source] = [source for source, _ in _certificates(estate, missing)]
    for line in lines:
        with _noting(line.vendor, missing):
            if line.kind == "json":
                found.append(json_date.from_line(line))
            elif line.kind == "aws-invoices":
                found.append(invoices.from_line(line))
    makers: list[tuple[str, Callable[[list[Line]], Sequence[Source]]]] = [
        ("aws-marketplace", marketplace.sources),
        ("aws-licenses", licenses.sources),
        ("aws-contacts", contacts.sources),
        ("aws-alarms", alarms.sources),
        ("redis-cloud", redis_cloud.sources),
    ]
    for kind, make in makers:
        found += make(_makeable([line for line in lines if line.kind == kind], make, missing))
    return found, missing


def _makeable(
    lines: Sequence[Line], make: Callable[[list[Line]], Sequence[Source]], missing: list[NotChecked]
) -> list[Line]:
    """Those of which a source can be made, so that a wrong one costs no other row its source.

    What a subject names goes to one row: of two, the second would take it from the first.
    """
    found: list[Line] = []
    rows: dict[tuple[object, ...], str] = {}
    for line in lines:
        with _noting(line.vendor, missing):
            make([line])
            for subject in line.subjects:
                first = rows.setdefault((subject, *sorted(line.options.items())), line.vendor)
                if first != line.vendor:
                    raise UsageError(
                        f"the source {line.kind} {printable(subject)} is that of the row {printable(first)} already",
                        "Name it in one row, and what else it pays for among that row's endpoints.",
                    )
            found.append(line)
    return found


def all_rows(estate: Estate, observed: Sequence[Observed] = ()) -> tuple[Vendor, ...]:
    """The rows of the estate, then one for each TLS endpoint and each contract that no row claims.

    An endpoint's owner is that of the row or the server it stands in; a contract that a source lists has none yet.
    """
    found = {vendor.name: vendor for vendor in rows(estate)}
    for _, vendor in _certificates(estate, []):
        if vendor:
            found.setdefault(vendor.name, vendor)
    for seen in observed:
        if seen.vendor not in found and not seen.source.startswith("tls "):
            found[seen.vendor] = row(VendorEntry(seen.vendor, source=seen.source), documented())
    return tuple(found.values())


def _certificates(estate: Estate, missing: list[NotChecked]) -> list[tuple[TlsSource, Vendor | None]]:
    """A source for each TLS endpoint, with the rows that its certificate belongs to, or the row that it makes.

    Of several rows of one endpoint the settings of the first are used.
    """
    found: dict[str, tuple[TlsSource, Vendor | None]] = {}
    for vendor, make in _claims(estate):
        with _noting(vendor, missing):
            source = make()
            if source.name in found:
                first = found[source.name][0]
                source = replace(first, vendors=(*first.vendors, vendor))
            found[source.name] = source, None
    for source, vendor in _unclaimed(estate, missing):
        found.setdefault(source.name, (source, vendor))
    return list(found.values())


def _claims(estate: Estate) -> Iterator[tuple[str, Callable[[], TlsSource]]]:
    """What rows say of certificates: with `source`, or with the endpoints of a row of that kind."""
    for entry in estate.vendors:
        try:
            lines = parse(entry.name, entry.source)
        except UsageError:
            continue  # noted where all lines are read
        for line in lines:
            if line.kind == "tls":
                yield entry.name, partial(_by_line, entry, line)
        for place in entry.endpoints if entry.contract == "certificate" and not lines else ():
            yield entry.name, partial(tls.endpoint, place, entry.name)


def _by_line(entry: VendorEntry, line: Line) -> TlsSource:
    if entry.contract not in ("", "certificate"):
        raise UsageError(
            f"a certificate is named as the source of a {entry.contract} contract, and its end is none of that",
            "Give the certificate a row of its own, with contract = 'certificate'.",
        )
    return tls.from_line(line)


def _unclaimed(estate: Estate, missing: list[NotChecked]) -> Iterator[tuple[TlsSource, Vendor]]:
    """Every endpoint whose URL says TLS, of servers and of rows; those that rows of certificates name are among them.

    The rows have no `endpoints`: a certificate pays for no endpoint, so its row must not stand in for a contract.
    """
    rows_of = {host: entry for entry in estate.vendors for host in map(host_of, entry.endpoints) if host}
    for server in estate.redis:
        if server.url.lower().startswith(_TLS_SCHEMES):
            with _noting(server.name, missing):
                source = tls.of_address(parse_url(server.url), server.addresses)
                yield _made(source, rows_of.get(source.address.host.lower()), server.owner.key if server.owner else "")
    for entry in estate.vendors:
        for place in entry.endpoints if entry.contract != "certificate" else ():
            if place.lower().startswith(_TLS_SCHEMES):
                with _noting(entry.name, missing):
                    yield _made(tls.endpoint(place, ""), entry, "")


def _made(source: TlsSource, entry: VendorEntry | None, owner: str) -> tuple[TlsSource, Vendor]:
    vendor = Vendor(
        source.name,
        owner=owner or (entry.owner if entry else ""),
        deputy=entry.deputy if entry else "",
        contract="certificate",
        on_lapse="suspend",
        terms_from=CLIENTS_REFUSE,
        source=source.name,
        impact=entry.impact if entry else "",
    )
    return replace(source, vendors=(source.name,)), vendor


@contextmanager
def _noting(target: str, missing: list[NotChecked]) -> Generator[None, None, None]:
    try:
        yield
    except UsageError as wrong:
        missing.append(NotChecked(target, wrong.what, wrong.hint))
