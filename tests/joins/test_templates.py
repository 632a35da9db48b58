"""What the schedules of templates start: doors of the code, or a reason why that cannot be said."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain

from seawall.cron import Service
from seawall.joins.templates import triggers_of, unread
from seawall.schedules.collect import of_template
from seawall.schedules.facts.judged import TemplateFacts

TEMPLATE = r"""
Parameters:
  Host: {Type: String, Default: https://shop.example.com}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: app
          EntryPoint: [bundle, exec]
          Command: [rake, "feeds:clean"]
  Plain:
    Type: AWS::Events::Rule
    Properties:
      Name: plain-rule
      ScheduleExpression: rate(5 minutes)
      Targets:
        - Arn: !GetAtt Cluster.Arn
          Id: a
          EcsParameters: {TaskDefinitionArn: !Ref Task}
  Over:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: cron(0 3 * * ? *)
      ScheduleExpressionTimezone: Europe/Berlin
      FlexibleTimeWindow: {Mode: "OFF"}
      Target:
        Arn: !GetAtt Cluster.Arn
        EcsParameters: {TaskDefinitionArn: !Ref Task}
        Input: '{"containerOverrides":[{"name":"app","command":["python","manage.py","sweep"]}]}'
  Cluster: {Type: AWS::ECS::Cluster}
  Dest:
    Type: AWS::Events::ApiDestination
    Properties: {InvocationEndpoint: !Sub "${Host}/api/sweep/*", HttpMethod: POST, ConnectionArn: x}
  Http:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: cron(0 3 * * ? *)
      Targets:
        - {Arn: !GetAtt Dest.Arn, Id: a, HttpParameters: {PathParameterValues: ["7"], QueryStringParameters: {a: b}}}
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Environment: {Variables: {BASE: !Sub "${Host}/internal"}}
      Code:
        ZipFile: |
          import os, urllib.request
          def handler(event, context):
              url = os.environ["BASE"] + "/cron/sweep"
              req = urllib.request.Request(url, method="POST")
              return urllib.request.urlopen(req).status
  FnRule:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 hour)
      Targets: [{Arn: !GetAtt Fn.Arn, Id: a}]
  Node:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Code:
        ZipFile: !Sub |
          const https = require("https");
          exports.handler = async () => {
            await fetch(`${!process.env.HOST}/cron/a`, { method: "POST" });
            const req = https.request({ hostname: "x", path: "/cron/b", method: "PUT" });
            await axios.post("${Host}/cron/c", {});
          };
  NodeRule:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(2 hours), Targets: [{Arn: !GetAtt Node.Arn, Id: a}]}
  Sam:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.lambda_handler
      CodeUri: ../services/pinger/
      Events:
        Tick: {Type: Schedule, Properties: {Schedule: rate(10 minutes)}}
        Off: {Type: Schedule, Properties: {Schedule: rate(10 minutes), Enabled: false}}
  Queue: {Type: AWS::SQS::Queue}
  Q:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(2 hours), Targets: [{Arn: !GetAtt Queue.Arn, Id: a}]}
  Disabled:
    Type: AWS::Events::Rule
    Properties: {State: DISABLED, ScheduleExpression: rate(2 hours), Targets: [{Arn: !GetAtt Dest.Arn, Id: a}]}
"""


def facts(text: str = TEMPLATE) -> TemplateFacts:
    return of_template("stack.yaml", text.encode(), datetime(2026, 1, 1, tzinfo=UTC))


def test_each_kind_of_target_leads_to_its_door() -> None:
    made = {one.name: one for one in triggers_of(facts())}
    assert {name: [entry.name for entry in one.entries] for name, one in made.items()} == {
        "plain-rule": ["rake:feeds:clean"],
        "Over": ["manage:sweep"],
        "Http": ["http:POST /api/sweep/7"],
        "FnRule": ["http:POST /internal/cron/sweep"],
        "NodeRule": ["http:POST /cron/a", "http:PUT /cron/b", "http:POST /cron/c"],
        "Sam.Tick": ["lambda:services.pinger.app.lambda_handler"],
    }
    assert {entry.kind for entry in chain.from_iterable(one.entries for one in made.values())} == {"door"}


def test_a_schedule_keeps_its_words_line_and_zone() -> None:
    over = next(one for one in triggers_of(facts()) if one.name == "Over")
    assert over.schedule == "cron(0 3 * * ? *)"
    assert TEMPLATE.split("\n")[over.line - 1].strip() == "ScheduleExpression: cron(0 3 * * ? *)"
    assert over.timing is not None
    assert (over.timing.service, over.timing.zone) == (Service.SCHEDULER, "Europe/Berlin")


def test_what_is_disabled_starts_nothing_and_a_queue_is_said() -> None:
    said = list(unread(facts()))
    assert [(one.name, one.target, one.reason) for one in said] == [
        ("Q", "Properties.Targets[0]", "what takes messages from the queue is not followed")
    ]


def test_an_expression_that_no_service_takes_has_no_times() -> None:
    (made,) = [
        one for one in triggers_of(facts(TEMPLATE.replace("rate(1 hour)", "rate(1 hours)"))) if one.name == "FnRule"
    ]
    assert made.schedule == "rate(1 hours)"
    assert made.timing is None
