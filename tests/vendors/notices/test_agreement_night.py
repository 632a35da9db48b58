"""The night from the vendor's own words: a Marketplace agreement whose trial nobody converts, read day by day.

AWS is a fake that speaks its wire format; boto3, the store and the receiver of the messages are real. seawall.toml
holds no date: all that is known comes from the agreement. The commands are those of a cron table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.aws import FakeAws, Refusal, fake_aws

from seawall.model import Severity

from .conftest import Receiver, Run

BOUGHT = datetime(2026, 11, 26, 12, tzinfo=UTC)
END = BOUGHT + timedelta(days=14)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEOPLE = ("ada", "ben", "carla")
USAGE = {"usageBasedPricingTerm": {"type": "UsageBasedPricingTerm", "currencyCode": "USD"}}
TRIAL = {"freeTrialPricingTerm": {"type": "FreeTrialPricingTerm", "duration": "P14D"}}
# Daily, from 72 hours before the end every 4 hours, then daily.
TIMES = sorted(
    {BOUGHT + n * DAY for n in range(12)} | {END - n * 4 * HOUR for n in range(19)} | {END + n * DAY for n in range(9)}
)


@dataclass
class Agreement:
    """What the fake says of the only agreement. down: AWS fails. converted: paid usage follows the trial."""

    aws: FakeAws
    now: datetime = BOUGHT
    down: bool = False
    converted: bool = False
    failed: list[datetime] = field(default_factory=list)

    def search(self, _: dict[str, Any]) -> Any:
        if self.down:
            return Refusal("ServiceUnavailableException", "try later", 503)
        view = {
            "agreementId": "agmt-1",
            "acceptanceTime": BOUGHT,
            "startTime": BOUGHT,
            "agreementType": "PurchaseAgreement",
            "status": "ACTIVE",
            "freeTrialEndTime": END,
            "proposalSummary": {"offerId": "offer-1", "resources": [{"id": "prod-1", "type": "SaaSProduct"}]},
        }
        return {"agreementViewSummaries": [view]}

    def terms(self, _: dict[str, Any]) -> Any:
        return {"acceptedTerms": [TRIAL, USAGE] if self.converted else [TRIAL]}


@pytest.fixture
def agreement(monkeypatch: pytest.MonkeyPatch) -> Iterator[Agreement]:
    with fake_aws({}) as aws:
        aws.lead(monkeypatch)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # the pauses of boto3's tries are not what is tested
        one = Agreement(aws)
        aws.answers = {
            "marketplace-agreement.SearchAgreements": one.search,
            "marketplace-agreement.GetAgreementTerms": one.terms,
        }
        yield one


@pytest.fixture
def file(tmp_path: Path, receiver: Receiver) -> Path:
    lines: list[str] = []
    for key in PEOPLE:
        lines += [f"[people.{key}]", f'name = "{key.title()}"', f"routes = {json.dumps([receiver.route(key)])}"]
    lines += [f"phone = {json.dumps([receiver.route('ring')])}"]
    lines += ["[[vendors]]", 'name = "Redis Cloud"', 'owner = "ada"', 'contract = "trial"']
    lines += ['source = "aws-marketplace agmt-1"', 'impact = "No job is queued"', "last_confirmed = 2026-11-20"]
    place = tmp_path / "seawall.toml"
    place.write_text("\n".join(lines), encoding="utf-8")
    return place


@pytest.fixture
def told(run: Run, receiver: Receiver, file: Path, agreement: Agreement) -> Callable[[datetime], list[str]]:
    def told(now: datetime) -> list[str]:
        """Who is told in a run of `notify` at this time; its exit code says whether AWS answered."""
        before = len(receiver.taken)
        ended = run("notify", "--config", file, "--now", now.isoformat())
        assert ended.code == (3 if agreement.down else 0), ended.err
        return sorted(receiver.paths()[before:])

    return told


def found(run: Run, file: Path, now: datetime, *more: str | Path) -> dict[str, dict[str, Any]]:
    ended = run("vendors", "check", "--config", file, "--now", now.isoformat(), "--format", "json", *more)
    assert ended.code in (1, 3)
    assert bool(ended.document["not_checked"]) == (ended.code == 3)
    return {finding["rule"]: finding for finding in ended.document["findings"]}


@pytest.mark.parametrize("fails", [False, True], ids=["answers", "fails every second day"])
def test_findings_from_day_0_severity_rising_hours_falling_to_0(
    fails: bool, tmp_path: Path, run: Run, file: Path, agreement: Agreement
):
    levels: list[int] = []
    left: list[float] = []
    for day in range(17):
        agreement.down = fails and day % 2 == 1
        rules = found(run, file, BOUGHT + day * DAY, "--store", tmp_path / "store.db")
        assert {"SW601", "SW607"} <= set(rules)
        levels.append(Severity(rules["SW601"]["severity"]).rank)
        left.append(rules["SW601"]["evidence"]["hours_to_data_loss"])
        assert rules["SW601"]["evidence"]["deadline"] == END.isoformat()
    assert left == [24.0 * day for day in range(14, 0, -1)] + [0, 0, 0]
    assert levels == sorted(levels)
    assert (levels[0], levels[-1]) == (Severity.HIGH.rank, Severity.CRITICAL.rank)


def test_without_a_memory_a_day_that_fails_knows_no_date(run: Run, file: Path, agreement: Agreement):
    """So the days above that fail are judged by the store, and by nothing else."""
    assert "SW601" in found(run, file, BOUGHT)
    agreement.down = True
    rules = found(run, file, BOUGHT + DAY)
    assert "SW608" in rules
    assert "SW601" not in rules


def test_messages_at_each_rung_are_the_same_when_every_second_day_fails(
    agreement: Agreement, told: Callable[[datetime], list[str]], file: Path
):
    wanted: dict[datetime, list[str]] = {}
    for fails in (False, True):
        for path in file.parent.glob("seawall-history.db*"):
            path.unlink()
        for now in TIMES:
            agreement.down = fails and ((now - BOUGHT) // DAY) % 2 == 1
            who = told(now)
            assert wanted.setdefault(now, who) == who, now
    first = min(now for now, who in wanted.items() if who)
    assert (first, wanted[first]) == (BOUGHT, list(PEOPLE))  # nobody is deputy, so all are told from day 0
    daily = [now for now in TIMES if END - 7 * DAY <= now < END - 72 * HOUR and wanted[now]]
    assert [(END - now) / HOUR for now in daily] == [168, 144, 120, 96]
    for now in TIMES:
        if END - 72 * HOUR <= now < END - 24 * HOUR:
            assert wanted[now] == list(PEOPLE)
        elif END - 24 * HOUR <= now < END + 7 * DAY:
            assert wanted[now] == sorted([*PEOPLE, "ring"])
        elif now >= END + 7 * DAY:
            assert wanted[now] == []


def test_none_after_it_converted(agreement: Agreement, told: Callable[[datetime], list[str]]):
    last = END - 28 * HOUR
    for now in TIMES:
        agreement.converted = now > last
        assert bool(told(now)) <= (now <= last), now
    assert told(last + 400 * DAY) == []


def test_what_converted_is_told_no_more_though_aws_fails_then(
    agreement: Agreement, told: Callable[[datetime], list[str]]
):
    assert told(END - 48 * HOUR)
    agreement.converted = True
    assert told(END - 44 * HOUR) == []
    agreement.down = True
    for hours in (40, 4, 0, -20):
        assert told(END - hours * HOUR) == []
