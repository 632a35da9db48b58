"""What every source promises (`Source`), tried on each of them: a new source is one more `World`."""

from __future__ import annotations

import importlib
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.aws import FakeAws, Refusal, Words, fake_aws
from tests.fakes.tls import FakeTls, fake_tls
from tests.fakes.web import FakeWeb, Raw, fake_web
from tests.vendors.sources.test_alarms import DESCRIBE, memory
from tests.vendors.sources.test_contacts import GET, NOBODY
from tests.vendors.sources.test_licenses_and_invoices import INVOICES, LICENSES, invoice, licence
from tests.vendors.sources.test_marketplace import SEARCH, TERMS, TRIAL, agreement

from seawall.aws import Account
from seawall.errors import SeawallError, TargetError, Unreachable, UsageError
from seawall.lab import free_port
from seawall.vendors.sources import KINDS, Source
from seawall.vendors.sources.alarms import AlarmsSource
from seawall.vendors.sources.contacts import ContactsSource
from seawall.vendors.sources.invoices import InvoicesSource
from seawall.vendors.sources.json_date import JsonSource
from seawall.vendors.sources.licenses import LicensesSource
from seawall.vendors.sources.marketplace import MarketplaceSource
from seawall.vendors.sources.redis_cloud import RedisCloudSource
from seawall.vendors.sources.tls import TlsSource
from seawall.wire.address import Address

NOW = datetime(2026, 12, 1, tzinfo=UTC)
SECRET = "s3cret-of-the-test"
NOTHING = Words("<html>")
HANG_S = 0.3  # the timeout of a source that is made to hang


@dataclass(frozen=True)
class World:
    """A source and what it reads. broken, refusing, hanging: make its other side answer so, from now on.

    wrote: whether anything but reading was asked of the other side. missing: the package it needs, empty for none.
    """

    source: Source
    broken: Callable[[], Source]
    refusing: Callable[[], Source]
    hanging: Callable[[], Source]
    unreachable: Callable[[], Source]
    wrote: Callable[[], bool]
    missing: str = ""


def silent(stack: ExitStack) -> int:
    """The port of a listener that takes connections and says nothing."""
    return stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]


def tls(stack: ExitStack, _: pytest.MonkeyPatch, folder: Path) -> World:
    server: FakeTls = stack.enter_context(fake_tls(folder / "server.pem", folder / "server.key"))
    web: FakeWeb = stack.enter_context(fake_web({}))

    def at(port: int, **options: str) -> TlsSource:
        return TlsSource(Address("127.0.0.1", port, password=SECRET, tls=True, options=options), ("a",), timeout=HANG_S)

    plain = int(web.url.rpartition(":")[2])
    return World(
        source=TlsSource(at(server.port).address, ("a",)),
        broken=lambda: at(plain),
        refusing=lambda: at(server.port, ssl_ca_certs=str(folder / "none.pem"), ssl_password=SECRET),
        hanging=lambda: at(silent(stack)),
        unreachable=lambda: at(free_port()),
        wrote=lambda: bool(server.sent),
    )


def over_http(web: FakeWeb, make: Callable[[str, float], Source], answers: Mapping[str, object]) -> World:
    web.answers = dict(answers)

    def answer(found: object) -> Source:
        web.answers = dict.fromkeys(answers, found)
        return make(web.url, 5)

    def hang() -> Source:
        web.hang = True
        return make(web.url, HANG_S)

    return World(
        source=make(web.url, 5),
        broken=lambda: answer(Raw(body=f"<html>{SECRET}".encode())),
        refusing=lambda: answer(Raw(401, body=SECRET.encode())),
        hanging=hang,
        unreachable=lambda: make(f"http://127.0.0.1:{free_port()}", 5),
        wrote=lambda: any(method != "GET" for method, _, _ in web.requests),
    )


def json(stack: ExitStack, patch: pytest.MonkeyPatch, _: Path) -> World:
    patch.setenv("SEAWALL_TEST_TOKEN", SECRET)

    def make(url: str, timeout: float) -> Source:
        return JsonSource("a", f"{url}/v1?key={SECRET}", "ends", token_env="SEAWALL_TEST_TOKEN", timeout=timeout)

    return over_http(stack.enter_context(fake_web({})), make, {f"/v1?key={SECRET}": {"ends": "2027-01-01"}})


def redis_cloud(stack: ExitStack, patch: pytest.MonkeyPatch, _: Path) -> World:
    patch.setenv("REDISCLOUD_ACCESS_KEY", SECRET)
    patch.setenv("REDISCLOUD_SECRET_KEY", SECRET)
    answers = {
        "/payment-methods": {"paymentMethods": []},
        "/subscriptions": {"subscriptions": [{"id": 1, "name": "jobs", "status": "active"}]},
        "/fixed/subscriptions": {"subscriptions": [{"id": 2, "name": "small\x1b[2J", "status": "Pending\x07"}]},
    }
    web = stack.enter_context(fake_web({}))
    return over_http(web, lambda url, timeout: RedisCloudSource({"1": "a"}, url, timeout=timeout), answers)


def over_aws(
    stack: ExitStack,
    patch: pytest.MonkeyPatch,
    make: Callable[[Account], Source],
    answers: Mapping[str, Any],
) -> World:
    """answers: the first is that of the list, without which nothing is known."""
    aws: FakeAws = stack.enter_context(fake_aws(answers))
    aws.lead(patch)
    over = threading.Event()
    stack.callback(over.set)

    def answer(found: object, timeout: float = 20) -> Source:
        aws.answers = {next(iter(answers)): found}
        return make(Account("us-east-1", timeout=timeout))

    def unreachable() -> Source:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
        return make(Account("us-east-1", timeout=20))

    def hang(_: object) -> Refusal:
        over.wait(30)
        return Refusal("ThrottlingException")

    return World(
        source=make(Account("us-east-1", timeout=20)),
        broken=lambda: answer(NOTHING),
        refusing=lambda: answer(Refusal("AccessDeniedException", "not authorized", 400)),
        hanging=lambda: answer(hang, HANG_S),
        unreachable=unreachable,
        wrote=lambda: any(not re.search(r"\.(Search|Describe|Get|List)", name) for name in aws.operations()),
        missing="boto3",
    )


def marketplace(stack: ExitStack, patch: pytest.MonkeyPatch, _: Path) -> World:
    two = [agreement("agmt-1", freeTrialEndTime=NOW + timedelta(days=9)), agreement("agmt-2")]
    answers = {SEARCH: {"agreementViewSummaries": two}, TERMS: {"acceptedTerms": [TRIAL]}}
    return over_aws(stack, patch, lambda account: MarketplaceSource(account, {"agmt-1": "a"}), answers)


def licenses(stack: ExitStack, patch: pytest.MonkeyPatch, _: Path) -> World:
    answers = {LICENSES: {"Licenses": [licence("1", ProductSKU="sku"), licence("2", ProductName="small\x1b[2J")]}}
    return over_aws(stack, patch, lambda account: LicensesSource(account, {"sku": "a"}), answers)


def invoices(stack: ExitStack, patch: pytest.MonkeyPatch, _: Path) -> World:
    answers = {INVOICES: {"InvoiceSummaries": [invoice(9)]}}
    return over_aws(stack, patch, lambda account: InvoicesSource("a", "111122223333", account), answers)


def contacts(stack: ExitStack, patch: pytest.MonkeyPatch, _: Path) -> World:
    return over_aws(stack, patch, lambda account: ContactsSource(account, ("a",)), {GET: NOBODY})


def alarms(stack: ExitStack, patch: pytest.MonkeyPatch, _: Path) -> World:
    answers = {DESCRIBE: {"MetricAlarms": [memory(), memory(AlarmName="small\x1b[2J")]}}
    return over_aws(stack, patch, lambda account: AlarmsSource(account, "a"), answers)


WORLDS = {
    "tls": tls,
    "json": json,
    "redis-cloud": redis_cloud,
    "aws-marketplace": marketplace,
    "aws-licenses": licenses,
    "aws-invoices": invoices,
    "aws-contacts": contacts,
    "aws-alarms": alarms,
}


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, certificates: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield WORLDS[request.param](stack, monkeypatch, certificates)


def failed(source: Source) -> SeawallError:
    """The error of a read: in the form of the house, without a secret."""
    with pytest.raises(SeawallError) as wrong:
        source.read(NOW)
    error = wrong.value
    assert error.what
    assert not error.what.endswith(".")
    assert re.fullmatch(r"[A-Z].*[.!]", error.hint), error.hint
    assert SECRET not in f"{error.what} {error.hint} {error.__cause__!r} {source!r}"
    assert f"{error.what}{error.hint}".isprintable()
    return error


def test_no_kind_of_source_is_left_out():
    assert set(WORLDS) == set(KINDS)


def test_it_says_what_is_in_force_at_that_time(world: World):
    found = world.source.read(NOW)
    assert found.vendors >= 1
    assert found.observed or found.alarms
    assert {o.at for o in found.observed} <= {NOW}
    assert "a" in {o.vendor for o in (*found.observed, *found.alarms)}
    for seen in found.observed:
        assert f"{seen.vendor}{seen.source}{seen.status}".isprintable()
        assert seen.source.startswith(world.source.name)
        assert seen.status == seen.status.lower()
        assert seen.ends is None or not isinstance(seen.ends, datetime) or seen.ends.tzinfo is not None
        assert SECRET not in f"{seen!r}{world.source.name}"
    for alarm in found.alarms:
        assert f"{alarm.name}{alarm.metrics}".isprintable()
        assert alarm.source == world.source.name


def test_each_thing_has_a_name_of_its_own_and_keeps_it(world: World):
    first, second = (world.source.read(NOW + timedelta(hours=n)) for n in (0, 1))
    names = [(o.vendor, o.source) for o in first.observed]
    assert len({source for _, source in names}) == len(names)
    assert names == [(o.vendor, o.source) for o in second.observed]
    assert first.alarms == second.alarms
    assert first.vendors == second.vendors


def test_it_only_reads(world: World):
    world.source.read(NOW)
    assert not world.wrote()


def test_an_answer_that_is_none_is_an_error_and_no_empty_success(world: World):
    assert isinstance(failed(world.broken()), TargetError)


def test_a_refusal_is_an_error(world: World):
    failed(world.refusing())


def test_nobody_there_is_unreachable(world: World):
    error = failed(world.unreachable())
    assert isinstance(error, Unreachable)
    assert error.retry_helps


def test_what_hangs_is_left(world: World):
    source = world.hanging()
    errors: list[SeawallError] = []
    thread = threading.Thread(target=lambda: errors.append(failed(source)), daemon=True)
    thread.start()
    thread.join(20 * HANG_S)
    assert isinstance(errors[0], Unreachable)


def test_a_missing_package_is_named(world: World, monkeypatch: pytest.MonkeyPatch):
    if not world.missing:
        assert not {"boto3", "botocore"} & set(vars(sys.modules[type(world.source).__module__]))
        return
    real = importlib.import_module

    def without(name: str, *rest: str | None) -> object:
        if name == world.missing:
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    error = failed(world.source)
    assert isinstance(error, UsageError)
    assert world.missing in error.what
