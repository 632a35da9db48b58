"""The servers of a command line, else those of seawall.toml."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path

from seawall import config as configuration
from seawall.cli.output import masked
from seawall.config import Estate
from seawall.errors import UsageError
from seawall.nodes.collect import PLAN
from seawall.nodes.collect.deployment import Deployment, deployment_of, parse_deployment
from seawall.nodes.collect.session import command_name
from seawall.scan import RedisTarget
from seawall.wire import Address


def targets(
    redis: list[str] | None,
    estate: Estate,
    password_file: Path | None,
    without: list[str] | None,
    *,
    timeout: float = 4.0,
) -> tuple[RedisTarget, ...]:
    """The servers of the command line, else those of seawall.toml. Raises UsageError where there is none."""
    password = (
        configuration.secret_file(password_file, "--password-file")
        if password_file
        else configuration.password_from_environment()
    )
    left_out = _left_out(without or ())
    if redis:
        named = [_read("--redis", lambda url=url: parse_deployment(url, password=password)) for url in redis]
        return tuple(RedisTarget(_first(d), without=left_out, deployment=d) for d in named)
    if not estate.redis:
        raise UsageError("nothing to scan", "Give --redis URL or --input FILE, or list servers in seawall.toml.")
    found: list[RedisTarget] = []
    for entry in estate.redis:
        deployment = _read(
            f"[[redis]] {entry.name}", lambda entry=entry: deployment_of(entry, password, timeout=timeout)
        )
        found.append(
            RedisTarget(
                _first(deployment),
                entry.name,
                entry.owner,
                (*_left_out(entry.without), *left_out),
                deployment,
                None if entry.nodes is None else entry.nodes == "all",
            )
        )
    return tuple(found)


def _first(deployment: Deployment) -> Address:
    """Where a scan of one server begins; AWS names it later."""
    return deployment.seeds[0] if deployment.seeds else Address()


def _read(place: str, parse: Callable[[], Deployment]) -> Deployment:
    try:
        return parse()
    except UsageError as wrong:  # of several URLs, which
        raise UsageError(f"{place}: {wrong.what}", wrong.hint) from None


def _left_out(words: Iterable[str]) -> tuple[str, ...]:
    """The commands of --without. One that a scan never sends is a slip of the pen: what was meant would be sent."""
    known = {name: None for c, _ in PLAN for name in (command_name(c.split()), c.split()[0])}
    chosen = tuple(" ".join(word.upper().split()) for word in words)
    for word in chosen:
        if word not in known:
            near = get_close_matches(word, known, n=1, cutoff=0.5)
            raise UsageError(
                f"a scan never sends {masked(word)[:60]!r}, so it cannot be left out",
                f"Did you mean {near[0]}?" if near else "--dry-run lists what is sent.",
            )
    return chosen


def bound_memory(servers: int, *, for_long: bool = False) -> None:
    """Bounds the address space: a hostile reply that announces 2,147,483,647 elements (16 GB) fails at once, not later.

    2 GB, and what a thread reserves for itself without using it: 8 MB of stack and 64 MB of malloc's arena (glibc).
    The garbage collector is off: it would walk millions of hostile lists again and again, and there is little for it;
    but not for a process that stays (`for_long`).
    """
    if not for_long:
        gc.disable()
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        arenas = min(servers, 8 * (os.cpu_count() or 1))  # glibc makes no more
        resource.setrlimit(resource.RLIMIT_AS, ((2 << 30) + servers * (8 << 20) + arenas * (64 << 20), hard))
