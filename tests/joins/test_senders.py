"""Which call sites can have sent an entry: pattern first, then command, library and confidence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.calls.facts.sites import Site
from seawall.joins.facts.asked import Asked, asked_for
from seawall.joins.facts.senders import language, senders
from seawall.keyspace import Key, KeyPattern

from .sites import site

WORDS = st.text("abc:", min_size=1, max_size=5)
PARTS = st.lists(st.one_of(WORDS, st.none()), min_size=1, max_size=5)
GAPS = st.text("xyz0189", min_size=1, max_size=4)


def lines(asked: Asked, *sites_: Site) -> list[int]:
    return [sender.site.line for sender in senders(sites_, asked)]


@given(PARTS, st.data())
def test_a_key_made_from_a_pattern_finds_its_site(parts: list[str | None], data: st.DataObject) -> None:
    pattern = KeyPattern.of(part.encode() if part is not None else None for part in parts).text
    key = "".join(part if part is not None else data.draw(GAPS) for part in parts)
    assert lines(asked_for(key.encode(), "get"), site(pattern, line=7)) == [7]
    assert lines(asked_for(key.encode()), site(pattern, line=7)) == [7]


@given(PARTS, st.data())
def test_a_key_that_the_server_cut_is_matched_by_its_beginning(parts: list[str | None], data: st.DataObject) -> None:
    pattern = KeyPattern.of(part.encode() if part is not None else None for part in parts).text
    key = "".join(part if part is not None else data.draw(GAPS) for part in parts).encode()
    kept = data.draw(st.integers(1, len(key)))
    assert lines(asked_for(key[:kept], "get", cut=True), site(pattern, line=7)) == [7]


@given(st.permutations([("feed:*", 1), ("feed:home:*", 2), ("feed:home:*:reblogs", 3), ("*", 4), ("user:*", 5)]))
def test_the_more_of_a_pattern_is_literal_the_earlier_it_comes(order: list[tuple[str, int]]) -> None:
    found = lines(asked_for(b"feed:home:42:reblogs", "get"), *(site(pattern, line=line) for pattern, line in order))
    assert found == [3, 2, 1]


def test_a_site_of_the_command_comes_alone_where_there_is_one() -> None:
    sites = (site("user:*", "get", line=1), site("user:*:name", "hget", line=2))
    assert lines(asked_for(b"user:1:name", "GET"), *sites) == [1]
    (other,) = senders(sites[1:], asked_for(b"user:1:name", "GET"))
    assert other.reason == "sends HGET, not GET; its key is user:*:name"


def test_a_pattern_of_nothing_but_gaps_is_named_only_where_nothing_else_fits() -> None:
    sites = (site("*", line=1), site("*:*", line=2), site("user:*", line=3))
    assert lines(asked_for(b"user:1", "get"), *sites) == [3]
    assert lines(asked_for(b"cart-1", "get"), *sites) == [1]


def test_the_pattern_of_keys_is_compared_with_that_of_a_group() -> None:
    sites = (site("feed:*:*", "zrange", line=1), site("feed:home:*", "zrange", line=2))
    group = Asked(KeyPattern.parse("feed:*:*"), command="zrange")
    assert lines(group, *sites) == [1, 2]  # the second sends to some of them only
    assert lines(Asked(KeyPattern.parse("feed:home:*"), command="zrange"), *sites) == [2, 1]


def test_all_keys_of_a_group_have_to_fit() -> None:
    keys = (Key(b"feed:home:1"), Key(b"feed:list:2"))
    sites = (site("feed:home:*", line=1), site("feed:*:*", line=2))
    assert lines(Asked(KeyPattern.parse("feed:*:*"), keys, "get"), *sites) == [2]


def test_what_keys_and_scan_are_asked_for_is_a_pattern() -> None:
    sites = (site("query_job:*", "keys", line=1), site("query_job:1", "get", line=2))
    assert lines(asked_for(b"query_job:*", "KEYS"), *sites) == [1]
    assert lines(asked_for(b"query_job:*"), *sites)[0] == 1


def test_python_traffic_is_never_laid_to_lines_of_ruby() -> None:
    sites = (site("user:*", path="app/user.rb", line=1), site("user:*", path="shop/user.py", line=2))
    asked = asked_for(b"user:1", "get")
    assert len(lines(asked, *sites)) == 2
    known = Asked(asked.pattern, asked.keys, "get", libraries=("redis-py(celery_v5)",))
    assert lines(known, *sites) == [2]
    assert [language(p) for p in ("a/b.py", "Rakefile", "lib/tasks/x.rake", "a.tsx")] == [
        "python",
        "ruby",
        "ruby",
        "javascript",
    ]


def test_a_command_without_a_key_is_joined_to_sites_without_one() -> None:
    sites = (
        site(None, "flushall", line=1),
        site(None, "flushall", line=2, wrapper=True),
        site("a", "flushall", line=3),
    )
    assert lines(Asked(None, command="flushall"), *sites) == [1]


def test_where_nothing_of_the_keys_is_known_three_may_be_named_and_no_more() -> None:
    asked = Asked(KeyPattern.parse("*"), command="get")
    assert lines(asked, *(site(f"a{n}:*", line=n) for n in range(1, 4))) == [1, 2, 3]
    assert lines(asked, *(site(f"a{n}:*", line=n) for n in range(1, 5))) == []
