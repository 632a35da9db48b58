"""What the rules say as the days go by; a rule's own Bad and Good stand on its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import rulebook
from seawall.model import Finding, Owner, Severity
from seawall.vendors.facts.row import Observed, Reading, Vendor, VendorFacts
from seawall.vendors.facts.status import DOUBTFUL, FINE, rank

PEOPLE = {"ada": Owner("ada", "Ada"), "ben": Owner("ben", "Ben")}
START = datetime(2026, 12, 1, tzinfo=UTC)
TRIAL = Vendor(
    "jobs",
    "ada",
    contract="trial",
    converts=False,
    ends=START + timedelta(days=14),
    impact="No job is queued",
    last_confirmed=date(2026, 12, 1),
)


def judge(vendor: Vendor, now: datetime = START, *observed: Observed) -> dict[str, Finding]:
    facts = VendorFacts(now=now, vendors=(vendor,), people=PEOPLE, observed=observed)
    found = rulebook.run("vendors", facts)
    assert len({f.id for f in found}) == len(found)
    return {f.rule: f for f in found}


def test_the_night_day_by_day():
    """A trial of 14 days, no conversion, no deputy: it is said from day 0, ever louder, and with fewer hours."""
    days = [judge(TRIAL, START + timedelta(days=day)) for day in range(17)]
    assert all({"SW601", "SW607"} == set(found) for found in days)
    hours = [found["SW601"].evidence["hours_to_data_loss"] for found in days]
    assert hours == [max(0, 336 - 24 * day) for day in range(17)]
    ranks = [found["SW601"].severity.rank for found in days]
    assert ranks == sorted(ranks)
    assert ranks[0] == Severity.HIGH.rank
    assert ranks[11] == ranks[-1] == Severity.CRITICAL.rank
    assert ranks[10] < ranks[11]  # 72 hours
    assert len({found["SW601"].id for found in days}) == 1
    finding = days[3]["SW601"]
    assert finding.where.as_json() == {"kind": "vendor", "name": "jobs"}
    assert finding.owner == PEOPLE["ada"]
    assert {k: finding.evidence[k] for k in ("deadline", "grace_days", "on_lapse", "converts", "impact")} == {
        "deadline": "2026-12-15T00:00:00+00:00",
        "grace_days": 0,
        "on_lapse": "unknown",
        "converts": False,
        "impact": "No job is queued",
    }
    assert "No job is queued" in finding.why


@given(
    grace=st.integers(0, 200),
    on_lapse=st.sampled_from(["delete", "suspend", "unknown"]),
    contract=st.sampled_from(["trial", "fixed", "card", "domain", "certificate"]),
    hours=st.lists(st.integers(-2000, 3000), min_size=2, max_size=6),
)
def test_severity_never_falls_and_hours_never_rise_as_time_goes(
    grace: int, on_lapse: str, contract: str, hours: list[int]
):
    vendor = Vendor("v", "ada", "ben", contract, None, date(2026, 12, 31), on_lapse=on_lapse, grace_days=grace)
    end = datetime(2027, 1, 1, tzinfo=UTC)
    ranks: list[int] = []
    left: list[float] = []
    for before in sorted(hours, reverse=True):
        dated = [f for f in judge(vendor, end - timedelta(hours=before)).values() if "date" in f.evidence]
        assert len(dated) == (before <= {"trial": 10_000, "certificate": 720}.get(contract, 2160))
        ranks += [f.severity.rank for f in dated]
        left += [h for f in dated if isinstance(h := f.evidence["hours_to_data_loss"], float | int)]
    assert ranks == sorted(ranks)
    assert left == sorted(left, reverse=True)


def test_a_conversion_that_was_seen_ends_it():
    seen = Observed("jobs", "aws-marketplace", START + timedelta(days=8), converts=True)
    assert "SW601" not in judge(TRIAL, START + timedelta(days=9), seen)
    assert "SW601" in judge(TRIAL, START + timedelta(days=9))


def test_a_grace_gives_hours_and_a_lapse_is_critical_all_the_same():
    vendor = Vendor("v", "ada", "ben", "fixed", False, date(2026, 11, 29), on_lapse="delete", grace_days=30)
    found = judge(vendor)["SW602"]
    assert found.severity is Severity.CRITICAL  # it is switched off now
    assert found.evidence["hours_to_data_loss"] == 29 * 24
    assert found.evidence["hours_left"] == -24


@pytest.mark.parametrize(
    ("days", "level"),
    [(100, None), (80, Severity.LOW), (20, Severity.MEDIUM), (10, Severity.HIGH), (2, Severity.CRITICAL)],
)
def test_severity_of_a_contract_by_its_days(days: int, level: Severity | None):
    vendor = Vendor("v", "ada", "ben", "fixed", None, START + timedelta(days=days), last_confirmed=date(2026, 12, 1))
    found = judge(vendor).get("SW602")
    assert (found.severity if found else None) is level


def test_an_unknown_conversion_is_said_to_be_unknown():
    vendor = Vendor("v", "ada", "ben", "trial", None, date(2026, 12, 9), last_confirmed=date(2026, 12, 1))
    found = judge(vendor)["SW601"]
    assert "nobody has said" in found.title
    assert found.evidence["converts"] is None


@pytest.mark.parametrize("contract", ["trial", "fixed", "card", "domain", "certificate", ""])
def test_no_date_is_never_green(contract: str):
    found = judge(Vendor("v", "ada", "ben", contract, last_confirmed=date(2026, 12, 1)))["SW608"]
    assert found.severity is Severity.HIGH
    assert found.evidence["hours_to_data_loss"] is None


def test_a_missing_owner_weighs_more_when_the_date_is_near():
    far = Vendor("v", "carla", "ben", "fixed", None, date(2027, 11, 1))
    near = Vendor("v", "carla", "ben", "fixed", None, date(2026, 12, 20))
    assert judge(far)["SW606"].severity is Severity.MEDIUM
    assert judge(near)["SW606"].severity is Severity.HIGH
    assert judge(near)["SW602"].owner is None


@pytest.mark.parametrize(("day", "speaks"), [(90, False), (91, True), (-1, False), (-3, True)])
def test_a_confirmation_lasts_ninety_days_and_none_comes_from_the_future(day: int, speaks: bool):
    vendor = Vendor("v", "ada", "ben", "pay-as-you-go", last_confirmed=START.date() - timedelta(days=day))
    assert ("SW609" in judge(vendor)) is speaks


def test_a_source_that_read_it_confirms_a_row():
    vendor = Vendor("v", "ada", "ben", "pay-as-you-go")
    assert "SW609" in judge(vendor)
    assert "SW609" not in judge(vendor, START, Observed("v", "api", START - timedelta(days=3)))
    assert "SW609" in judge(vendor, START, Observed("v", "api", START - timedelta(days=100)))


def test_deleting_is_critical_now_and_the_hours_are_gone():
    vendor = Vendor("v", "ada", "ben", "pay-as-you-go", on_lapse="delete", grace_days=90, last_confirmed=START.date())
    found = judge(vendor, START, Observed("v", "redis-cloud", START, status="deleting"))["SW611"]
    assert found.severity is Severity.CRITICAL
    assert found.evidence["hours_to_data_loss"] == 0
    suspended = judge(vendor, START, Observed("v", "redis-cloud", START, status="suspended"))["SW611"]
    assert suspended.evidence["hours_to_data_loss"] == 90 * 24


@pytest.mark.parametrize(
    ("words", "level"),
    [
        (["active", "active"], None),
        (["pending", "active"], None),
        (["active", "available"], None),
        (["error"], None),  # it was never better
        (["active", "pending"], Severity.LOW),
        (["active", "error"], Severity.MEDIUM),
        (["active", "frobnicated"], Severity.MEDIUM),  # a word that is not known
        (["active", "CANCELLED"], Severity.CRITICAL),
        (["deleting"], Severity.CRITICAL),
    ],
)
def test_a_status_against_the_one_before(words: list[str], level: Severity | None):
    observed = [Observed("v", "api", START + timedelta(hours=n), status=word) for n, word in enumerate(words)]
    vendor = Vendor("v", "ada", "ben", "pay-as-you-go", last_confirmed=START.date())
    found = judge(vendor, START + timedelta(days=1), *observed).get("SW611")
    assert (found.severity if found else None) is level


def test_a_status_has_its_rank_in_any_spelling():
    assert rank("ACTIVE") == rank("active") == FINE
    assert rank("pending-delete") == rank("PENDING_DELETE")
    assert rank("") == DOUBTFUL


def test_fewer_vendors_and_endpoints_of_nobody():
    facts = VendorFacts(
        now=START,
        vendors=(
            Vendor(
                "v", "ada", "ben", "pay-as-you-go", endpoints=("a.example", ".b.example"), last_confirmed=START.date()
            ),
        ),
        people=PEOPLE,
        in_use=dict.fromkeys(("a.example", "x.b.example", "b.example", "xb.example", "localhost", "127.0.0.1"), ".env"),
        readings=(Reading("new", 0), Reading("same", 2, 2), Reading("more", 3, 2), Reading("fewer", 0, 2)),
    )
    found = rulebook.run("vendors", facts)
    assert [(f.rule, f.where.fields["name"]) for f in found] == [
        ("SW610", "fewer"),
        ("SW612", "b.example"),
        ("SW612", "xb.example"),
    ]


def test_a_notice_day_loses_nothing():
    vendor = Vendor("v", "ada", "ben", "fixed", True, date(2026, 12, 31), notice_days=20, last_confirmed=START.date())
    found = judge(vendor)["SW605"]
    assert found.evidence["notice_by"] == "2026-12-11"
    assert found.evidence["hours_to_data_loss"] is None
    assert found.severity is Severity.LOW
    assert "SW605" not in judge(vendor, START + timedelta(days=11))
    assert "SW605" in judge(replace(vendor, converts=None))
    assert "SW605" not in judge(replace(vendor, converts=False))  # it ends by itself


@pytest.mark.parametrize("rule", rulebook.rules("vendors"), ids=lambda rule: rule.code)
def test_a_rule_is_silent_where_there_is_nothing(rule: rulebook.Rule):
    assert list(rule.check(VendorFacts(now=START))) == []


@pytest.mark.parametrize(
    ("hours", "words"),
    [(200, "lapses in 8 days"), (95, "lapses in 95 h"), (5, "lapses in 5 h"), (-5, "lapsed 5 h ago")],
)
def test_the_title_says_how_long(hours: int, words: str):
    assert words in judge(replace(TRIAL, ends=START + timedelta(hours=hours)))["SW601"].title


def test_a_card_that_will_not_pay_a_known_charge_is_said_however_far_away():
    seen = Observed("v", "api", START, card_ends=(2027, 3), next_charge=date(2027, 9, 1))
    found = judge(Vendor("v", "ada", "ben", "card"), START, seen)["SW603"]
    assert found.severity is Severity.INFO
    assert "SW603" not in judge(Vendor("v", "ada", "ben", "card", ends=date(2027, 3, 31)))


@pytest.mark.parametrize(("days", "speaks"), [(31, False), (30, True)])
def test_a_certificate_from_thirty_days_on(days: int, speaks: bool):
    vendor = Vendor("v", "ada", "ben", "certificate", ends=START + timedelta(days=days))
    assert ("SW604" in judge(vendor)) is speaks


def test_a_suspension_counts_from_the_day_it_was_first_seen():
    observed = [Observed("v", "api", START + timedelta(days=n), status="suspended") for n in range(4)]
    vendor = Vendor("v", "ada", "ben", "pay-as-you-go", on_lapse="delete", grace_days=10)
    found = judge(vendor, START + timedelta(days=3), *observed)["SW611"]
    assert found.evidence["hours_to_data_loss"] == 7 * 24


@pytest.mark.parametrize(
    ("days", "title", "why"),
    [
        (8, "clients refuse the certificate v in 8 days", "Clients refuse it in 8 days."),
        (-3, "clients refuse the certificate v since 2026-11-28", "Clients refuse it now."),
    ],
)
def test_of_a_certificate_no_data_are_lost(days: int, title: str, why: str):
    found = judge(Vendor("v", "ada", "ben", "certificate", ends=START + timedelta(days=days)))["SW604"]
    assert found.title == title
    assert found.why.endswith(f"by seawall.toml. {why}")
    assert found.evidence["grace_from"] == "TLS itself: clients refuse it, nothing is deleted"


def test_a_certificate_that_is_not_taken_is_said_in_words():
    seen = Observed("v", "tls v:443", START, status="wrong_host")
    found = judge(Vendor("v", "ada", "ben", "certificate"), START, seen)["SW611"]
    assert found.title == "clients refuse v: wrong host"
    assert found.why == "Said by tls v:443, first on 2026-12-01. Clients refuse it now."
    assert found.fix is not None
    assert "backup" not in found.fix.summary


@pytest.mark.parametrize(("days", "words"), [(8, "the name is lost in 38 days"), (-40, "the name may be lost now")])
def test_of_a_domain_the_name_is_lost(days: int, words: str):
    end = START + timedelta(days=days)
    found = judge(Vendor("v", "ada", "ben", "domain", None, end, on_lapse="delete", grace_days=30))["SW602"]
    assert words in found.why
    assert "data" not in found.why


def test_never_is_no_error():
    """9999-12-31, as contracts and certificates say it: there is no day after it."""
    for never in (date(9999, 12, 31), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)):
        vendor = Vendor("v", "ada", "ben", "fixed", None, never, notice_days=30, on_lapse="delete", grace_days=30)
        assert not {"SW602", "SW605", "SW608"} & judge(vendor).keys()


def test_of_several_periods_of_notice_the_longest_counts_and_the_row_last():
    vendor = Vendor("v", "ada", "ben", "fixed", True, date(2026, 12, 31), notice_days=1, last_confirmed=START.date())
    seen = [Observed("v", f"s{n}", START, notice_days=n) for n in (10, 20)]
    found = judge(vendor, START, *seen)["SW605"]
    assert found.evidence["notice_by"] == "2026-12-11"
    assert found.evidence["notice_arithmetic"] == (
        "2026-12-31 (the last day, by seawall.toml) - 20 days of notice (s20, read 2026-12-01, seawall.toml has 1)"
        " = 2026-12-11"
    )
    assert judge(vendor)["SW605"].evidence["notice_by"] == "2026-12-30"


def test_contacts_of_several_sources_are_one_finding():
    seen = [
        Observed("v", "a", START, without_contact=("security",)),
        Observed("v", "b", START, without_contact=("unread",)),
    ]
    found = judge(Vendor("v", "ada", "ben", "pay-as-you-go"), START, *seen)["SW614"]
    assert (found.title, found.severity) == ("v has no contact for security", Severity.LOW)
    assert found.evidence["unread"] is True
    later = START + timedelta(hours=1)
    filled = (Observed("v", "a", later), Observed("v", "b", later))
    assert "SW614" not in judge(Vendor("v", "ada", "ben", "pay-as-you-go"), later, *seen, *filled)


def test_a_renewal_that_is_off_can_be_turned_on_to_the_same_day():
    vendor = Vendor("v", "ada", "ben", "fixed", False, date(2026, 12, 31), notice_days=20, last_confirmed=START.date())
    seen = Observed("v", "s", START, converts=False, notice_days=20)
    found = judge(vendor, START, seen)["SW605"]
    assert found.title == "the renewal of v can be turned on for 11 days more, else it ends"
    assert "SW605" not in judge(vendor)  # by the row alone it needs no notice
    assert judge(vendor, START, replace(seen, converts=True))["SW605"].title.startswith("notice to v must be given")
