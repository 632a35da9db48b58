"""Names in bulk: each pattern matches its names, is the one that a scan would learn, and shows no whole name."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from seawall.keyspace import OTHER, UNKNOWN, Classifier, Key, learn
from seawall.keyspace.bulk import LONGEST, NAMES

WORDS = st.sampled_from(
    [b"user", b"cart", b"a", b"x1", b"17", b"2026-11-25", b"deadbeef01", b"\xff\x00\x01", b"\n", b"*"]
)
DELIMITERS = st.sampled_from([b":", b"-", b"_", b"/", b".", b"", b"|"])
NAME = st.lists(st.tuples(WORDS, DELIMITERS), max_size=6).map(lambda parts: b"".join(w + d for w, d in parts))
NAMES_OF_ALL_KINDS = st.lists(NAME | st.binary(max_size=12) | st.binary(min_size=250, max_size=270), max_size=40)


@given(NAMES_OF_ALL_KINDS, NAMES_OF_ALL_KINDS, st.integers(2, 8))
def test_every_pattern_matches_its_names(first: list[bytes], second: list[bytes], limit: int):
    classifier = Classifier(limit=limit)
    for names in (first, second):
        for place, name in zip(classifier.grow(names), names, strict=True):
            assert classifier.patterns[place].matches(name)
    for place, name in zip(classifier.sort(first + second), first + second, strict=True):
        assert place == UNKNOWN or classifier.patterns[place].matches(name)
    assert len(classifier.patterns) <= limit


@given(NAMES_OF_ALL_KINDS)
def test_what_was_learned_is_known(names: list[bytes]):
    """Where there is room for every pattern, no name that was learned from is unknown afterwards."""
    classifier = Classifier()
    grown = classifier.grow(names)
    for name, place, again in zip(names, grown, classifier.sort(names), strict=True):
        if name.isascii() and name.decode().isprintable() and len(name) <= LONGEST:
            assert again == place


def service(count: int, seed: int) -> list[bytes]:
    """Names as a service has them: ids by number, uuid, word and date, and a few that stand alone."""
    dice = random.Random(seed)
    kinds = (
        lambda: b"user:%d:profile" % dice.randrange(10**6),
        lambda: b"session:%08x-%04x-4%03x-8%03x-%012x" % tuple(dice.getrandbits(b) for b in (32, 16, 12, 12, 48)),
        lambda: b"cache:%s:html" % bytes(dice.choices(b"abcdefgh", k=8)),
        lambda: b"stats:2026-%02d-%02d:visits" % (dice.randrange(1, 13), dice.randrange(1, 29)),
        lambda: b"board_%d" % dice.randrange(10**4),
        lambda: dice.choice([b"queue:low", b"queue:high", b"config"]),
    )
    return [dice.choice(kinds)() for _ in range(count)]


def test_the_patterns_are_those_of_a_scan():
    names = sorted(set(service(3000, 1)))
    learned = learn(Key(name) for name in names)
    classifier = Classifier()
    assert [classifier.patterns[p] for p in classifier.grow(names)] == [learned[Key(name)] for name in names]
    others = service(3000, 2)
    sorted_ = Counter(classifier.patterns[p].text for p in classifier.sort(others))
    assert set(sorted_) == {
        "user:*:profile", "session:*", "cache:*:html", "stats:*:visits", "board_*", "queue:low", "queue:high", "config"
    }  # fmt: skip


def test_names_without_anything_in_common_are_not_shown():
    dice = random.Random(3)
    words = {bytes(dice.choices(b"abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(NAMES * 3)}
    classifier = Classifier()
    assert set(classifier.grow(sorted(words))) == {OTHER}
    assert classifier.patterns[OTHER].text == "*"


def test_binary_ids_are_gaps():
    dice = random.Random(4)
    names = [b"bin:" + dice.randbytes(16) + b":x" for _ in range(500)] + [dice.randbytes(12) for _ in range(500)]
    classifier = Classifier()
    found = Counter(classifier.patterns[p].text for p in classifier.grow(names))
    assert found["bin:*:x"] > 450
    assert found["*"] > 450
    assert not [pattern for pattern in found if "\\x" in pattern]


def test_words_that_many_names_share_are_kinds():
    """Fifteen kinds of the same form: a scan of a few keys would take them for values."""
    kinds = [bytes([97 + n]) * 5 for n in range(15)]
    names = [b"%s:%d:x" % (kinds[n % 15], n) for n in range(3000)]
    names += [b"%s:data:%d" % (kinds[n % 15], n) for n in range(3000)]
    names += [
        b"mail:%s:%s" % (kinds[n % 15], bytes([97 + n % 26, 97 + n // 26 % 26, 97 + n // 676])) for n in range(3000)
    ]
    classifier = Classifier()
    found = {classifier.patterns[p].text for p in classifier.grow(names)}
    wanted = [(f"{k.decode()}:*:x", f"{k.decode()}:data:*", f"mail:{k.decode()}:*") for k in kinds]
    assert found == {pattern for those in wanted for pattern in those}


def test_patterns_are_bounded():
    names = [b"%s:%d:x" % (bytes([97 + i // 26, 97 + i % 26]) * 4, n) for i in range(150) for n in range(30)]
    classifier = Classifier(limit=50)
    places = classifier.grow(names)
    assert len(classifier.patterns) == 50
    assert classifier.full
    assert UNKNOWN not in classifier.sort([*names, b"never:seen"])
    assert OTHER in places
