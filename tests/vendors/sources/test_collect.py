"""All sources of an estate at once: who claims what, what fails beside what works, and the rows nobody wrote."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.fakes.aws import fake_aws
from tests.fakes.tls import FakeTls, fake_tls
from tests.fakes.web import FakeWeb
from tests.vendors.sources.test_marketplace import LEGAL, SEARCH, TERMS, agreement

from seawall import config, rulebook
from seawall.config import Estate
from seawall.lab import free_port
from seawall.model import NotChecked
from seawall.vendors import collect
from seawall.vendors.collect import all_rows, in_force, read_all
from seawall.vendors.facts.row import Observed, Reading, VendorFacts
from seawall.vendors.sources import Read

NOW = datetime(2026, 12, 1, tzinfo=UTC)
PEOPLE = '[people.ada]\nname = "Ada"\n[people.ben]\nname = "Ben"\n'


@pytest.fixture
def estate(tmp_path: Path) -> Callable[[str], Estate]:
    def read(text: str) -> Estate:
        file = tmp_path / "seawall.toml"
        file.write_text(PEOPLE + text, encoding="utf-8")
        return config.load(file)

    return read


@pytest.fixture
def server(certificates: Path) -> Iterator[FakeTls]:
    with fake_tls(certificates / "server.pem", certificates / "server.key") as fake:
        yield fake


Made = Callable[[str], Estate]


def test_an_estate_without_sources(estate: Made):
    text = '[[vendors]]\nname = "jobs"\nsource = "https://cloud.example/contract"\nendpoints = ["cache.example:6379"]'
    assert read_all(estate(text), NOW) == ((), (), ())
    assert [v.name for v in all_rows(estate(text))] == ["jobs"]


def test_what_fails_stands_beside_what_was_read(estate: Made, web: FakeWeb):
    text = f"""
    [[vendors]]
    name = "jobs"
    source = "json {web.url}/v1 ends"
    [[vendors]]
    name = "mail"
    source = "json {web.url}/v2 ends"
    [[vendors]]
    name = "words"
    source = "json ends"
    [[vendors]]
    name = "near"
    source = "redis-clouds 7"
    [[vendors]]
    name = "gone"
    contract = "certificate"
    endpoints = ["127.0.0.1:{free_port()}", "no-port.example"]
    """
    web.answers["/v1"] = {"ends": "2027-01-31"}
    observed, readings, missing = read_all(estate(text), NOW)
    name = f"json {web.url.removeprefix('http://')}/v1"
    assert observed == (Observed("jobs", f"{name} ends", NOW, ends=date(2027, 1, 31)),)
    assert readings == (Reading(name, 1),)
    targets = sorted(m.target for m in missing)
    assert targets[:3] == ["gone", f"{name[:-1]}2", "near"]
    assert targets[3].startswith("tls 127.0.0.1:")
    assert targets[4:] == ["words"]
    assert {m.target: m.hint for m in missing}["near"] == "Did you mean redis-cloud?"


def test_what_hangs_costs_its_time_and_no_more(estate: Made, web: FakeWeb):
    web.answers["/v1"] = {"ends": "2027-01-31"}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        rows = [f'[[vendors]]\nname = "a{n}"\nsource = "tls 127.0.0.1:{port} name=n{n}.example"' for n in range(2)]
        rows.append(f'[[vendors]]\nname = "jobs"\nsource = "json {web.url}/v1 ends"')
        observed, _, missing = read_all(estate("\n".join(rows)), NOW, timeout=1)
    assert [o.vendor for o in observed] == ["jobs"]
    assert [(m.target, m.reason) for m in missing] == [
        (f"tls 127.0.0.1:{port} as n{n}.example", "no answer within 1 s") for n in range(2)
    ]


def test_a_bug_is_not_taken_for_a_failed_read(monkeypatch: pytest.MonkeyPatch):
    class Broken:
        name = "broken"

        def read(self, now: datetime) -> Read:
            raise KeyError(now)

    monkeypatch.setattr(collect, "sources_of", lambda _: ([Broken()], []))
    with pytest.raises(KeyError):
        read_all(Estate(), NOW)


def test_more_sources_than_threads(monkeypatch: pytest.MonkeyPatch):
    class Quick:
        def __init__(self, number: int) -> None:
            self.name = f"quick {number}"

        def read(self, now: datetime) -> Read:
            return Read((Observed(self.name, self.name, now),), 1)

    sources = [Quick(n) for n in range(100)]
    monkeypatch.setattr(collect, "sources_of", lambda _: (sources, []))
    observed, readings, missing = read_all(Estate(), NOW)
    assert [o.source for o in observed] == [r.source for r in readings] == [s.name for s in sources]
    assert not missing


def test_every_tls_endpoint_has_a_certificate_with_an_owner(estate: Made, server: FakeTls, certificates: Path):
    url = f"rediss://:secret@127.0.0.1:{server.port}/2?ssl_ca_certs={certificates}/ca.pem"
    text = f"""
    [[redis]]
    name = "cache"
    url = "{url}"
    owner = "ada"
    [[vendors]]
    name = "Redis Cloud"
    owner = "ben"
    deputy = "ada"
    contract = "trial"
    ends = 2026-12-15
    endpoints = ["127.0.0.1", "rediss://b.example", "https://c.example/x", "redis://d.example:1", "e.example:443"]
    impact = "No job is queued"
    """
    made = estate(text)
    names = [f"tls {place}" for place in (f"127.0.0.1:{server.port}", "b.example:6379", "c.example:443")]
    found = {v.name: v for v in all_rows(made)}
    assert list(found) == ["Redis Cloud", *names]
    assert [(found[n].owner, found[n].deputy, found[n].contract) for n in names] == [
        ("ada", "ada", "certificate"),
        ("ben", "ada", "certificate"),
        ("ben", "ada", "certificate"),
    ]
    assert not any(found[n].endpoints for n in names)  # no contract stands behind them
    observed, _, missing = read_all(made, NOW, timeout=20)
    (one,) = observed
    assert (one.vendor, one.status) == (names[0], "active")
    assert len(missing) == 2
    assert "secret" not in f"{observed}{missing}{found}"
    facts = VendorFacts(now=datetime.now(UTC), vendors=tuple(found.values()), people=made.people, observed=observed)
    rules = {f.rule for f in rulebook.run("vendors", facts) if f.where.fields["name"] == names[0]}
    assert "SW604" in rules  # it ends in 10 days


def test_rows_of_certificates_claim_their_endpoints(estate: Made, server: FakeTls, certificates: Path):
    place = f"127.0.0.1:{server.port}"
    text = f"""
    [[redis]]
    name = "cache"
    url = "rediss://{place}"
    [[vendors]]
    name = "by endpoint"
    contract = "certificate"
    endpoints = ["rediss://{place}?ssl_ca_certs={certificates}/ca.pem"]
    [[vendors]]
    name = "by source"
    source = "tls {place}"
    """
    made = estate(text)
    assert [v.name for v in all_rows(made)] == ["by endpoint", "by source"]
    observed, readings, missing = read_all(made, NOW)
    assert [(o.vendor, o.status) for o in observed] == [("by endpoint", "active"), ("by source", "active")]
    assert readings == (Reading(f"tls {place}", 1),)
    assert not missing


def test_through_a_tunnel_the_name_is_that_of_the_server_behind_it(estate: Made, certificates: Path):
    with fake_tls(certificates / "elsewhere.pem", certificates / "elsewhere.key") as server:
        text = f"""
        [[redis]]
        name = "far"
        url = "rediss://elsewhere.example:6379?ssl_ca_certs={certificates}/ca.pem"
        addresses = {{ "elsewhere.example:6379" = "127.0.0.1:{server.port}" }}
        """
        observed, _, missing = read_all(estate(text), NOW)
    assert [(o.vendor, o.status) for o in observed] == [("tls elsewhere.example:6379", "active")]
    assert not missing


def test_a_server_s_url_that_cannot_be_read_is_said(estate: Made):
    observed, _, missing = read_all(estate('[[redis]]\nname = "cache"\nurl = "rediss://h?ssl_wrong=1"'), NOW)
    assert not observed
    assert [m.target for m in missing] == ["cache"]


def test_a_contract_that_no_row_claims_is_a_row_without_an_owner(estate: Made):
    made = estate('[[vendors]]\nname = "jobs"')
    seen = [
        Observed("jobs", "aws-marketplace agmt-1", NOW),
        Observed("AWS Marketplace agreement agmt-2", "aws-marketplace agmt-2", NOW, ends=NOW, converts=False),
        Observed("tls old.example:1", "tls old.example:1", NOW),  # its endpoint is not in the estate now
    ]
    found = all_rows(made, seen)
    assert [v.name for v in found] == ["jobs", "AWS Marketplace agreement agmt-2"]
    facts = VendorFacts(now=NOW, vendors=found, people=made.people, observed=tuple(seen))
    rules = {f.rule for f in rulebook.run("vendors", facts) if f.where.fields["name"] == found[1].name}
    assert {"SW602", "SW606"} <= rules


def test_what_was_read_before_counts_where_it_could_not_be_read_again():
    def old(vendor: str, source: str) -> Observed:
        return Observed(vendor, source, NOW - timedelta(days=1), status="active")

    again, replaced = old("a", "redis-cloud 1"), old("b", "redis-cloud 2")
    failed, other = old("c", "aws-marketplace agmt-1"), old("d", "aws-marketplaces agmt-1")
    lost = old("e", "json host/path")
    new = Observed("a", "redis-cloud 1", NOW, status="error")
    missing = [NotChecked("aws-marketplace", "no answer"), NotChecked("e", "its words are wrong")]
    found = in_force([again, replaced, failed, other, lost], [new], missing)
    assert found == (again, failed, lost, new)


def test_a_renewed_agreement_leaves_no_lapse_behind(estate: Made, monkeypatch: pytest.MonkeyPatch):
    """Under the row's own word the new end takes the place of the old one."""
    made = estate('[[vendors]]\nname = "jobs"\ncontract = "fixed"\nsource = "aws-marketplace agmt-1"')
    year = timedelta(days=365)
    first = agreement(endTime=NOW + timedelta(days=5), endTimeBehaviorType="EXPIRE")
    new = agreement("agmt-2", initialAgreementId="agmt-1", endTime=NOW + year, endTimeBehaviorType="EXPIRE")
    before: tuple[Observed, ...] = ()
    with fake_aws({}) as aws:
        aws.lead(monkeypatch)
        for now, active, expected in ((NOW, first, {"SW602"}), (NOW + timedelta(days=1), new, set[str]())):
            aws.answers = {SEARCH: {"agreementViewSummaries": [active]}, TERMS: {"acceptedTerms": [LEGAL]}}
            observed, readings, missing = read_all(made, now)
            assert (readings, missing) == ((Reading("aws-marketplace", 1),), ())
            before = in_force(before, observed, missing)
            facts = VendorFacts(now=now, vendors=all_rows(made, before), people=made.people, observed=before)
            assert {f.rule for f in rulebook.run("vendors", facts)} & {"SW602"} == expected


def test_a_certificate_is_no_source_of_another_kind_of_contract(estate: Made):
    made = estate('[[vendors]]\nname = "jobs"\ncontract = "trial"\nsource = "tls 127.0.0.1:1"')
    observed, _, (missing,) = read_all(made, NOW)
    assert not observed
    assert (missing.target, missing.hint) == (
        "jobs",
        "Give the certificate a row of its own, with contract = 'certificate'.",
    )
