"""What is read of a template: schedules, their targets, and what the rules need besides."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from seawall import rulebook
from seawall.cron import Service
from seawall.model import Severity
from seawall.schedules.collect import of_template
from seawall.schedules.facts.judged import TemplateFacts
from seawall.schedules.facts.scheduled import Scheduled, Target
from seawall.schedules.listing import listed, target_words

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ESTATE = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Hour: {Type: Number, Default: 3}
Conditions:
  Live: !Equals [a, b]
Resources:
  Sweep:
    Type: AWS::Events::Rule
    Condition: Live
    Properties:
      Name: !Sub ${AWS::StackName}-sweep
      ScheduleExpression: !Sub cron(30 ${Hour} * * ? *)
      State: !If [Live, ENABLED, DISABLED]
      Targets:
        - Id: task
          Arn: !GetAtt Cluster.Arn
          RoleArn: !GetAtt Role.Arn
          EcsParameters: {TaskDefinitionArn: !Ref Task, LaunchType: FARGATE}
          Input: !Sub >-
            {"containerOverrides": [{"name": "worker",
             "command": ["bundle", "exec", "rake", "sweep:${AWS::Region}"]}]}
        - Fn::If:
            - Live
            - {Id: queue, Arn: !GetAtt Queue.Arn}
            - {Id: bus, Arn: !Sub 'arn:${AWS::Partition}:events:eu-central-1:111122223333:event-bus/other'}
  Report:
    Type: AWS::Scheduler::Schedule
    Properties:
      Name: report
      GroupName: reports
      ScheduleExpression: at(2027-03-01T08:00:00)
      ScheduleExpressionTimezone: Europe/Berlin
      StartDate: '2027-01-01T00:00:00Z'
      EndDate: '2028-01-01T00:00:00Z'
      FlexibleTimeWindow: {Mode: FLEXIBLE, MaximumWindowInMinutes: 15}
      Target: {Arn: 'arn:aws:scheduler:::aws-sdk:ecs:stopTask', RoleArn: !GetAtt Role.Arn, Input: '{}'}
  Ping:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(5 minutes)
      Targets:
        - Id: api
          Arn: !GetAtt Destination.Arn
          RoleArn: !GetAtt Role.Arn
          HttpParameters:
            PathParameterValues: [riders]
            QueryStringParameters: {dry: 'no'}
        - Id: stage
          Arn: !Sub 'arn:aws:execute-api:eu-central-1:111122223333:${Api}/live/POST/drivers/sweep'
          RoleArn: !GetAtt Role.Arn
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false, Input: '{"a": 1}'}}
        Weekly:
          Type: ScheduleV2
          Properties: {ScheduleExpression: cron(0 8 ? * MON *), ScheduleExpressionTimezone: Asia/Tokyo}
        Web: {Type: Api, Properties: {Path: /}}
  Cluster: {Type: AWS::ECS::Cluster}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {ContainerDefinitions: [{Name: worker}, {Name: proxy}]}
  Queue: {Type: AWS::SQS::Queue}
  Role: {Type: AWS::IAM::Role}
  Api: {Type: AWS::ApiGateway::RestApi}
  Destination:
    Type: AWS::Events::ApiDestination
    Properties: {InvocationEndpoint: 'https://api.example.com/v1/*/sweep', HttpMethod: PUT}
  OnUpload:
    Type: AWS::Events::Rule
    Properties: {EventPattern: {source: [aws.s3]}}
"""


def facts(text: str = ESTATE, now: datetime = NOW) -> TemplateFacts:
    return of_template("jobs.yaml", text.encode(), now)


def by_name(text: str = ESTATE) -> dict[str, Scheduled]:
    return {one.resource: one for template in facts(text).templates for one in template.scheduled}


def test_every_schedule_is_read_and_nothing_else():
    found = by_name()
    assert list(found) == ["Sweep", "Report", "Ping", "Function.Nightly", "Function.Weekly"]
    services = [one.service for one in found.values()]
    rule, scheduler = Service.RULE, Service.SCHEDULER
    assert services == [rule, scheduler, rule, rule, scheduler]
    assert [[value.text for value in one.expressions] for one in found.values()] == [
        ["cron(30 3 * * ? *)"],
        ["at(2027-03-01T08:00:00)"],
        ["rate(5 minutes)"],
        ["rate(1 day)"],
        ["cron(0 8 ? * MON *)"],
    ]
    assert [one.state for one in found.values()] == ["unknown", "ENABLED", "ENABLED", "DISABLED", "ENABLED"]
    lines = ESTATE.split("\n")
    for one in found.values():
        assert lines[one.line - 1][one.column - 1 :].startswith(one.expressions[0].text.partition("(")[0])
    assert (found["Report"].flexible_minutes, found["Report"].starts[0].text[:4]) == (15, "2027")
    assert found["Sweep"].condition == "Live"
    assert found["Sweep"].names[0].text == "${AWS::StackName}-sweep"


def test_what_is_started():
    found = by_name()
    task, queue, bus = found["Sweep"].targets
    assert (task.kind, task.cluster, task.task_definition) == ("ecs", "Cluster", "Task")
    assert (task.containers, task.command[:3]) == (("worker",), ("bundle", "exec", "rake"))
    assert task.command[3] == "sweep:${AWS::Region}"
    assert (queue.kind, queue.resource) == ("sqs", "Queue")
    assert bus.kind == "events"
    assert found["Report"].targets[0].kind == "aws-sdk"
    api, stage = found["Ping"].targets
    assert (api.kind, api.method, api.path) == ("http", "PUT", "/v1/riders/sweep?dry=no")
    assert (stage.kind, stage.method, stage.path) == ("http", "POST", "/drivers/sweep")
    (function,) = found["Function.Nightly"].targets
    assert (function.kind, function.resource, function.inputs[0].text) == ("lambda", "Function", '{"a": 1}')
    assert target_words(task) == "ecs Task: bundle exec rake sweep:${AWS::Region}"
    assert target_words(api) == "http PUT /v1/riders/sweep?dry=no"
    assert target_words(function) == "lambda Function"


def test_the_list_is_in_the_order_of_the_next_fires():
    rows = listed(facts())
    assert [(row.name, row.next_words) for row in rows] == [
        ("Ping", "by 2026-12-01 09:05"),
        ("${AWS::StackName}-sweep (Sweep)", "2026-12-02 03:30"),
        ("Function.Weekly", "2026-12-07 08:00"),
        ("report (Report)", "2027-03-01 08:00"),
        ("Function.Nightly", "never: off"),
    ]
    assert rows[3].as_json()["next"] == "2027-03-01T08:00:00+01:00"


def test_the_estate_has_no_finding_above_low():
    found = rulebook.run("schedules", facts())
    assert {f.severity.rank for f in found} <= {Severity.INFO.rank, Severity.LOW.rank}
    assert [(f.rule, f.where.fields["resource"]) for f in found] == [("SW317", "Sweep"), ("SW317", "Function.Nightly")]


def test_bounds_decide_what_is_next():
    text = ESTATE.replace("at(2027-03-01T08:00:00)", "rate(1 day)")
    (row,) = [row for row in listed(facts(text)) if row.scheduled.resource == "Report"]
    assert row.anchored
    assert row.next is not None
    assert row.next.isoformat() == "2027-01-01T01:00:00+01:00"


RULE = """\
Resources:
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
      Targets: [{{Id: a, Arn: {arn}}}]
  Sweep: {{Type: {type}}}
"""


@pytest.mark.parametrize(
    ("type", "arn", "wrong"),
    [
        ("AWS::Lambda::Function", "!Ref Sweep", "Ref of Sweep gives its name, and an ARN is wanted"),
        ("AWS::SQS::Queue", "{Ref: Sweep}", "Ref of Sweep gives its URL, and an ARN is wanted"),
        ("AWS::SNS::Topic", "!Ref Sweep", None),
        ("AWS::StepFunctions::StateMachine", "!Ref Sweep", None),
        ("AWS::Lambda::Function", "!GetAtt Sweep.Arn", None),
        ("AWS::Lambda::Function", "!GetAtt [Sweep, Arn]", None),
        ("AWS::Lambda::Function", "!Sub '${Sweep.Arn}'", None),
        ("AWS::Lambda::Function", "!GetAtt Sweep", "Fn::GetAtt wants a resource and its attribute"),
        ("AWS::Lambda::Function", "!GetAtt Swift.Arn", "no resource is called Swift"),
        ("AWS::Lambda::Function", "!Sub '${Swift.Arn}'", "no resource is called Swift"),
        ("AWS::Lambda::Function", "!Sub 'a:${Swift}'", "no parameter, resource or variable is called Swift"),
        ("AWS::Lambda::Function", "!Sub ['a:${Swift}', {Swift: b}]", None),
        ("AWS::Lambda::Function", "!GetAt Sweep.Arn", "there is no function Fn::GetAt"),
        ("AWS::Lambda::Function", "{'Fn::Subb': a}", "there is no function Fn::Subb"),
        ("AWS::Lambda::Function", "!If [Live, a, b]", "no condition is called Live"),
        ("AWS::Lambda::Function", "!If [Live, a]", "Fn::If wants a condition and two values: [Condition, yes, no]"),
        ("AWS::Lambda::Function", "!FindInMap [Arns, a, b]", "no mapping is called Arns"),
        ("AWS::Lambda::Function", "!Join [a]", "Fn::Join wants a glue and a list: [ '', [a, b] ]"),
        (
            "AWS::Lambda::Function",
            "!ImportValue {'Fn::Sub': '${Swift}-arn'}",
            "no parameter, resource or variable is called",
        ),
        ("AWS::Lambda::Function", "!Ref AWS::Regin", "no parameter and no resource is called AWS::Regin"),
    ],
)
def test_references(type: str, arn: str, wrong: str | None):
    found = [f for f in rulebook.run("schedules", facts(RULE.format(type=type, arn=arn))) if f.rule == "SW316"]
    assert [wrong in f.title for f in found if wrong] == ([True] if wrong else []), [f.title for f in found]
    assert len(found) == (wrong is not None)


@pytest.mark.parametrize(
    "head",
    [
        "Transform: [AWS::Include]\n",
        "Transform: {Name: AWS::Include, Parameters: {Location: a}}\n",
        "Transform: MyMacro\n",
    ],
)
def test_names_that_a_macro_may_add_are_not_missed(head: str):
    text = head + RULE.format(type="AWS::SNS::Topic", arn="!GetAtt Added.Arn")
    assert not rulebook.run("schedules", facts(text))


def test_names_that_sam_adds_are_not_missed():
    text = RULE.format(type="AWS::Serverless::Function", arn="!GetAtt SweepRole.Arn")
    assert [f.rule for f in rulebook.run("schedules", facts(text))] == ["SW316"]
    assert not rulebook.run("schedules", facts("Transform: AWS::Serverless-2016-10-31\n" + text))


def test_a_loop_is_read_as_its_body():
    text = """\
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Jobs:
    - Job
    - [a, b]
    - Rule${Job}:
        Type: AWS::Events::Rule
        Properties: {ScheduleExpression: rate(1 days), Targets: [{Id: a, Arn: !Sub '${Job}'}]}
"""
    (finding,) = rulebook.run("schedules", facts(text))
    assert (finding.rule, finding.where.fields["line"]) == ("SW301", 8)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("arn:aws:sqs:eu-central-1:111122223333:jobs", "sqs"),
        ("!Sub 'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:a'", "states"),
        ("arn:aws:events:eu-central-1:111122223333:api-destination/a/b", "http"),
        ("!ImportValue queue", "unknown"),
        ("sweep", "unknown"),
    ],
)
def test_the_kind_of_a_target_is_that_of_its_arn(text: str, kind: str):
    (one,) = by_name(RULE.format(type="AWS::SNS::Topic", arn=text)).values()
    assert [target.kind for target in one.targets] == [kind]
    assert isinstance(one.targets[0], Target)


@pytest.mark.parametrize(
    ("service", "arn", "text", "severity"),
    [
        ("rule", "arn:aws:sqs:eu-central-1:111122223333:jobs", "plain", Severity.HIGH),
        ("scheduler", "arn:aws:sqs:eu-central-1:111122223333:jobs", "plain", None),
        ("scheduler", "arn:aws:sqs:eu-central-1:111122223333:jobs", '{"a": 1', Severity.MEDIUM),
        ("scheduler", "arn:aws:lambda:eu-central-1:111122223333:function:a", "plain", Severity.HIGH),
        ("scheduler", "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "plain", Severity.HIGH),
        ("rule", "arn:aws:lambda:eu-central-1:111122223333:function:a", '{"a": ${AWS::AccountId}}', None),
        ("rule", "arn:aws:lambda:eu-central-1:111122223333:function:a", '{"a": "${AWS::Region}"}', None),
    ],
)
def test_where_an_input_must_be_json(service: str, arn: str, text: str, severity: Severity | None):
    target = f"{{Id: a, Arn: '{arn}', Input: !Sub '{text}'}}"
    form = {
        "rule": ("AWS::Events::Rule", f"Targets: [{target}]"),
        "scheduler": ("AWS::Scheduler::Schedule", f"Target: {target}"),
    }
    kind, line = form[service]
    whole = (
        f"Resources:\n  A:\n    Type: {kind}\n    Properties:\n      ScheduleExpression: rate(1 day)\n      {line}\n"
    )
    found = [f.severity for f in rulebook.run("schedules", facts(whole)) if f.rule == "SW312"]
    assert found == ([severity] if severity else [])


def test_two_branches_of_a_condition_are_both_judged():
    text = RULE.format(type="AWS::SNS::Topic", arn="!Ref Sweep").replace(
        "rate(1 day)", "!If [Live, rate(1 days), rate(1 day)]"
    )
    found = {f.rule: f for f in rulebook.run("schedules", facts("Conditions: {Live: !Equals [a, b]}\n" + text))}
    assert list(found) == ["SW301"]
    assert found["SW301"].where.fields["line"] == 6


def test_rules_of_different_conditions_may_share_a_name():
    def named(resource: str, on: str) -> str:
        return (
            f"  {resource}:\n    Type: AWS::Events::Rule\n    Condition: {on}\n    Properties:\n"
            "      Name: nightly\n      ScheduleExpression: rate(1 day)\n      Targets: [{}]\n"
        )

    head = "Conditions: {Live: !Equals [a, b], Test: !Not [!Condition Live]}\nResources:\n"
    apart, together = (
        rulebook.run("schedules", facts(head + named("A", "Live") + named("B", on))) for on in ("Test", "Live")
    )
    assert [f.rule for f in apart] == []
    assert [f.rule for f in together] == ["SW314"]


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("[]", []),
        ("!If [Live, [{Id: a, Arn: 'arn:aws:sqs:eu-central-1:111122223333:jobs'}], !Ref AWS::NoValue]", ["sqs"]),
        ("!If [Live, [{Id: a, Arn: b}], [{Id: a, Arn: c}]]", ["unknown", "unknown"]),
        ("[{'Fn::Transform': {Name: AWS::Include, Parameters: {Location: a}}}]", ["unknown"]),
        ("!Ref Targets", ["unknown"]),
    ],
)
def test_targets_that_a_function_makes_are_not_missing(written: str, kinds: list[str]):
    text = (
        "Parameters: {Targets: {Type: CommaDelimitedList}}\nConditions: {Live: !Equals [a, b]}\nResources:\n  A:\n"
        "    Type: AWS::Events::Rule\n    Properties:\n"
        f"      ScheduleExpression: rate(1 day)\n      Targets: {written}\n"
    )
    (one,) = by_name(text).values()
    assert [target.kind for target in one.targets] == kinds
    assert [f.rule for f in rulebook.run("schedules", facts(text))] == ([] if kinds else ["SW319"])
