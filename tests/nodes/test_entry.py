"""Records of a slow log: their forms, what the server cut off, and values that imitate the server's remarks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers import Running

from seawall.nodes.facts.entry import KEPT_BYTES, argument, decode_slowlog, raw_entry

MORE_ARGUMENTS = b"... (%d more arguments)"
MORE_BYTES = b"... (%d more bytes)"

# What servers sent: Redis Enterprise, Redis 6.2 to 8.2 and Valkey, Redis 8.10.
FORMS = {
    4: [14, 1789000000, 28500, [b"SMEMBERS", b"drivers:online"]],
    6: [14, 1789000000, 28500, [b"SMEMBERS", b"drivers:online"], b"10.0.0.7:51234", b"web-1"],
    7: [14, 1789000000, 28500, [b"SMEMBERS", b"drivers:online"], b"10.0.0.7:51234", b"web-1", 2],
}


@pytest.mark.parametrize("fields", FORMS)
def test_forms(fields: int):
    (entry,), broken = decode_slowlog([FORMS[fields]])
    assert not broken
    assert (entry.id, entry.at, entry.us, entry.argv) == (14, 1789000000, 28500, (b"SMEMBERS", b"drivers:online"))
    assert entry.argc == 2
    assert (entry.peer, entry.client) == ((None, "") if fields == 4 else ("10.0.0.7:51234", "web-1"))


@pytest.mark.parametrize(
    "record",
    [
        [],
        [1, 2, 3],
        [1, 2, 3, []],  # an empty command, which has stopped an agent (dd-agent #2629)
        [1, 2, -3, [b"GET"]],
        [b"1", 2, 3, [b"GET"]],
        [1, 2, 3, b"GET k"],
        [1, 2, 3, [b"GET", 7]],
        [1, 2, 3, [[b"GET"]]],
        None,
        b"x",
    ],
    ids=repr,
)
def test_records_of_another_form_are_counted(record: object):
    entries, broken = decode_slowlog([FORMS[6], record])
    assert (len(entries), broken) == (1, 1)


@given(st.recursive(st.none() | st.binary(max_size=4) | st.integers(), lambda inner: st.lists(inner, max_size=7)))
def test_no_reply_is_too_strange(reply: object):
    entries, broken = decode_slowlog(reply)
    assert len(entries) + broken == (len(reply) if isinstance(reply, list) else 0)


# --- how many arguments there were ------------------------------------------------------------------------------------


def test_the_number_of_arguments_is_exact():
    """SADD of 40,002 arguments says "39971 more": those shown are one less than 32, for the remark took a place."""
    entry = raw_entry(1, 1, 1, [b"SADD", b"k", *[b"m"] * 29, MORE_ARGUMENTS % 39971])
    assert (len(entry.argv), entry.argc) == (31, 40_002)


def test_counting_the_shown_ones_would_be_wrong():
    words = [b"SADD", b"k", *[b"m"] * 29, MORE_ARGUMENTS % 39971]
    assert len(words) == 32
    assert raw_entry(1, 1, 1, words).argc != len(words)


@pytest.mark.parametrize(
    ("words", "argc"),
    [
        ([b"SET", b"k", MORE_ARGUMENTS % 5], None),  # not the place where the server writes it
        ([b"SET", b"k", MORE_ARGUMENTS % 5], 3),  # the server says how many there were
        ([b"SET", b"k", MORE_ARGUMENTS % 1], 3),  # ... and the remark even fits that; it stands for two or more
        ([b"SADD", b"k", *[b"m"] * 29, MORE_ARGUMENTS % 1], None),
        ([b"SADD", b"k", *[b"m"] * 29, MORE_ARGUMENTS % 7], 32),
        ([b"SADD", b"k", *[b"m"] * 29, b"x... (7 more arguments)"], None),
        ([b"SADD", b"k", *[b"m"] * 30, MORE_ARGUMENTS % 7], None),
    ],
)
def test_a_value_that_imitates_the_remark_is_a_value(words: list[bytes], argc: int | None):
    entry = raw_entry(1, 1, 1, words, argc=argc)
    assert (entry.argv, entry.argc) == (tuple(words), len(words))


def test_the_seventh_field_tells_the_number_where_the_server_shows_less():
    """Redis 8.10 can be set to show fewer than 32."""
    entry = raw_entry(1, 1, 1, [b"SADD", b"k", b"m", MORE_ARGUMENTS % 997], argc=1000)
    assert (entry.argv, entry.argc) == ((b"SADD", b"k", b"m"), 1000)


# --- how long an argument was -----------------------------------------------------------------------------------------


@given(st.binary(min_size=128, max_size=128), st.integers(1, 10**9))
def test_the_length_of_a_cut_argument_is_exact(shown: bytes, more: int):
    cut = argument(shown + MORE_BYTES % more)
    assert (cut.shown, cut.length, cut.cut) == (shown, 128 + more, True)


@given(st.binary(max_size=128))
def test_an_argument_of_at_most_128_bytes_is_whole(word: bytes):
    assert (argument(word).shown, argument(word).length, argument(word).cut) == (word, len(word), False)


@pytest.mark.parametrize(
    "word", [b"x" * 100 + MORE_BYTES % 9, b"x" * 129 + MORE_BYTES % 9, b"x" * 128 + MORE_BYTES % 9 + b"y"]
)
def test_an_argument_that_imitates_the_remark_is_whole(word: bytes):
    assert argument(word).shown == word
    assert not argument(word).cut


def test_of_a_log_that_cuts_nothing_little_is_kept():
    """A log that another program made may hold megabytes in an argument."""
    word = argument(b"k" * 10_000_000)
    assert (len(word.shown), word.length, word.cut) == (KEPT_BYTES, 10_000_000, True)


# --- against the servers ----------------------------------------------------------------------------------------------


def test_real_entries(server: Running):
    """Arguments around both limits, with every byte in them, and imitations."""
    imitation = b"... (5 more arguments)"
    sent: list[list[bytes]] = [
        [b"SADD", b"k", *(b"m%d" % n for n in range(count))] for count in (1, 29, 30, 31, 32, 999)
    ]
    sent += [[b"SET", b"k", b"v" * count] for count in (127, 128, 129, 130, 100_000)]
    sent += [[b"SET", bytes(range(128)), bytes(range(128, 256))], [b"SET", b"k", imitation], [b"GET", b""]]
    server.own.call("DEL", "k")
    server.begin()
    for words in sent:
        server.app.call(*words)
    entries, broken = decode_slowlog(server.raw_log())
    assert not broken
    by_id = sorted((e for e in entries if e.id is not None), key=lambda e: e.id or 0)
    for words, entry in zip(sent, by_id, strict=True):
        assert entry.argc == len(words)
        shown = [argument(word) for word in entry.argv]
        assert [a.length for a in shown] == [len(word) for word in words[: len(shown)]]
        assert [a.shown for a in shown] == [word[:128] for word in words[: len(shown)]]
        assert len(shown) == (len(words) if len(words) <= 32 else 31)
        assert entry.peer == server.app.local_name
