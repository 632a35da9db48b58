"""Where the keys of a command are, by the server's own key specs.

Source: the "key specifications" page of the Redis and Valkey documentation. What COMMAND GETKEYS of the server says
about a complete command is what is found here (tests/nodes/test_key_specs.py asks it); a slow log cuts commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seawall.nodes.facts.command import CommandSpec, KeySpec, Names


@dataclass(frozen=True, slots=True)
class KeyAt:
    """A key among the arguments shown: its index, and the flags of the spec that found it."""

    index: int
    flags: Names


@dataclass(frozen=True, slots=True)
class KeysFound:
    """Keys among the arguments shown, and how many more the server cut off."""

    shown: tuple[KeyAt, ...] = ()
    hidden: int = 0


def find_keys(spec: CommandSpec, argv: Sequence[bytes], argc: int) -> KeysFound:
    """The keys among the arguments shown, by the server's key specs, and how many lie beyond them.

    argv: what is shown (argc of them, unless the server cut some). O(number of arguments).
    """
    shown: dict[int, Names] = {}
    hidden = 0
    has_gaps = any("incomplete" in key_spec.flags for key_spec in spec.keys)
    for key_spec in spec.keys:
        if "not_key" in key_spec.flags:
            continue
        places = _key_range(key_spec, argv, argc) if key_spec.begin != "unknown" else _after_token(spec, key_spec, argv)
        seen = range(places.start, min(places.stop, len(argv)), places.step)
        for index in seen:
            if argv[index] or not has_gaps:  # MIGRATE's key is "" where KEYS follows
                shown.setdefault(index, key_spec.flags)
        hidden += len(places) - len(seen)  # by arithmetic: the count comes from outside and may be anything
    return KeysFound(tuple(KeyAt(i, f) for i, f in sorted(shown.items())), hidden)


def _key_range(spec: KeySpec, argv: Sequence[bytes], argc: int) -> range:
    begin = _begin(spec, argv)
    if begin is None or begin >= argc:
        return range(0)
    if spec.find == "range":
        if spec.last >= 0:
            last = begin + spec.last
        elif spec.limit >= 2:
            last = begin + (argc - begin) // spec.limit - 1
        else:
            last = argc + spec.last
        return range(begin, min(last, argc - 1) + 1, spec.step)
    if spec.find == "keynum" and begin + spec.number_at < len(argv):
        count = argv[begin + spec.number_at]
        if count.isdigit() and len(count) < 10:
            first = begin + spec.first_at
            return range(first, min(first + int(count) * spec.step, argc), spec.step)
    return range(0)


def _after_token(spec: CommandSpec, key_spec: KeySpec, argv: Sequence[bytes]) -> range:
    """Where a key is written that the key specs do not describe but the documentation does: SORT ... STORE key."""
    if "OW" in key_spec.flags:
        tokens = {a.token.encode() for a in spec.arguments if a.type == "key" and a.token}
        for index in range(len(argv) - 2, 0, -1):
            if argv[index].upper() in tokens:
                return range(index + 1, index + 2)
    return range(0)


def _begin(spec: KeySpec, argv: Sequence[bytes]) -> int | None:
    if spec.begin == "index":
        return spec.begin_at
    if spec.begin == "keyword":
        start = spec.begin_at
        places: Iterable[int] = range(start, len(argv)) if start >= 0 else range(len(argv) + start, 0, -1)
        for index in places:
            if 0 <= index < len(argv) and argv[index].upper() == spec.keyword.encode():
                return index + 1
    return None
