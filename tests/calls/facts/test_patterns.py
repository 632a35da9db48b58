"""The algebra of abstract strings: what is put together matches, what is merged covers, and holes say why."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.calls.facts.patterns import VARIANTS, Hole, Text, concat, few, hole, literal, merge, product, unglobbed

words = st.text("ab:/|*\\é", max_size=5)
parts = st.lists(st.one_of(words.map(literal), st.just(hole("it varies"))), max_size=5)
texts = parts.map(concat)
fillings = st.lists(st.text("abc:/*", max_size=4), min_size=6, max_size=6)


def filled(text: Text, values: list[str]) -> bytes:
    """A string that the Text may be: each hole filled."""
    left = iter(values)
    return "".join(part if isinstance(part, str) else next(left) for part in text.parts).encode()


@given(texts, fillings)
def test_a_key_made_from_a_text_matches_its_pattern(text: Text, values: list[str]):
    assert text.pattern().matches(filled(text, values))


@given(st.lists(texts, min_size=1, max_size=5), fillings)
def test_merge_covers_each(some: list[Text], values: list[str]):
    merged = merge(some).pattern()
    for text in some:
        assert merged.matches(filled(text, values))
        assert merged.intersects(text.pattern())
        assert text.pattern().intersects(merged)


@given(st.lists(texts, min_size=1, max_size=8), fillings)
def test_few_covers_each_and_are_few(some: list[Text], values: list[str]):
    kept = few(some)
    assert len(kept) <= VARIANTS
    for text in some:
        assert any(k.pattern().matches(filled(text, values)) for k in kept)


@given(texts, texts, texts)
def test_putting_together_is_associative(a: Text, b: Text, c: Text):
    assert concat([concat([a, b]), c]) == concat([a, concat([b, c])])
    assert concat([a, Text()]) == a


@given(texts)
def test_parts_are_normal(text: Text):
    assert "" not in text.parts
    neighbours = zip(text.parts, text.parts[1:], strict=False)
    assert not any(isinstance(a, str) and isinstance(b, str) for a, b in neighbours)


@given(st.lists(st.lists(texts, min_size=1, max_size=3), max_size=3), fillings)
def test_a_product_covers_every_choice(columns: list[list[Text]], values: list[str]):
    made = product(columns)
    first = concat(column[0] for column in columns)
    last = concat(column[-1] for column in columns)
    room = [*values, *values, *values]
    for choice in (first, last):
        assert any(text.pattern().matches(filled(choice, room)) for text in made)


def test_merged_by_segments():
    def text(pattern: str) -> Text:
        return concat(
            hole("x") if piece == "*" else literal(piece) for piece in pattern.replace("*", "\0*\0").split("\0")
        )

    cases = {
        ("feed:home:*", "feed:list:*"): "feed:*:*",
        ("timeline:public", "timeline:public:media"): "timeline:public*",
        ("tags:used:*", "links:used:*"): "*:used:*",
        ("a/b", "a:b"): "a*b",
        ("x", "x"): "x",
    }
    for (one, other), wanted in cases.items():
        assert str(merge([text(one), text(other)])) == wanted


def test_a_glob_is_taken_as_one_where_the_command_does():
    text = literal("user:*:[ab]")
    assert text.pattern(glob=True).text == "user:*:*"
    assert text.pattern().text == r"user:\*:[ab]"
    assert str(unglobbed(text)) == "user:*:*"


def test_holes_are_the_same_whatever_their_reason():
    assert concat([literal("a"), hole("one")]) == concat([literal("a"), hole("another")])
    assert Hole("x", "name") != Hole("x")


def test_a_long_text_ends_in_a_hole():
    assert concat([literal("a" * 10_000)]).parts[-1] == Hole("too long")
    assert len(concat([literal("a:"), hole("x")] * 1_000).parts) <= 65
