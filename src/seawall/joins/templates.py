"""What the schedules of templates start in the code: commands of containers, paths, functions and what these call.

    rule ── ECS task ── its command ─────────────> door rake:feeds:clean, manage:sweep, module:shop.sweep
         ── API destination, API Gateway ────────> door http:POST /cron/sweep
         ── Lambda ── code in the template ──────> the doors of the requests that it sends
                   ── code in a folder ──────────> door lambda:path.function

A schedule that is disabled starts nothing. What a target starts that cannot be followed is said by `unread`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from seawall.calls import languages
from seawall.calls.facts.triggers import Entry, Timing, Trigger
from seawall.calls.triggers.commandline import doors, doors_of_line
from seawall.calls.triggers.requests import requests_in
from seawall.schedules.facts.judged import Expression, TemplateFacts
from seawall.schedules.facts.runs import Run
from seawall.schedules.facts.scheduled import Scheduled, Target
from seawall.schedules.facts.targets import parsed
from seawall.schedules.facts.value import Value

KIND = "eventbridge"
_HOLE = re.compile(r"\$\{[^{}]*\}")
_LATER = {
    "sqs": "what takes messages from the queue is not followed",
    "sns": "who subscribes to the topic is not followed",
    "states": "the steps of a state machine are not followed",
    "batch": "a job of AWS Batch is not followed",
    "events": "the rules of another bus are not followed",
    "unknown": "what the target is, is not known before deployment",
}


@dataclass(frozen=True, slots=True)
class Unread:
    """A target that leads nowhere here. name: of the schedule; target: its place in the resource; reason: in words."""

    path: str
    line: int
    name: str
    target: str
    reason: str


def triggers_of(facts: TemplateFacts) -> Iterator[Trigger]:
    """The schedules of templates that start something: their entries are doors, which the code may have or not."""
    runs = {template.path: template.runs for template in facts.templates}
    for one, expression in _enabled(facts):
        found = [entry for target in one.targets for entry in _followed(target, runs.get(one.path, {}))[0]]
        if found:
            yield Trigger(
                kind=KIND,
                name=name_of(one),
                path=one.path,
                line=expression.value.place()[0],
                schedule=expression.value.text,
                timing=_timing(expression),
                entries=tuple(dict.fromkeys(found)),
            )


def unread(facts: TemplateFacts) -> Iterator[Unread]:
    """The targets of enabled schedules of which it cannot be said what they start."""
    runs = {template.path: template.runs for template in facts.templates}
    seen: set[tuple[str, str]] = set()
    for one, _ in _enabled(facts):
        if (one.path, one.resource) in seen:
            continue
        seen.add((one.path, one.resource))
        if not one.targets:
            yield Unread(one.path, one.line, name_of(one), one.part, "it has no target")
        for target in one.targets:
            found, reason = _followed(target, runs.get(one.path, {}))
            if not found:
                yield Unread(one.path, one.line, name_of(one), target.part, reason)


def name_of(one: Scheduled) -> str:
    """The name of a rule as people see it: its Name where that is known, else its logical id."""
    known = [value.text for value in one.names if value.known]
    return known[0] if known else one.resource


def _enabled(facts: TemplateFacts) -> Iterator[tuple[Scheduled, Expression]]:
    """Each schedule that is not disabled, with each of its expressions, zones of one expression once."""
    seen: set[tuple[str, str, str]] = set()
    for expression in facts.expressions:
        one = expression.scheduled
        key = (one.path, one.resource, expression.value.text)
        if one.state != "DISABLED" and key not in seen:
            seen.add(key)
            yield one, expression


def _timing(expression: Expression) -> Timing | None:
    if expression.schedule is None:
        return None
    zone = expression.zone_name
    return Timing(expression.scheduled.service, expression.value.text, "" if zone in ("UTC", "Etc/UTC") else zone)


def _followed(target: Target, runs: Mapping[str, Run]) -> tuple[tuple[Entry, ...], str]:
    """What a target starts, and why nothing where it is nothing."""
    match target.kind:
        case "ecs":
            return _container(target, runs.get(target.task_definition))
        case "http":
            return _request(target)
        case "lambda":
            return _function(runs.get(target.resource))
        case "ssm":
            return _commands(target)
        case "aws-sdk":
            return _universal(target, runs)
        case kind:
            return (), _LATER.get(kind, f"a target of {kind} is not followed")


def _of_command(words: tuple[str, ...]) -> tuple[Entry, ...]:
    """What a container's command starts; one that is written as a single word is shell text."""
    return doors(words) or (doors_of_line(words[0]) if len(words) == 1 else ())


def _container(target: Target, run: Run | None) -> tuple[tuple[Entry, ...], str]:
    """The command that the rule gives, else those of the containers of the task definition."""
    containers = run.containers if run else ()
    if target.command:
        named = [one for one in containers if not target.containers or one.name in target.containers]
        found = _of_command(target.command)
        for one in named:
            found = found or _of_command((*one.entry_point, *target.command))
        return found, f"the command {' '.join(target.command)[:100]} names nothing of the code"
    if run is None:
        return (), "its task definition is not in the template, and it gives no command"
    found = tuple(entry for one in containers for entry in _of_command((*one.entry_point, *one.command)))
    if not any((*one.entry_point, *one.command) for one in containers):
        return (), "no container of the task has a command: the image's own runs"
    return found, "the commands of its containers name nothing of the code"


def _request(target: Target) -> tuple[tuple[Entry, ...], str]:
    """The path of an API destination or of API Gateway."""
    path = _HOLE.sub(":part", target.path.partition("?")[0]).replace("*", ":part")
    if not path.startswith("/"):
        return (), "the path that it calls is known at deployment"
    method = target.method.upper() if target.method.isalpha() else "ANY"
    return (Entry("door", name=f"http:{method} {path}"),), ""


def _function(run: Run | None) -> tuple[tuple[Entry, ...], str]:
    """The requests of a function whose code stands in the template; else its handler, in the folder of its code."""
    if run is None:
        return (), "the function is not in the template"
    if run.source:
        language = (
            "python" if run.runtime.startswith("python") else "ruby" if run.runtime.startswith("ruby") else "javascript"
        )
        file = languages.parse(language, _filled(run.source).encode(), "inline")
        known = {name: value for name, value in run.environment.items() if not _HOLE.fullmatch(value)}
        return requests_in(file.body, known), "its code in the template sends no request whose path is known"
    if not run.handler or _HOLE.search(run.handler):
        return (), "its handler is not known"
    folder = [] if _HOLE.search(run.folder) or "://" in run.folder else run.folder.split("/")
    words = [word for word in folder if word not in ("", ".", "..")]
    handler = run.handler.replace("/", ".").lstrip(".")
    return (Entry("door", name=f"lambda:{'.'.join([*words, handler])}"),), ""


def _filled(source: str) -> str:
    """The source with a word for each part that is known at deployment."""
    return _HOLE.sub("PART", source) if "${AWS::" in source else source


def _commands(target: Target) -> tuple[tuple[Entry, ...], str]:
    """The commands of an SSM document that an input gives: `{"commands": ["..."]}`."""
    found: list[Entry] = []
    for value in target.inputs:
        for key, words in _pairs(parsed(value)):
            if key.lower() == "commands" and isinstance(words, list):
                for word in cast("list[Any]", words):
                    found += doors_of_line(word) if isinstance(word, str) else ()
    return tuple(found), "no command in its input names anything of the code"


def _universal(target: Target, runs: Mapping[str, Run]) -> tuple[tuple[Entry, ...], str]:
    """`aws-sdk:ecs:runTask` and `aws-sdk:lambda:invoke` of EventBridge Scheduler, whose input is the request."""
    action = target.arn.partition(":aws-sdk:")[2].lower()
    for value in target.inputs:
        if action == "ecs:runtask":
            words = _command_in(value)
            if words:
                return _of_command(words), f"the command {' '.join(words)[:100]} names nothing of the code"
            definition = str(dict(_pairs(parsed(value))).get("TaskDefinition", ""))
            return _container(target, runs.get(_HOLE.sub(lambda match: match[0][2:-1].partition(".")[0], definition)))
        if action == "lambda:invoke":
            name = str(dict(_pairs(parsed(value))).get("FunctionName", ""))
            return _function(runs.get(_HOLE.sub(lambda match: match[0][2:-1].partition(".")[0], name)))
    return (), f"the action {action or 'of its ARN'} is not followed"


def _command_in(value: Value) -> tuple[str, ...]:
    """The first command of the overrides of a request, in whatever case its keys are."""
    for key, inside in _pairs(parsed(value)):
        if key.lower() == "overrides":
            for name, listed in _pairs(inside):
                if name.lower() == "containeroverrides" and isinstance(listed, list):
                    for one in cast("list[Any]", listed):
                        words = {word.lower(): given for word, given in _pairs(one)}.get("command")
                        if isinstance(words, list) and words:
                            return tuple(map(str, cast("list[Any]", words)))
    return ()


def _pairs(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inside in cast("dict[object, Any]", value).items():
            yield str(key), inside


def templates_asking(facts: TemplateFacts) -> Iterator[tuple[Trigger, Entry]]:
    """Each door that a template asks for, with the trigger that does: for rules on what the code does not have."""
    for trigger in triggers_of(facts):
        yield from ((trigger, entry) for entry in trigger.entries if entry.kind == "door")


__all__ = ["KIND", "Unread", "name_of", "templates_asking", "triggers_of", "unread"]
