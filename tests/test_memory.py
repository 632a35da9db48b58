"""Patterns over polls: what was learned together holds when the keys come one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.keyspace import Key, KeyPattern, Memory, learn
from seawall.keyspace.memory import covers

NAMES = ("alice", "bob", "carol", "dave", "erin", "frank")


def texts(memory: Memory, *names: str) -> list[str]:
    keys = [Key(name.encode()) for name in names]
    learned = memory.learn("GET", "R", keys)
    return [learned[key].text for key in keys]


def test_keys_that_come_one_by_one_become_one_pattern_and_the_change_is_told():
    memory = Memory()
    assert texts(memory, "user:alice:cart") == ["user:alice:cart"]
    assert texts(memory, "user:bob:cart") == ["user:*:cart"]
    assert memory.widened("GET") == {"user:alice:cart": "user:*:cart"}
    assert memory.widened("GET") == {}
    assert texts(memory, "user:alice:cart") == ["user:*:cart"]


def test_a_restart_forgets_nothing():
    memory = Memory({"GET": ["user:alice:cart", "queue:*", "job:*:*"]})
    assert texts(memory, "user:bob:cart", "queue:low", "job:1:x") == ["user:*:cart", "queue:*", "job:*:*"]
    assert memory.widened("GET") == {"user:alice:cart": "user:*:cart"}


def test_a_pattern_takes_over_only_what_has_its_parts():
    def covering(wide: str, narrow: str) -> bool:
        return covers(KeyPattern.parse(wide), KeyPattern.parse(narrow))

    assert covering("user:*:cart", "user:bob:cart")
    assert covering("host*", "host1")
    assert covering("*:cart", "bob:cart")
    assert not covering("user:*", "user:*:cart")
    assert not covering("*", "user")
    assert not covering("host*", "hostess")
    assert not covering("user:bob:cart", "user:*:cart")


@given(st.lists(st.sampled_from([f"u:{n}:{f}" for n in NAMES for f in ("cart", "seen")] + ["a", "b:1"]), max_size=12))
def test_every_key_gets_a_pattern_that_fits_it_and_groups_end_as_if_learned_at_once(names: list[str]):
    memory = Memory()
    now: dict[str, str] = {}
    for name in names:
        (text,) = texts(memory, name)
        now[name] = text
        assert KeyPattern.parse(text).matches(name.encode())
        changes = memory.widened("GET")
        now = {n: changes.get(t, t) for n, t in now.items()}
    at_once = learn(Key(name.encode()) for name in names)
    for name in names:
        wide = KeyPattern.parse(now[name])
        assert wide.matches(name.encode())
        assert covers(wide, at_once[Key(name.encode())]) or covers(at_once[Key(name.encode())], wide)
