"""The table of documented behaviours: every entry has a source, and a row takes from it only what is its own."""

from __future__ import annotations

import pytest

from seawall.config import Estate, Routes, VendorEntry
from seawall.vendors.documented import documented
from seawall.vendors.facts.behaviour import find
from seawall.vendors.facts.row import Vendor
from seawall.vendors.ladder import Contact
from seawall.vendors.rows import contacts, row, rows


def read(name: str, **more: object) -> Vendor:
    return row(VendorEntry(name, **more), documented())  # pyright: ignore[reportArgumentType]


def test_every_entry_has_a_source_a_date_and_a_behaviour():
    table = documented()
    assert len(table) >= 25
    for entry in table:
        assert entry.source
        assert entry.read.year >= 2026
        assert entry.on_lapse in ("delete", "suspend", "unknown")
        assert entry.grace_days is None or 0 < entry.grace_days <= 180
        assert entry.on_lapse != "unknown" or entry.grace_days is None
    assert len({(e.vendor, e.contracts) for e in table}) == len(table)


def test_every_entry_can_be_found_by_its_names():
    for entry in documented():
        for name in entry.names:
            for contract in entry.contracts or ("fixed",):
                assert find(documented(), name.upper(), contract) == entry


@pytest.mark.parametrize(
    ("name", "contract", "on_lapse", "grace_days"),
    [
        ("Redis-Cloud (jobs)", "trial", "delete", None),  # 14 days of inactivity are no grace
        ("Redis Cloud", "fixed", "suspend", None),
        ("heroku: api", "card", "delete", 55),
        ("Heroku-like hosting", "card", "delete", 55),
        ("Aiven", "trial", "delete", 180),
        ("Alibaba Cloud Redis", "fixed", "delete", 38),
        ("Qameta TestOps", "trial", "delete", 21),  # 35 days from its start, of which 14 are the trial
        ("Qameta TestOps", "fixed", "unknown", None),
        ("MongoDB Atlas M0", "trial", "suspend", None),
        ("MongoDB Atlas", "fixed", "delete", None),
        ("Neon", "card", "unknown", None),
        ("Cloudflared", "card", "unknown", None),  # a word, not a beginning
        ("MyHeroku", "card", "unknown", None),  # nor an end
        ("drivers.example", "domain", "delete", 30),
        ("GoDaddy", "domain", "delete", 30),
        ("GoDaddy", "certificate", "unknown", None),
        ("Nobody knows them", "fixed", "unknown", None),
    ],
)
def test_what_a_row_takes_from_the_table(name: str, contract: str, on_lapse: str, grace_days: int | None):
    found = read(name, contract=contract)
    assert (found.on_lapse, found.grace_days) == (on_lapse, grace_days)
    assert (found.terms_from == "no document") == (find(documented(), name, contract) is None)


def test_what_is_written_wins():
    assert read("Heroku", contract="card", grace_days=3).grace_days == 3
    found = read("Heroku", contract="card", on_lapse="delete")
    assert (found.grace_days, found.terms_from[:16]) == (55, "seawall.toml and")
    assert read("Heroku", contract="card", on_lapse="suspend").grace_days is None  # the days are of the other behaviour
    assert read("Heroku", contract="card", on_lapse="unknown").grace_days is None
    assert read("Mine", on_lapse="delete", grace_days=9).terms_from == "seawall.toml"
    assert "EREVRILX" in read("Heroku", contract="card").terms_from


def test_endpoints_are_kept_as_hosts():
    assert read("Mine", endpoints=("redis://:s3cr3t@Cache.example:6379", "")).endpoints == ("cache.example",)


def test_the_rows_and_contacts_of_an_estate():
    estate = Estate(
        vendors=(VendorEntry("Heroku", contract="card"), VendorEntry("Mine")),
        routes={"ada": Routes(("mail:ada",), ("ring:ada",)), "ben": Routes()},
    )
    assert [(v.name, v.grace_days) for v in rows(estate)] == [("Heroku", 55), ("Mine", None)]
    assert rows(estate, ()) == (Vendor("Heroku", contract="card"), Vendor("Mine"))
    assert contacts(estate) == {"ada": Contact(("mail:ada",), ("ring:ada",)), "ben": Contact()}
