"""`seawall doctor`: can every target be read, with these credentials, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.options import MANY, TIMEOUT_S, AllNodes, Config, PasswordFile, Redis, Timeout, Without
from seawall.errors import EXIT_OK, EXIT_TARGET, SeawallError

if TYPE_CHECKING:
    from seawall.nodes.probe import Examination
    from seawall.scan import RedisTarget

EPILOG = """\
Examples:\n
  seawall doctor --redis redis://localhost:6379\n
  seawall doctor --format json\n
\n
Exit codes: 0 all can be read; 2 wrong usage or config; 3 a target or a part of it cannot be read.
"""


class Form(StrEnum):
    """The forms of the answer."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def command(
    redis: Redis = None,
    form: Annotated[Form, typer.Option("--format", help="The form.")] = Form.TEXT,
    all_nodes: AllNodes = False,
    timeout: Timeout = TIMEOUT_S,
    without: Without = None,
    password_file: PasswordFile = None,
    config: Config = None,
) -> int:
    """Probe every target and permission, and print the least ACL line that suffices.

    Each command of a scan is tried once, on a key that does not exist. Nothing is written.
    """
    import json

    from seawall import config as configuration
    from seawall.cli.output import say, write
    from seawall.cli.targets import bound_memory, targets
    from seawall.nodes.probe import examine, least_acl
    from seawall.scan import each, expand

    def ask(target: RedisTarget) -> Examination:
        return examine(target.address, timeout=timeout, without=target.without, name=target.name)

    named = targets(redis, configuration.load(config), password_file, without, timeout=timeout)
    bound_memory(len(named) + (MANY if all_nodes else 0))
    found, lost = expand(named, all_nodes=all_nodes, timeout=timeout)
    answers = [*each(found, ask, timeout), *(wrong for _, wrong in lost)]
    servers = [*found, *(target for target, _ in lost)]
    for answer in answers:
        if isinstance(answer, SeawallError):
            say(answer.what, answer.hint)
    if form is Form.TEXT:
        write("\n".join(_page(answers)), None)
    else:
        records = [_record(target, answer) for target, answer in zip(servers, answers, strict=True)]
        if form is Form.JSONL:
            write("\n".join(json.dumps(r) for r in records), None)
        else:
            write(json.dumps({"schema": 1, "targets": records, "least_acl": least_acl()}, indent=2), None)
    readable = all(not isinstance(answer, SeawallError) and not _missing(answer) for answer in answers)
    return EXIT_OK if readable else EXIT_TARGET


def _page(answers: Sequence[Examination | SeawallError]) -> list[str]:
    """What each server allows, then the ACL line for the versions among them."""
    from seawall.nodes.probe import acl_of_nodes, least_acl

    seen = [answer for answer in answers if not isinstance(answer, SeawallError)]
    lines = [line for answer in seen for line in _lines(answer)]
    ages = sorted({answer.old for answer in seen}) or [False]
    for old in ages:
        lines += [
            "",
            f"The least that suffices for a scan{', before Redis 7' if old else ''}:",
            f"  {least_acl(old=old)}",
        ]
    for line in dict.fromkeys(acl_of_nodes(title=answer.title) for answer in seen):
        lines += ["", "And for `nodes capture` and `nodes census`:", f"  {line}"]
    return lines if seen else lines[1:]


def _missing(examination: Examination) -> list[tuple[str, str]]:
    return [(p.command, p.reason) for p in examination.probes if p.needed and not p.works]


def _lines(answer: Examination) -> list[str]:
    missing = _missing(answer)
    total = sum(p.needed for p in answer.probes)
    title = answer.title or "its version is not readable"
    head = f"{answer.name}: {title}, {total - len(missing)} of {total} commands of a scan work"
    return [head, *(f"  not permitted: {command}: {reason}" for command, reason in missing)]


def _record(target: RedisTarget, answer: Examination | SeawallError) -> dict[str, object]:
    from seawall.nodes.probe import acl_of_nodes, least_acl

    if isinstance(answer, SeawallError):
        name = target.name or target.address.name
        return {"target": name, "reachable": False, "reason": answer.what, "hint": answer.hint}
    return {
        "target": answer.name,
        "reachable": True,
        "server": answer.title,
        "works": [p.command for p in answer.probes if p.works],
        "not_checked": [{"target": c, "reason": r} for c, r in _missing(answer)],
        "least_acl": least_acl(old=answer.old),
        "acl_of_nodes": acl_of_nodes(title=answer.title),
    }
