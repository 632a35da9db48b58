"""How long the schedules of 1,000 templates take to lint, against cfn-lint on one template in the same run.

Templates are made from a seed: 3 schedules each among 12 other resources with functions, parameters, mappings and
outputs, in YAML and every fifth in JSON. All are read from disk, as `seawall schedules lint` does it; every tenth has a
fault, which must be found. Bounds: 2 s for all, and one template at least 10 times as fast as cfn-lint has it, both
warm in one process; the two commands, each with its own start, are printed beside it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from seawall import rulebook
from seawall.schedules.collect import collect

TEMPLATES = 1_000
FAULTY = 10  # one in so many
BOUND_S = 2.0
RATIO_BOUND = 10.0
ROUNDS = 7
NOW = datetime(2026, 11, 24, tzinfo=UTC)

HEAD = """\
AWSTemplateFormatVersion: '2010-09-09'
Description: Jobs of one service, with what they run on
Parameters:
  Hour: {Type: Number, Default: 3}
  Image: {Type: String, Default: jobs:latest}
Mappings:
  Sizes:
    live: {Cpu: '512', Memory: '1024'}
    test: {Cpu: '256', Memory: '512'}
Conditions:
  Live: !Equals [!Ref AWS::Region, eu-central-1]
Resources:
  Cluster:
    Type: AWS::ECS::Cluster
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: [events.amazonaws.com, scheduler.amazonaws.com]}
            Action: sts:AssumeRole
      ManagedPolicyArns:
        - !Sub arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonEC2ContainerServiceEventsRole
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Cpu: !FindInMap [Sizes, live, Cpu]
      Memory: !FindInMap [Sizes, live, Memory]
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      ExecutionRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: worker
          Image: !Ref Image
          Essential: true
          Environment:
            - {Name: REGION, Value: !Ref AWS::Region}
            - {Name: STACK, Value: !Sub '${AWS::StackName}-jobs'}
"""
QUEUE = """\
  Queue{n}:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub ${{AWS::StackName}}-{n}
      VisibilityTimeout: 300
      Tags:
        - {{Key: service, Value: jobs}}
        - {{Key: part, Value: '{n}'}}
"""
RULE = """\
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: !Sub ${{AWS::StackName}}-sweep
      ScheduleExpression: !Sub cron({minute} ${{Hour}} ? * MON-FRI *)
      State: ENABLED
      Targets:
        - Id: task
          Arn: !GetAtt Cluster.Arn
          RoleArn: !GetAtt Role.Arn
          EcsParameters: {{TaskDefinitionArn: !Ref Task, LaunchType: FARGATE}}
          Input: '{{"containerOverrides": [{{"name": "worker", "command": ["rake", "sweep:{minute}"]}}]}}'
  Often:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate({every})
      Targets:
        - {{Id: queue, Arn: !GetAtt Queue1.Arn}}
  Report:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: cron({minute} 6 L * ? *)
      ScheduleExpressionTimezone: Europe/Berlin
      FlexibleTimeWindow: {{Mode: 'OFF'}}
      Target: {{Arn: !GetAtt Queue2.Arn, RoleArn: !GetAtt Role.Arn, Input: '{{}}'}}
Outputs:
  Cluster:
    Condition: Live
    Value: !Ref Cluster
    Export: {{Name: !Sub '${{AWS::StackName}}-cluster'}}
"""


def template(number: int, random: Random) -> str:
    every = "1 minutes" if number % FAULTY == 0 else f"{random.randint(2, 59)} minutes"
    tail = RULE.format(minute=random.randint(0, 59), every=every)
    return HEAD + "".join(QUEUE.format(n=n) for n in range(1, 10)) + tail


def as_json(text: str) -> str:
    """The template as JSON, by cfn-lint's own reader of short functions."""
    from cfnlint.decode.cfn_yaml import loads  # pyright: ignore[reportMissingTypeStubs]

    return json.dumps(loads(text), indent=2, default=str)


def seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def lint(folder: Path) -> int:
    facts, missing = collect([str(folder)], NOW)
    found = rulebook.run("schedules", facts)
    assert not missing, missing[0]
    assert {f.rule for f in found} <= {"SW301"}, {f.title for f in found if f.rule != "SW301"}
    return len(found)


def start_to_end(words: list[str]) -> float:
    return statistics.median(seconds(lambda: subprocess.run(words, check=True, capture_output=True)) for _ in range(3))


def main() -> int:
    from cfnlint.api import lint_file  # pyright: ignore[reportMissingTypeStubs]

    with tempfile.TemporaryDirectory() as name:
        folder, random = Path(name), Random(5)
        many = folder / "many"
        many.mkdir()
        for number in range(TEMPLATES):
            text = template(number, random)
            suffix, text = (".json", as_json(text)) if number % 5 == 1 else (".yaml", text)
            (many / f"t{number:04}{suffix}").write_text(text, encoding="utf-8")
        one = folder / "one"
        one.mkdir()
        path = one / "t.yaml"
        path.write_text(template(1, random), encoding="utf-8")
        size = sum(file.stat().st_size for file in many.iterdir())
        assert lint(many) == TEMPLATES // FAULTY
        whole = statistics.median(seconds(lambda: lint(many)) for _ in range(ROUNDS))
        lint_file(path)  # the first reads the provider's schemas
        pairs = [(seconds(lambda: lint(one)), seconds(lambda: lint_file(path))) for _ in range(ROUNDS)]
        beside = Path(sys.executable)
        started = start_to_end([str(beside.with_name("seawall")), "schedules", "lint", str(path)])
        peer_started = start_to_end([str(beside.with_name("cfn-lint")), str(path)])
    ratio = statistics.median(theirs / ours for ours, theirs in pairs)
    mine, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    what = f"{TEMPLATES:,} templates, {size / 1e6:.1f} MB, {3 * TEMPLATES:,} schedules"
    print(f"{what}: median {whole:.2f} s (bound {BOUND_S} s)")
    each = f"one of them: {mine * 1e3:.2f} ms, cfn-lint {peer * 1e3:.0f} ms"
    print(f"{each}: {ratio:.0f} times as fast (bound {RATIO_BOUND:g})")
    print(f"as commands, from start to end: {started:.2f} s, cfn-lint {peer_started:.2f} s")
    return 0 if whole <= BOUND_S and ratio >= RATIO_BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
