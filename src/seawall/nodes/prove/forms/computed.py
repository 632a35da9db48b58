"""What the server computes for one answer: set operations, SORT, scripts, draws and trims (SW111 to SW113, SW117)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from seawall.nodes.facts.work import SLICE
from seawall.nodes.prove.form import (
    SET,
    ZSET,
    Form,
    Side,
    Steps,
    Words,
    copied,
    of_template,
    removed,
    rows,
    scanned,
    slices,
)
from seawall.nodes.prove.forms.named import nothing
from seawall.nodes.prove.forms.wholes import all_by_rank, all_members
from seawall.wire import Reply

STEP = 500  # elements taken in a step
TURNS = 100  # of a script's loop in a step: each is a command

Members: TypeAlias = tuple[frozenset[Reply], frozenset[Reply]]  # taken out, left
Drawn: TypeAlias = tuple[list[Reply], frozenset[Reply]]  # drawn, all


# --- set operations and SORT, against an answer that is kept ----------------------------------------------------------


def two_sets(key: str, size: int) -> Iterator[Words]:
    """KEY and KEY:other of `size` members each, half of them in common, and KEY:both, kept as members come and go."""
    yield from SET(key, size)
    for numbers in slices(size):
        yield ("SADD", f"{key}:other", *(f"m{n + size // 2}" for n in numbers))
    for numbers in slices(size - size // 2):
        yield ("SADD", f"{key}:both", *(f"m{n + size // 2}" for n in numbers))


def intersection(key: str, size: int) -> Steps[object]:
    """SINTER."""
    del size
    return frozenset(rows((yield ("SINTER", key, f"{key}:other"))))


def kept_intersection(key: str, size: int) -> Steps[object]:
    """SSCAN of the set that is kept."""
    del size
    return frozenset((yield from scanned(("SSCAN", f"{key}:both"), ("COUNT", SLICE))))


def unsorted_and_sorted(key: str, size: int) -> Iterator[Words]:
    """A set, and beside it a sorted set of the same members, all of one score, so in the order of their bytes."""
    yield from SET(key, size)
    for numbers in slices(size):
        yield ("ZADD", f"{key}:by-name", *(word for n in numbers for word in (0, f"m{n}")))


def sort(key: str, size: int) -> Steps[object]:
    """SORT for a page of ten."""
    del size
    return rows((yield ("SORT", key, "ALPHA", "LIMIT", 0, 10)))


def kept_order(key: str, size: int) -> Steps[object]:
    """The page from the sorted set."""
    del size
    return rows((yield ("ZRANGE", f"{key}:by-name", 0, 9)))


# --- scripts ----------------------------------------------------------------------------------------------------------

LOOP = "for i = ARGV[1], ARGV[2] do redis.call('SADD', KEYS[1], 'm' .. i) end"


def loop_in_a_script(key: str, size: int) -> Steps[object]:
    """The whole loop in one EVAL."""
    return (yield ("EVAL", LOOP, 1, key, 1, size))


def loop_in_steps(key: str, size: int) -> Steps[object]:
    """A bounded step in each EVAL."""
    reply: Reply = None
    for numbers in slices(size, TURNS):
        reply = yield ("EVAL", LOOP, 1, key, numbers[0], numbers[-1])
    return reply


# --- draws and trims --------------------------------------------------------------------------------------------------


def taken_at_once(key: str, size: int) -> Steps[object]:
    """SPOP of half of a set."""
    return frozenset(rows((yield ("SPOP", key, size // 2))))


def taken_in_steps(key: str, size: int) -> Steps[object]:
    """The same number, a step at a time."""
    taken: list[Reply] = []
    for numbers in slices(size // 2, STEP):
        taken += rows((yield ("SPOP", key, len(numbers))))
    return frozenset(taken)


def are_as_many_taken(old: Members, new: Members) -> bool:
    """Chance decides which: as many were taken out, and with those left they are the whole set, each in one place."""
    whole = old[0] | old[1]
    return whole == new[0] | new[1] and len(old[0]) == len(new[0]) == len(whole) - len(new[1])


def drawn_at_once(key: str, size: int) -> Steps[object]:
    """SRANDMEMBER of half of a set."""
    return rows((yield ("SRANDMEMBER", key, size // 2)))


def drawn_in_steps(key: str, size: int) -> Steps[object]:
    """The same number, a step at a time."""
    drawn: list[Reply] = []
    for numbers in slices(size // 2, STEP):
        drawn += rows((yield ("SRANDMEMBER", key, len(numbers))))
    return drawn


def are_as_many_drawn(old: Drawn, new: Drawn) -> bool:
    """As many members of the set, whichever they are; those of one call are all different."""
    whole = old[1]
    drawn = len(old[0]), len(set(old[0])), len(new[0])
    return drawn == (len(whole) // 2,) * 3 and set(old[0]) | set(new[0]) <= whole


def trimmed_at_once(key: str, size: int) -> Steps[object]:
    """ZREMRANGEBYRANK of the lower half."""
    return (yield ("ZREMRANGEBYRANK", key, 0, size // 2 - 1))


def trimmed_in_steps(key: str, size: int) -> Steps[object]:
    """The same number from the low end, a step at a time."""
    removed_members = 0
    for numbers in slices(size // 2, STEP):
        reply = yield ("ZREMRANGEBYRANK", key, 0, len(numbers) - 1)
        removed_members += reply if isinstance(reply, int) else 0
    return removed_members


_OPERATIONS = (f"{kind}{what}{end}" for kind in "SZ" for what in ("INTER", "UNION", "DIFF") for end in ("", "STORE"))
FORMS = (
    Form(
        "members-of-two-sets",
        "the members that two sets have in common",
        rules=("SW111",),
        commands=frozenset({*_OPERATIONS, "SINTERCARD", "ZINTERCARD"}),
        old=Side("SINTER key key:other", intersection),
        new=Side("SSCAN key:both cursor COUNT 1000 (kept up to date)", kept_intersection),
        seed=two_sets,
        type="set",
        encoding="hashtable",
        size=20_000,
        each=2,
        remark="To keep the result costs one more SADD or SREM with each change of an operand; that is not counted.",
    ),
    Form(
        "first-page-in-order",
        "the first ten members by name",
        rules=("SW112", "SW132"),
        commands=frozenset({"SORT", "SORT_RO"}),
        old=Side("SORT key ALPHA LIMIT 0 10", sort),
        new=Side("ZRANGE key:by-name 0 9 (kept in order)", kept_order),
        seed=unsorted_and_sorted,
        type="set",
        encoding="hashtable",
        size=20_000,
        remark="To keep the order costs one ZADD or ZREM with each change; that is not counted.",
    ),
    Form(
        "loop-in-a-script",
        "thousands of writes from a script",
        rules=("SW113",),
        commands=frozenset({"EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO"}),
        old=Side("EVAL of a loop over all", loop_in_a_script),
        new=Side(f"EVAL of a step of {TURNS}, again and again", loop_in_steps),
        seed=nothing,
        type="",
        encoding="",
        size=10_000,
        size_is="turns of the loop",
        renew=removed,
        after=all_members,
        remark="The script is a sample: what a loop of yours costs depends on what it calls.",
    ),
    Form(
        "members-taken-out",
        "half of a set's members taken out",
        rules=("SW117",),
        commands=frozenset({"SPOP", "ZPOPMIN", "ZPOPMAX", "LPOP", "RPOP"}),
        old=Side("SPOP key N/2", taken_at_once),
        new=Side(f"SPOP key {STEP}, again and again", taken_in_steps),
        seed=of_template(SET),
        type="set",
        encoding="hashtable",
        size=40_000,
        renew=copied,
        after=all_members,
        same=are_as_many_taken,
    ),
    Form(
        "members-drawn",
        "half of a set's members drawn at random",
        rules=("SW117",),
        commands=frozenset({"SRANDMEMBER", "HRANDFIELD", "ZRANDMEMBER"}),
        old=Side("SRANDMEMBER key N/2", drawn_at_once),
        new=Side(f"SRANDMEMBER key {STEP}, again and again", drawn_in_steps),
        seed=SET,
        type="set",
        encoding="hashtable",
        size=40_000,
        after=all_members,
        same=are_as_many_drawn,
        remark="Steps may draw a member more than once; one call never does.",
    ),
    Form(
        "trim-of-a-sorted-set",
        "the lower half of a sorted set removed",
        rules=("SW117",),
        commands=frozenset({"ZREMRANGEBYRANK", "ZREMRANGEBYSCORE", "ZREMRANGEBYLEX"}),
        old=Side("ZREMRANGEBYRANK key 0 N/2-1", trimmed_at_once),
        new=Side(f"ZREMRANGEBYRANK key 0 {STEP - 1}, again and again", trimmed_in_steps),
        seed=of_template(ZSET),
        type="zset",
        encoding="skiplist",
        size=100_000,
        renew=copied,
        after=all_by_rank("ZRANGE"),
    ),
)
