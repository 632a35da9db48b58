"""What frees memory: DEL, an expired value that a read frees, a flush (SW107, SW108, SW114)."""

from __future__ import annotations

from seawall.nodes.prove.form import HASH, ZSET, Form, Job, Side, Steps, copied, of_template
from seawall.nodes.prove.forms.named import keys, nothing

BACKGROUND = "Counted is the main thread. What a background thread frees later is no stall, and not in the work."


def removed_by(command: str) -> Job:
    """DEL or UNLINK of the key."""

    def job(key: str, size: int) -> Steps[object]:
        del size
        return (yield (command, key))

    return job


def is_there(key: str, size: int) -> Steps[object]:
    """Whether the key is there."""
    del size
    return (yield ("EXISTS", key))


def expired(key: str, size: int) -> Steps[None]:
    """Its time is over by the server's clock; the cycle that would free it is off on the proof's server."""
    del size
    yield ("PEXPIRE", key, 1)
    over = milliseconds((yield ("TIME",))) + 3
    while milliseconds((yield ("TIME",))) < over:
        pass


def milliseconds(reply: object) -> int:
    """The reply of TIME, seconds and microseconds."""
    match reply:
        case [bytes() as seconds, bytes() as micros]:
            return int(seconds) * 1000 + int(micros) // 1000
        case _:
            return 0


def removed_then_read(key: str, size: int) -> Steps[object]:
    """UNLINK when it is no longer needed, then the same read."""
    yield ("UNLINK", key)
    return (yield from is_there(key, size))


def flush(*words: str) -> Job:
    """FLUSHALL."""

    def job(key: str, size: int) -> Steps[object]:
        del key, size
        return (yield ("FLUSHALL", *words))

    return job


def refilled(key: str, size: int) -> Steps[None]:
    """The keys written anew."""
    yield from keys(key, size)


def keys_left(key: str, size: int) -> Steps[object]:
    """DBSIZE."""
    del key, size
    return (yield ("DBSIZE",))


FORMS = (
    Form(
        "delete-a-collection",
        "a large key removed",
        rules=("SW107",),
        commands=frozenset({"DEL", "GETDEL"}),
        old=Side("DEL key", removed_by("DEL")),
        new=Side("UNLINK key", removed_by("UNLINK")),
        seed=of_template(ZSET),
        type="zset",
        encoding="skiplist",
        size=100_000,
        renew=copied,
        after=is_there,
        remark=BACKGROUND,
    ),
    Form(
        "read-of-an-expired-value",
        "a read after the end of a value's life",
        rules=("SW108",),
        commands=frozenset({"EXISTS", "GET", "TTL", "TYPE", "HGET", "SISMEMBER", "ZSCORE", "SCARD", "HLEN"}),
        old=Side("EXISTS key (expired, not freed yet)", is_there, before=expired),
        new=Side("UNLINK key (when it is done with), then EXISTS key", removed_then_read),
        seed=of_template(HASH),
        type="hash",
        encoding="hashtable",
        size=100_000,
        renew=copied,
        remark=BACKGROUND,
    ),
    Form(
        "flush-everything",
        "all keys removed",
        rules=("SW114",),
        commands=frozenset({"FLUSHALL", "FLUSHDB"}),
        old=Side("FLUSHALL", flush()),
        new=Side("FLUSHALL ASYNC", flush("ASYNC")),
        seed=nothing,
        type="",
        encoding="",
        size=50_000,
        size_is="keys",
        renew=refilled,
        after=keys_left,
        own_client_waits=(("Redis", 8),),
        remark=BACKGROUND,
    ),
)
