"""Templates with one planted fault each. `«` stands before the place of the fault, and is no part of the template."""

from __future__ import annotations

from dataclasses import dataclass

ARN = "arn:aws:lambda:eu-central-1:111122223333:function:sweep"
TARGETS = f"""\
      Targets:
        - Id: sweep
          Arn: {ARN}
"""
TARGET = f"""\
      FlexibleTimeWindow: {{Mode: 'OFF'}}
      Target:
        Arn: {ARN}
        RoleArn: arn:aws:iam::111122223333:role/scheduler
"""


@dataclass(frozen=True)
class Planted:
    """A fault of the issue's list, the rule and the kind of fault that must name it, and the template."""

    fault: str
    rule: str
    kind: str | None
    text: str
    as_json: bool = True  # whether the place survives in the JSON form: it is that of a text, not of a tag or a key


def rule(expression: str, more: str = "", name: str = "Nightly", targets: str = TARGETS) -> str:
    return (
        f"  {name}:\n    Type: AWS::Events::Rule\n    Properties:\n{more}"
        f"      ScheduleExpression: {expression}\n{targets}"
    )


def schedule(expression: str, more: str = "", name: str = "Nightly") -> str:
    return (
        f"  {name}:\n    Type: AWS::Scheduler::Schedule\n    Properties:\n{more}"
        f"      ScheduleExpression: {expression}\n{TARGET}"
    )


def template(*resources: str, head: str = "") -> str:
    return f"{head}Resources:\n{''.join(resources)}"


def expression(fault: str, kind: str | None, text: str, code: str = "SW301") -> Planted:
    return Planted(fault, code, kind, template(rule(text)))


BERLIN = "      ScheduleExpressionTimezone: Europe/Berlin\n"
INPUT = TARGETS + '          Input: \'{"job": "sweep",«}\'\n'
PLANTED = (
    expression("field count", "field-count", "cron(0 3 * * *«)"),
    expression("range", "range", "cron(«61 3 * * ? *)"),
    expression("name", "name", "cron(0 3 ? * «MOM *)"),
    expression("step", "step", "cron(0/«0 3 * * ? *)"),
    expression("both day fields", "day-fields", "cron(0 3 1 * «MON *)"),
    expression("? ?", "day-fields-open", "cron(0 3 ? * «? *)"),
    expression("weekday 0", "weekday-zero", "cron(0 3 ? * «0 *)"),
    expression("plural rate", "rate-plural", "rate(5 «minute)"),
    expression("singular rate", "rate-singular", "rate(1 «minutes)"),
    expression("zero rate", "rate-zero", "rate(«0 minutes)"),
    expression("seconds", "seconds", "rate(30 «seconds)"),
    Planted("at with Z", "SW301", "at-zone", template(schedule("at(2027-02-01T03:00:00«Z)"))),
    Planted("at without time", "SW301", "at-time", template(schedule("at(2027-02-01«)"))),
    Planted(
        "unknown zone",
        "SW309",
        None,
        template(schedule("cron(0 3 * * ? *)", "      ScheduleExpressionTimezone: «Mars/Base\n")),
    ),
    Planted("zone on a rule", "SW310", None, template(rule("cron(0 3 * * ? *)", BERLIN.replace("Europe", "«Europe")))),
    Planted("custom bus", "SW311", None, template(rule("rate(5 minutes)", "      EventBusName: «orders\n"))),
    Planted("broken JSON", "SW312", None, template(rule("cron(0 3 * * ? *)", targets=INPUT))),
    Planted(
        "duplicate logical id",
        "SW313",
        None,
        template(rule("cron(0 3 * * ? *)"), rule("cron(0 4 * * ? *)", name="«Nightly")),
        as_json=False,
    ),
    Planted(
        "duplicate name",
        "SW314",
        None,
        template(
            rule("cron(0 3 * * ? *)", "      Name: nightly\n"),
            rule("cron(0 4 * * ? *)", "      Name: «nightly\n", name="Later"),
        ),
    ),
    Planted(
        "missing export",
        "SW315",
        None,
        template(rule("cron(0 3 * * ? *)", "      RoleArn: !ImportValue «scheduler-role\n")),
    ),
    Planted(
        "wrong intrinsic",
        "SW316",
        "name",
        template(rule("cron(0 3 * * ? *)", targets=TARGETS.replace(ARN, "«!GetAtt Sweep.Arn"))),
        as_json=False,
    ),
    Planted(
        "expression from an unknown parameter",
        "SW316",
        "name",
        template(rule("«!Ref NightlyExpression")),
        as_json=False,
    ),
    Planted("disabled state", "SW317", None, template(rule("cron(0 3 * * ? *)", "      State: «DISABLED\n"))),
    Planted(
        "both pattern and schedule",
        "SW318",
        None,
        template(rule("«cron(0 3 * * ? *)", "      EventPattern: {source: [aws.s3]}\n")),
    ),
    expression("faster than a minute", "field-count", "cron(0/30 * * * * ? «*)"),
    expression("never fires", "never-fires", "cron(0 3 «30 2 ? *)", "SW303"),
    Planted("DST-skipped hour", "SW307", "dst-skipped", template(schedule("cron(30 «2 * * ? *)", BERLIN))),
    expression("day 31 in short months", "short-month", "cron(0 3 «31 * ? *)", "SW308"),
    expression("year past", "year-past", "cron(0 3 * * ? «2024)", "SW304"),
    expression("wrap range", "contested-wrap", "cron(0 «22-2 * * ? *)", "SW302"),
    expression("two # terms", "two-hashes", "cron(0 3 ? * 3#1,«6#3 *)"),
)
