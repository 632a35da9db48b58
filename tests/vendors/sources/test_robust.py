"""What the other side may do that no vendor should: answer byte by byte, in circles, in numbers that are none."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.aws import FakeAws, Refusal
from tests.fakes.tls import fake_tls
from tests.fakes.web import FakeWeb, Raw
from tests.missing import CURVE, openssl
from tests.vendors.sources.test_marketplace import LEGAL, SEARCH, TERMS, agreement
from tests.vendors.sources.test_redis_cloud import CARD, KEYS, PRO

from seawall import config, rulebook
from seawall.aws import Account
from seawall.errors import BadReply, SeawallError, Unreachable
from seawall.vendors.collect import all_rows, read_all
from seawall.vendors.facts.row import Observed, Vendor, VendorFacts
from seawall.vendors.sources import Read, Source
from seawall.vendors.sources.json_date import JsonSource
from seawall.vendors.sources.marketplace import MarketplaceSource
from seawall.vendors.sources.redis_cloud import RedisCloudSource
from seawall.vendors.sources.tls import TlsSource
from seawall.wire.address import Address

NOW = datetime(2026, 12, 1, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
WITHIN_S = 0.4


@contextmanager
def drip(first: bytes, then: bytes) -> Iterator[int]:
    """The port of a server that sends `first`, and then for ever a byte of `then` every 20 ms."""
    over = threading.Event()

    def serve(plain: socket.socket) -> None:
        with plain, contextlib.suppress(OSError):
            plain.sendall(first)
            for byte in itertools.cycle(then):
                if over.wait(0.02):
                    return
                plain.sendall(bytes([byte]))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def over_http(port: int) -> Source:
    return JsonSource("a", f"http://127.0.0.1:{port}/v1", "ends", timeout=WITHIN_S)


def over_https(port: int) -> Source:
    return JsonSource("a", f"https://127.0.0.1:{port}/v1", "ends", timeout=WITHIN_S)


def by_handshake(port: int) -> Source:
    return TlsSource(Address("127.0.0.1", port, tls=True), ("a",), timeout=WITHIN_S)


HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
RECORD = b"\x16\x03\x03\x40\x00"  # a handshake of 16 KiB


@pytest.mark.parametrize(
    ("make", "first", "then"),
    [
        (over_http, b"", b"H"),
        (over_http, HEADERS, b"X-Pad: 1\r\n"),
        (over_http, HEADERS + b"\r\n", b" "),
        (over_https, RECORD, b"\x02"),
        (by_handshake, RECORD, b"\x02"),
    ],
    ids=["status line", "headers", "body", "https handshake", "tls handshake"],
)
def test_an_answer_byte_by_byte_ends_within_the_timeout(make: Callable[[int], Source], first: bytes, then: bytes):
    """Each byte comes in time, and the answer never does."""
    with drip(first, then) as port:
        started = time.monotonic()
        with pytest.raises(Unreachable) as wrong:
            make(port).read(NOW)
        assert time.monotonic() - started < 10 * WITHIN_S
        assert wrong.value.retry_helps


@pytest.mark.parametrize("body", [b'{"ends": NaN}', b'{"ends": Infinity}', b'{"ends": 1e400}', b'{"ends": -1e30}'])
def test_numbers_that_are_no_date(web: FakeWeb, body: bytes):
    web.answers["/v1"] = Raw(body=body)
    with pytest.raises(BadReply, match="not a date"):
        JsonSource("a", f"{web.url}/v1", "ends").read(NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"1" * 5000,  # more digits than Python reads
        b'{"ends": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b"\xff\xfe{",
        b"",
        b'{"ends": "2026-12-31"} {}',
    ],
)
def test_what_is_no_json(web: FakeWeb, body: bytes):
    web.answers["/v1"] = Raw(body=body)
    with pytest.raises(BadReply):
        JsonSource("a", f"{web.url}/v1", "ends").read(NOW)


@pytest.mark.parametrize(
    "body", [b'{"ends": "2026-12-31", "s": "\\ud800 \\u202e\\u0000"}', b'\xef\xbb\xbf{"ends": "2026-12-31", "s": "x"}']
)
def test_unicode_that_is_none_can_be_printed_and_kept(web: FakeWeb, body: bytes):
    web.answers["/v1"] = Raw(body=body)
    (one,) = JsonSource("a", f"{web.url}/v1", "ends", status="s").read(NOW).observed
    assert one.status.encode()
    assert one.status.isprintable()


@pytest.mark.parametrize("month", ["Infinity", "-Infinity", "NaN", "1e400", "[]", "{}", "true", '"\\ud800"'])
def test_a_card_with_a_month_that_is_none(web: FakeWeb, monkeypatch: pytest.MonkeyPatch, month: str):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    card = f'{{"id": 123, "expirationMonth": {month}, "expirationYear": {month}}}'
    web.answers = {
        "/payment-methods": Raw(body=f'{{"paymentMethods": [{card}]}}'.encode()),
        "/subscriptions": {"subscriptions": [PRO]},
        "/fixed/subscriptions": {"subscriptions": []},
    }
    found = RedisCloudSource({"1206": "jobs"}, web.url).read(NOW)
    assert [o.card_ends for o in found.observed] == [None]
    assert len(found.not_checked) == 1


def test_a_subscription_without_a_number_is_no_subscription(web: FakeWeb, monkeypatch: pytest.MonkeyPatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    nameless = {name: value for name, value in PRO.items() if name != "id"}
    web.answers = {
        "/payment-methods": {"paymentMethods": [CARD]},
        "/subscriptions": {"subscriptions": [nameless, nameless]},
        "/fixed/subscriptions": {"subscriptions": []},
    }
    with pytest.raises(BadReply, match="without an id"):
        RedisCloudSource({}, web.url).read(NOW)


AUTHORITY = """
[ca]
default_ca = d
[d]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = p
[p]
commonName = supplied
"""


def test_a_certificate_for_ever(tmp_path: Path):
    """RFC 5280 has 99991231235959Z for one without an end: there is no second after it."""
    for name, text in (("ca.cnf", AUTHORITY), ("index.txt", ""), ("serial", "01")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    openssl(tmp_path, "req", "-new", *CURVE, "-nodes", "-keyout", "k.pem", "-out", "c.csr", "-subj", "/CN=127.0.0.1")
    never = ("-selfsign", "-keyfile", "k.pem", "-enddate", f"{NEVER:%Y%m%d%H%M%SZ}", "-out", "c.pem")
    openssl(tmp_path, "ca", "-batch", "-config", "ca.cnf", "-in", "c.csr", *never)
    with fake_tls(tmp_path / "c.pem", tmp_path / "k.pem") as server:
        (one,) = TlsSource(Address("127.0.0.1", server.port, tls=True), ("a",)).read(NOW).observed
    assert one.ends == NEVER
    facts = VendorFacts(now=NOW, vendors=(Vendor("a", contract="certificate"),), observed=(one,))
    assert not {"SW604", "SW608"} & {f.rule for f in rulebook.run("vendors", facts)}


def read(aws: FakeAws, answers: dict[str, Any], rows: dict[str, str] | None = None) -> Read:
    aws.answers = answers
    return MarketplaceSource(Account("us-east-1", timeout=20), rows or {}).read(NOW)


@pytest.mark.parametrize(
    "second",
    [
        Refusal("ThrottlingException", "Rate exceeded"),
        Refusal("ExpiredTokenException", "The security token included in the request is expired", 403),
        Refusal("InternalServerException", "", 500),
    ],
)
def test_a_list_whose_second_page_fails_is_no_shorter_list(aws: FakeAws, second: Refusal):
    pages: dict[Any, Any] = {None: {"agreementViewSummaries": [agreement()], "nextToken": "2"}, "2": second}
    with pytest.raises(SeawallError):
        read(aws, {SEARCH: lambda asked: pages[asked.get("nextToken")], TERMS: {"acceptedTerms": [LEGAL]}})


def test_a_list_that_names_the_same_next_page_again_ends_at_once(aws: FakeAws):
    circle = {"agreementViewSummaries": [agreement()], "nextToken": "1"}
    with pytest.raises(BadReply, match="goes in circles"):
        read(aws, {SEARCH: circle})
    assert len(aws.requests) == 2


def test_two_agreements_of_a_chain_that_no_row_names_are_one_vendor(aws: FakeAws):
    """The next term is accepted while the first one runs: the earlier end counts, and nothing takes its place."""
    first = agreement("agmt-1", initialAgreementId="agmt-1", endTime=NOW + timedelta(days=9))
    second = agreement("agmt-2", initialAgreementId="agmt-1", endTime=NOW + timedelta(days=300))
    found = read(aws, {SEARCH: {"agreementViewSummaries": [first, second]}, TERMS: {"acceptedTerms": [LEGAL]}})
    assert [(o.source, o.ends) for o in found.observed] == [("aws-marketplace agmt-1", first["endTime"])]


def estate(folder: Path, text: str) -> config.Estate:
    file = folder / "seawall.toml"
    file.write_text(text, encoding="utf-8")
    return config.load(file)


def test_two_dates_of_one_document_are_two_observations(web: FakeWeb, tmp_path: Path):
    web.answers["/v1"] = {"a": "2027-01-31", "b": "2028-01-31"}
    source = f"json {web.url}/v1 a; json {web.url}/v1 b"
    made = estate(tmp_path, f'[[vendors]]\nname = "jobs"\ncontract = "fixed"\nsource = "{source}"')
    observed, _, missing = read_all(made, NOW)
    assert not missing
    facts = VendorFacts(now=NOW, vendors=all_rows(made), observed=observed)
    assert [o.ends for o in facts.newest(facts.vendors[0])] == [date(2027, 1, 31), date(2028, 1, 31)]


def test_one_wrong_line_costs_no_other_row_its_source(web: FakeWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    web.answers = {
        "/payment-methods": {"paymentMethods": [CARD]},
        "/subscriptions": {"subscriptions": [PRO]},
        "/fixed/subscriptions": {"subscriptions": []},
    }
    made = estate(
        tmp_path,
        f"""
        [[vendors]]
        name = "jobs"
        source = "redis-cloud 1206 url={web.url}"
        [[vendors]]
        name = "wrong"
        source = "redis-cloud 7 url=http://cloud.example"
        """,
    )
    observed, _, missing = read_all(made, NOW)
    assert [o.vendor for o in observed] == ["jobs"]
    assert [m.target for m in missing] == ["wrong"]


def test_a_contract_that_two_rows_name_is_said(aws: FakeAws, tmp_path: Path):
    aws.answers = {SEARCH: {"agreementViewSummaries": [agreement()]}, TERMS: {"acceptedTerms": [LEGAL]}}
    rows = "".join(f'[[vendors]]\nname = "{n}"\nsource = "aws-marketplace agmt-1"\n' for n in ("jobs", "cache"))
    observed, _, missing = read_all(estate(tmp_path, rows), NOW)
    assert [o.vendor for o in observed] == ["jobs"]
    assert [(m.target, m.reason) for m in missing] == [
        ("cache", "the source aws-marketplace agmt-1 is that of the row jobs already")
    ]


def test_what_a_source_said_last_of_a_conversion_counts_until_it_says_something_else():
    row = Vendor("v", contract="trial")
    end = NOW - timedelta(days=2)

    def converts(*said: tuple[int, datetime | None, bool | None]) -> bool | None:
        observed = tuple(Observed("v", "s", NOW + timedelta(hours=h), ends=e, converts=c) for h, e, c in said)
        return VendorFacts(now=NOW, vendors=(row,), observed=observed).converts(row)

    assert converts((0, end, True), (1, end, None)) is True
    assert converts((0, None, True), (1, end, None)) is True
    assert converts((0, end, True), (1, end, False), (2, end, None)) is False
    assert converts((0, NOW, True), (1, end, None)) is True
    assert converts((0, end, True), (1, NOW + timedelta(days=300), None)) is None  # of another term
    assert converts((0, end, None), (1, end, True)) is True
