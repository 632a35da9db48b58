"""CloudWatch's alarms in its wire format, and which of them would hide that their source was deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.aws import FakeAws, fake_aws

from seawall import rulebook
from seawall.aws import Account
from seawall.errors import BadReply, UsageError
from seawall.model import Finding, Owner
from seawall.vendors.facts.alarm import Alarm, Metric, alarm
from seawall.vendors.facts.gauges import GAUGES, gauge
from seawall.vendors.facts.row import Reading, Vendor, VendorFacts
from seawall.vendors.sources import alarms, parse
from seawall.vendors.sources.alarms import AlarmsSource

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DESCRIBE = "cloudwatch.DescribeAlarms"
SNS = "arn:aws:sns:eu-central-1:111122223333:pager"
SCALE = "arn:aws:autoscaling:eu-central-1:111122223333:scalingPolicy:1:resource/x:policyName/y"
TREATMENTS = ["missing", "ignore", "notBreaching", "breaching"]


def memory(**more: Any) -> dict[str, Any]:
    """An alarm on the memory of a cache, as DescribeAlarms gives it, without TreatMissingData."""
    return {
        "AlarmName": "memory",
        "ActionsEnabled": True,
        "AlarmActions": [SNS],
        "StateValue": "OK",
        "StateUpdatedTimestamp": NOW - timedelta(days=40),
        "Namespace": "AWS/ElastiCache",
        "MetricName": "DatabaseMemoryUsagePercentage",
        "Dimensions": [{"Name": "CacheClusterId", "Value": "jobs-001"}],
        "Statistic": "Maximum",
        "Period": 60,
        "EvaluationPeriods": 5,
        "DatapointsToAlarm": 3,
        "Threshold": 90.0,
        "ComparisonOperator": "GreaterThanThreshold",
        **more,
    }


def by_expression(expression: str = "m1 / m2 * 100", **more: Any) -> dict[str, Any]:
    """The same by metric math."""

    def stat(number: str, name: str) -> dict[str, Any]:
        dimensions = [{"Name": "CacheClusterId", "Value": "jobs-001"}]
        metric = {"Namespace": "AWS/ElastiCache", "MetricName": name, "Dimensions": dimensions}
        return {"Id": number, "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"}, "ReturnData": False}

    single = ("Namespace", "MetricName", "Dimensions", "Statistic", "Period")
    rest = {name: value for name, value in memory(**more).items() if name not in single}
    queries = [
        stat("m1", "BytesUsedForCache"),
        stat("m2", "GetTypeCmds"),
        {"Id": "e1", "Expression": expression, "ReturnData": True},
    ]
    return {**rest, "Metrics": queries}


def judged(*records: dict[str, Any], vendors: tuple[Vendor, ...] = (), now: datetime = NOW) -> list[Finding]:
    listed = tuple(alarm(one, "AWS", "aws-alarms") for one in records)
    facts = VendorFacts(
        now=now,
        vendors=vendors,
        people={"ada": Owner("ada", "Ada")},
        readings=(Reading("aws-alarms", 1, alarms=listed),),
    )
    return [f for f in rulebook.run("vendors", facts) if f.rule == "SW613"]


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[FakeAws, Account]]:
    """One for all tests: to make a client takes 0.1 s."""
    with fake_aws({}) as fake, pytest.MonkeyPatch.context() as patch:
        fake.lead(patch)
        yield fake, Account("eu-central-1", timeout=20)


def test_what_is_read_of_an_alarm(asked: tuple[FakeAws, Account]):
    asked[0].answers = {DESCRIBE: {"MetricAlarms": [memory(TreatMissingData="ignore"), by_expression("FILL (m1, 0)")]}}
    found = AlarmsSource(asked[1], "AWS").read(NOW)
    cache = (("CacheClusterId", "jobs-001"),)
    assert found.alarms == (
        Alarm(
            "AWS",
            "aws-alarms eu-central-1",
            "memory",
            (Metric("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", cache, "Maximum"),),
            "ignore",
            period_s=60,
            periods=3,
        ),
        Alarm(
            "AWS",
            "aws-alarms eu-central-1",
            "memory",
            (
                Metric("AWS/ElastiCache", "BytesUsedForCache", cache, "Average"),
                Metric("AWS/ElastiCache", "GetTypeCmds", cache, "Average"),
            ),
            fills=True,
            period_s=300,
            periods=3,
        ),
    )
    assert (found.observed, found.vendors, found.not_checked) == ((), 1, ())


def test_every_page_is_read(asked: tuple[FakeAws, Account]):
    pages: dict[Any, dict[str, Any]] = {
        None: {"MetricAlarms": [memory(AlarmName="a")], "CompositeAlarms": [], "NextToken": "2"},
        "2": {"MetricAlarms": [], "NextToken": "3"},
        "3": {"MetricAlarms": [memory(AlarmName="b")]},
    }
    asked[0].answers = {DESCRIBE: lambda given: pages[given.get("NextToken")]}
    assert [one.name for one in AlarmsSource(asked[1], "AWS").read(NOW).alarms] == ["a", "b"]


def test_an_answer_without_alarms_is_no_empty_list(asked: tuple[FakeAws, Account]):
    asked[0].answers = {DESCRIBE: {}}
    with pytest.raises(BadReply, match="holds no MetricAlarms"):
        AlarmsSource(asked[1], "AWS").read(NOW)


@pytest.mark.parametrize(
    ("treatment", "words"),
    [
        (None, "INSUFFICIENT_DATA, and no action is set for that"),
        ("missing", "INSUFFICIENT_DATA, and no action is set for that"),
        ("ignore", "in the state it was in, for good"),
        ("notBreaching", "in the state OK"),
        ("breaching", None),
    ],
)
@pytest.mark.parametrize("make", [memory, by_expression])
def test_what_hides_a_deletion_by_how_missing_data_are_treated(make: Any, treatment: str | None, words: str | None):
    found = judged(make(**({"TreatMissingData": treatment} if treatment else {})))
    assert [f.severity.value for f in found] == ([] if words is None else ["medium"])
    for finding in found:
        assert words is not None
        assert words in finding.why
        seconds = finding.evidence["told_after_s"]
        assert seconds == (180 if make is memory else 900)
        assert f"3 x {60 if make is memory else 300} s = {seconds} s" in finding.why
        assert finding.where.as_json() == {"kind": "alarm", "source": "aws-alarms", "name": "memory"}


@pytest.mark.parametrize(
    "more",
    [
        {"ActionsEnabled": False},
        {"AlarmActions": [SCALE]},  # what scales must not scale because data are missing
        {"InsufficientDataActions": [SNS]},  # somebody is told
        {"Namespace": "AWS/Events", "MetricName": "FailedInvocations", "TreatMissingData": "notBreaching"},
        {"MetricName": "GetTypeCmds"},  # not in the table
        {"Dimensions": []},  # of no cache in particular
        {"Namespace": "AWS/EC2", "Dimensions": [{"Name": "AutoScalingGroupName", "Value": "workers"}]},
        {"Namespace": "Team/Jobs", "MetricName": "errors", "Statistic": "Sum"},
    ],
)
def test_what_hides_nothing(more: dict[str, Any]):
    assert judged(memory(**more)) == []


def test_an_action_for_missing_data_helps_only_where_missing_data_are_a_state():
    told = {"InsufficientDataActions": [SNS]}
    assert [len(judged(memory(TreatMissingData=t, **told))) for t in TREATMENTS] == [0, 1, 1, 0]


def test_who_scales_and_pages_is_judged():
    assert len(judged(memory(AlarmActions=[SCALE, SNS]))) == 1
    assert len(judged(memory(AlarmActions=[]))) == 1  # another alarm, or a rule on its state, may listen to it


def test_an_alarm_without_data_for_longer_than_it_needs_may_have_lost_its_source():
    since = {"StateValue": "INSUFFICIENT_DATA", "StateUpdatedTimestamp": NOW - timedelta(seconds=180)}
    assert [f.severity.value for f in judged(memory(**since))] == ["medium"]  # it may have been made just now
    (found,) = judged(memory(**since), now=NOW + timedelta(seconds=1))
    assert found.severity.value == "high"
    assert found.title == "the alarm memory has had no data since 2026-12-01: its cache may be gone"
    assert found.id == judged(memory())[0].id


def test_an_expression_that_fills_gaps_is_for_a_person_to_judge():
    for treatment in TREATMENTS:
        (found,) = judged(by_expression("FILL(m1, 0) > 1", TreatMissingData=treatment))
        assert found.severity.value == "low"
        assert "FILL" in found.why


def test_a_level_of_a_server_of_the_estate_in_a_namespace_of_its_own():
    rows = (Vendor("jobs", endpoints=("cache.team.example",)),)
    own = {"Namespace": "Team/Redis", "MetricName": "used_memory"}
    host = {"Dimensions": [{"Name": "server", "Value": "Cache.Team.Example:6379"}]}
    (found,) = judged(memory(**own, **host), vendors=rows)
    assert found.severity.value == "low"
    assert judged(memory(**own, **host, Statistic="Sum"), vendors=rows) == []
    assert judged(memory(**own), vendors=rows) == []
    assert judged(memory(**own, **host)) == []


def test_jobs_in_a_queue_are_read_from_redis():
    assert len(judged(memory(Namespace="Sidekiq", MetricName="EnqueuedJobs", Dimensions=[]))) == 1
    assert judged(memory(Namespace="Sidekiq", MetricName="FailedJobs", Dimensions=[])) == []


def test_who_owns_the_row_owns_its_alarms():
    assert judged(memory())[0].owner is None
    (found,) = judged(memory(), vendors=(Vendor("AWS", "ada"),))
    assert found.owner == Owner("ada", "Ada")


@given(
    treatment=st.sampled_from(TREATMENTS),
    enabled=st.booleans(),
    actions=st.lists(st.sampled_from([SNS, SCALE, "odd"]), max_size=2),
    told=st.booleans(),
    known=st.sampled_from([(g.namespace, name, r) for g in GAUGES for name in g.names for r in (*g.resources, "")]),
)
def test_an_alarm_that_hides_is_found_and_no_other(
    treatment: str, enabled: bool, actions: list[str], told: bool, known: tuple[str, str, str]
):
    namespace, name, resource = known
    record = memory(
        TreatMissingData=treatment,
        ActionsEnabled=enabled,
        AlarmActions=actions,
        InsufficientDataActions=[SNS] if told else [],
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": resource, "Value": "x"}] if resource else [],
    )
    tells = treatment == "breaching" or (treatment == "missing" and told)
    always = bool(resource) or namespace == "Sidekiq"
    acts = enabled and (not actions or set(actions) != {SCALE})
    assert len(judged(record)) == (acts and always and not tells)


TEXT = st.text(max_size=20)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "AlarmName": TEXT,
            "Namespace": TEXT,
            "MetricName": TEXT,
            "TreatMissingData": TEXT,
            "AlarmActions": st.lists(TEXT, max_size=2),
            "Dimensions": st.lists(st.fixed_dictionaries({"Name": TEXT, "Value": TEXT}), max_size=2),
            "Metrics": st.lists(st.fixed_dictionaries({"Id": TEXT}, optional={"Expression": TEXT}), max_size=2),
            "Period": st.integers(0, 10**6),
            "EvaluationPeriods": st.integers(0, 100),
            "StateValue": st.sampled_from(["OK", "INSUFFICIENT_DATA"]),
        },
    )
)
def test_no_alarm_is_too_strange(record: dict[str, Any]):
    found = alarm(record, "AWS", "aws-alarms")
    assert f"{found.name}{found.missing}{''.join(map(str, found.metrics))}".isprintable()
    assert found.told_after_s > 0
    judged(record)


def test_every_metric_of_the_table_has_its_reason():
    for known in GAUGES:
        assert known.why
        assert known.names
        assert gauge(Metric(known.namespace, "no such metric", (("InstanceId", "x"),))) is None
    names = [known.namespace for known in GAUGES]
    assert len(set(names)) == len(names)


def test_sources_by_region_and_profile():
    words = ["aws-alarms", "aws-alarms region=eu-west-1", "aws-alarms profile=p", "aws-alarms"]
    found = alarms.sources([line for n, text in enumerate(words) for line in parse(f"row {n}", text)])
    assert [(s.name, s.vendor) for s in found] == [
        ("aws-alarms", "row 0"),
        ("aws-alarms eu-west-1", "row 1"),
        ("aws-alarms p", "row 2"),
    ]
    with pytest.raises(UsageError, match="has no subject"):
        alarms.sources(parse("row", "aws-alarms memory"))
