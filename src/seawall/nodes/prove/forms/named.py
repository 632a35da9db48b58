"""Thousands of elements named in the arguments of one call: reads (SW110) and writes (SW109), against slices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seawall.nodes.prove.form import (
    SET,
    Form,
    Job,
    Seeding,
    Side,
    Steps,
    Word,
    Words,
    paired,
    removed,
    rows,
    slices,
)
from seawall.wire import Reply

NAMED_MOST = 500_000  # a server takes commands of 1,048,576 words; a pair is two
Name = Callable[[str, int], list[Word]]  # of a key and a number: what stands for that element in the arguments
ONE_CALL, SLICED = "(all in one call)", "(1,000 a call)"


def member(key: str, number: int) -> list[Word]:
    """Of a set or list."""
    del key
    return [f"m{number}"]


def scored(key: str, number: int) -> list[Word]:
    """Of a sorted set."""
    del key
    return [number, f"m{number}"]


def field(key: str, number: int) -> list[Word]:
    """Of a hash."""
    del key
    return [f"f{number}", f"v{number}"]


def key_of(key: str, number: int) -> list[Word]:
    """A key of its own."""
    return [f"{key}:{number}"]


def key_and_value(key: str, number: int) -> list[Word]:
    """A key of its own, and what it holds."""
    return [f"{key}:{number}", f"v{number}"]


SHOWN: dict[Name, str] = {
    member: "key m1 ...",
    scored: "key 1 m1 ...",
    field: "key f1 v1 ...",
    key_of: "key:1 ...",
    key_and_value: "key:1 v1 ...",
}


def _words(command: str, name: Name, key: str, numbers: range) -> Words:
    """The command; the elements; before them the key, unless each of them is one."""
    listed = [word for n in numbers for word in name(key, n)]
    return (command, *listed) if name in (key_of, key_and_value) else (command, key, *listed)


def in_one_call(command: str, name: Name = member) -> Job:
    """All elements named in one command."""

    def job(key: str, size: int) -> Steps[object]:
        reply = yield _words(command, name, key, range(1, size + 1))
        return reply if isinstance(reply, list) else None

    return job


def in_slices(command: str, name: Name = member) -> Job:
    """The same elements, a slice in each command."""

    def job(key: str, size: int) -> Steps[object]:
        found: list[Reply] = []
        listed = False
        for numbers in slices(size):
            reply = yield _words(command, name, key, numbers)
            listed = isinstance(reply, list)
            found += rows(reply)
        return found if listed else None

    return job


def keys(key: str, size: int) -> Iterator[Words]:
    """Small strings."""
    return (_words("MSET", key_and_value, key, numbers) for numbers in slices(size))


def nothing(key: str, size: int) -> Iterator[Words]:
    """No data: the job writes it."""
    del key, size
    return iter(())


def without_keys(key: str, size: int) -> Steps[None]:
    """The keys of `keys` removed again."""
    for numbers in slices(size):
        yield _words("UNLINK", key_of, key, numbers)


def _read(command: str, name: Name, job: str, commands: str, seed: Seeding, key: tuple[str, str]) -> Form:
    arguments = SHOWN[name]
    return Form(
        job.replace(" ", "-"),
        f"what {command} says of thousands of {'keys' if name is key_of else 'members'}",
        rules=("SW110",),
        commands=frozenset(commands.split()),
        old=Side(f"{command} {arguments} {ONE_CALL}", in_one_call(command, name)),
        new=Side(f"{command} {arguments} {SLICED}", in_slices(command, name)),
        seed=seed,
        type=key[0],
        encoding=key[1],
        size=40_000,
        size_is="keys" if name is key_of else "elements",
        most=NAMED_MOST,
    )


def _write(command: str, name: Name, job: str, commands: str, after: Job, renew: Job = removed) -> Form:
    shown = SHOWN[name]
    return Form(
        job.replace(" ", "-"),
        f"thousands of {'keys' if name is key_and_value else 'elements'} written by {command}",
        rules=("SW109",),
        commands=frozenset(commands.split()),
        old=Side(f"{command} {shown} {ONE_CALL}", in_one_call(command, name)),
        new=Side(f"{command} {shown} {SLICED}", in_slices(command, name)),
        seed=nothing,
        type="",
        encoding="",
        size=40_000,
        size_is="keys" if name is key_and_value else "elements",
        most=NAMED_MOST,
        renew=renew,
        after=after,
        remark="Slices are not atomic: between two of them other clients see a part.",
    )


def _is_there(command: str, *words: Word) -> Job:
    """All that is in the key; a hash or a sorted set as pairs."""

    def job(key: str, size: int) -> Steps[object]:
        del size
        found = rows((yield (command, key, *words)))
        return paired(found) if command in ("HGETALL", "ZRANGE") else sorted(map(repr, found))

    return job


def _values(key: str, size: int) -> Steps[object]:
    """What the keys hold."""
    found: list[Reply] = []
    for numbers in slices(size):
        found += rows((yield _words("MGET", key_of, key, numbers)))
    return found


FORMS = (
    _read("MGET", key_of, "keys read in one call", "MGET EXISTS TOUCH", keys, ("", "")),
    _read("SMISMEMBER", member, "members asked in one call", "SMISMEMBER ZMSCORE HMGET", SET, ("set", "hashtable")),
    _write("SADD", member, "members added in one call", "SADD SREM ZREM HDEL", _is_there("SMEMBERS")),
    _write("ZADD", scored, "scores written in one call", "ZADD GEOADD", _is_there("ZRANGE", 0, -1, "WITHSCORES")),
    _write("HSET", field, "fields written in one call", "HSET HMSET", _is_there("HGETALL")),
    _write("RPUSH", member, "elements pushed in one call", "RPUSH LPUSH", _is_there("LRANGE", 0, -1)),
    _write("MSET", key_and_value, "keys written in one call", "MSET MSETNX", _values, without_keys),
)
