"""Every rule page is a test: its Bad blocks make the rule speak on real servers, its Good blocks leave it silent.

The language of the blocks is described in `tests/pages/language.py`, how they are run in `tests/pages/bench.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seawall import lab, rulebook

from .pages import code
from .pages import templates as schedules
from .pages.bench import Bench, bench, complaints
from .pages.estates import estates, findings
from .pages.language import HEADINGS, Block, PageError, blocks, read_block, words_of

OTHERS = [pytest.param(name, marks=pytest.mark.prove) for name in ("Redis 6.2", "Redis 8")]
EVERY = rulebook.all_rules()
NODES = [r for r in EVERY if r.room == "nodes"]
VENDORS = [r for r in EVERY if r.room == "vendors"]
SCHEDULES = [r for r in EVERY if r.room == "schedules"]
CALLS = [r for r in EVERY if r.room == "calls"]


def ids(rule: rulebook.Rule) -> str:
    return f"{rule.code}-{rule.name}"


@pytest.fixture(scope="module", params=["Redis 7", "Valkey 9", *OTHERS])
def server(request: pytest.FixtureRequest, find_server: Callable[[str], lab.Binary]) -> Iterator[Bench]:
    """One process for all pages; between two blocks it is as it was at its start."""
    with bench(find_server(request.param)) as ready:
        yield ready


@pytest.fixture(scope="module")
def any_server() -> Iterator[Bench]:
    """The server that the demo would use, for the tests of the harness itself."""
    with bench(lab.find_binary()) as ready:
        yield ready


def judge(server: Bench, code: str, page: Iterator[Block]) -> list[str]:
    """What is wrong with the blocks of a page, as this server shows it."""
    binary = server.server.binary
    found: list[str] = []
    for block in page:
        if block.fits(binary.name, binary.version):
            wrong = complaints(code, block.section, server.findings(block))
            found += [f"{block.section} on {binary}: {text}\n{block.text}" for text in wrong]
    return found


# --- the pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", NODES, ids=ids)
def test_the_page_does_as_it_says(server: Bench, rule: rulebook.Rule):
    wrong = judge(server, rule.code, blocks(rule.page))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("rule", VENDORS, ids=ids)
def test_the_page_does_as_it_says_of_an_estate(rule: rulebook.Rule, tmp_path: Path):
    page = list(estates(rule.page))
    assert {b.section for b in page} == {"Bad", "Good"}
    for block in page:
        spoken = [f.rule for f in findings(block, tmp_path)]
        assert set(spoken) == ({rule.code} if block.section == "Bad" else set()), block.text


@pytest.mark.parametrize("rule", SCHEDULES, ids=ids)
def test_the_page_does_as_it_says_of_a_template(rule: rulebook.Rule, tmp_path: Path):
    page = list(schedules.templates(rule.page))
    assert {b.section for b in page} == {"Bad", "Good"}
    for block in page:
        spoken = [f.rule for f in schedules.findings(block, tmp_path)]
        assert set(spoken) == ({rule.code} if block.section == "Bad" else set()), block.text


@pytest.mark.parametrize("rule", CALLS, ids=ids)
def test_the_page_does_as_it_says_of_code(rule: rulebook.Rule):
    page = list(code.files(rule.page))
    assert {b.section for b in page} == {"Bad", "Good"}
    for block in page:
        spoken = [f.rule for f in code.findings(block)]
        assert set(spoken) == ({rule.code} if block.section == "Bad" else set()), block.text


@pytest.mark.parametrize("rule", EVERY, ids=ids)
def test_the_page_has_its_form(rule: rulebook.Rule):
    title, _, rest = rule.page.partition("\n")
    assert title == f"# {rule.code} {rule.name}"
    sentence = rest.partition("\n## ")[0].strip()
    assert re.fullmatch(r"[A-Z][^\n]*\.", sentence.replace("\n", " ")), "one sentence under the title"
    assert tuple(re.findall(r"^## (.+)$", rule.page, re.MULTILINE)) == HEADINGS
    for heading in HEADINGS:
        section = rule.page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        assert section.strip(), f"{heading} is empty"


@pytest.mark.parametrize("rule", NODES, ids=ids)
def test_every_server_has_a_good_block_and_some_server_a_bad_one(rule: rulebook.Rule):
    page = list(blocks(rule.page))
    assert any(b.section == "Bad" for b in page)
    for product, version in (("Redis", "6.2.14"), ("Redis", "7.0.15"), ("Redis", "8.2.3"), ("Valkey", "9.1.2")):
        assert any(b.section == "Good" and b.fits(product, version) for b in page), f"{product} {version}"


# --- the harness can fail ---------------------------------------------------------------------------------------------

HARMLESS = """
## Bad
```redis
# seed keys session: 20
SCAN 0 MATCH session:* COUNT 10
```

## Good
```redis
# seed keys session: 2000
KEYS session:*
```

## When it is fine
"""


def test_a_harmless_bad_block_and_a_harmful_good_block_are_reported(any_server: Bench):
    bad, good = judge(any_server, "SW105", blocks(HARMLESS))
    assert "SW105 is silent; spoken have: none" in bad
    assert "SW105: KEYS walks 2,000 keys for session:*" in good


def test_a_good_block_that_another_rule_blames_is_reported(any_server: Bench):
    (wrong,) = judge(any_server, "SW106", (b for b in blocks(HARMLESS) if b.section == "Good"))
    assert "SW105" in wrong


def test_a_command_that_fails_is_reported(any_server: Bench):
    with pytest.raises(AssertionError, match="GET drivers: WRONGTYPE"):
        any_server.findings(read_block("Bad", "# seed set drivers 3\nGET drivers"))


def test_a_command_that_fails_in_a_transaction_is_reported(any_server: Bench):
    with pytest.raises(AssertionError, match="EXEC: WRONGTYPE"):
        any_server.findings(read_block("Bad", "# seed set drivers 3\nMULTI\nGET drivers\nEXEC"))


def test_a_block_leaves_nothing_behind(any_server: Bench):
    text = "# set slowlog-log-slower-than 10000\n# set slowlog-max-len 4\nSET driver:17 on\nCONFIG SET maxmemory 100mb"
    assert "SW130" in {f.rule for f in any_server.findings(read_block("Bad", text))}
    assert "SW130" not in {f.rule for f in any_server.findings(read_block("Good", "GET driver:17"))}
    facts = any_server.facts()
    assert not facts.server.databases
    assert (facts.server.ring, facts.server.config["maxmemory"]) == (128, "0")


def test_facts_of_info_are_read_as_the_collector_reads_them(any_server: Bench):
    (block,) = blocks("\n## Bad\n```info\nlatest_fork_usec:48210\n```\n\n## Good\n")
    assert [f.rule for f in any_server.findings(block)] == ["SW140"]


def test_an_estate_that_does_not_do_as_the_page_says_is_seen(tmp_path: Path):
    page = next(r for r in VENDORS if r.code == "SW607").page.replace('deputy = "ada"', 'deputy = "ben"')
    (bad, good) = estates(page)
    assert findings(bad, tmp_path) == []
    assert findings(good, tmp_path) == []
    with pytest.raises(PageError, match="directive"):
        findings(Block("Bad", "toml", good.text.replace("# now", "# then")), tmp_path)


# --- the language -----------------------------------------------------------------------------------------------------


def test_many_arguments_in_one_word():
    assert words_of("SADD s {2 members}") == ("SADD", "s", "m1", "m2")
    assert words_of("HSET h {2-3 pairs}") == ("HSET", "h", "f2", "v2", "f3", "v3")
    assert words_of("MSET {2 values user:}") == ("MSET", "user:1", "v1", "user:2", "v2")
    assert words_of("SET report {5 bytes}") == ("SET", "report", "xxxxx")
    assert words_of("""EVAL "return {1, KEYS[1]}" 1 'a b'""") == ("EVAL", "return {1, KEYS[1]}", "1", "a b")


def test_a_block_is_read_in_its_order():
    text = "# Valkey 9 only\n# servers valkey 9, redis\n# set maxmemory 1\n3 PING\n# until DBSIZE is 0\nPING"
    block = read_block("Bad", text)
    assert [s.words for s in block.setup] == [("maxmemory", "1")]
    assert [s.verb for s in block.steps] == ["send"] * 3 + ["until", "send"]
    assert block.fits("Valkey", "9.1.2")
    assert block.fits("Redis", "6.2.14")
    assert not block.fits("Valkey", "8.1.8")


@pytest.mark.parametrize(
    "text",
    [
        "# sed keys session: 20\nPING",  # no such directive
        "# seed keys session:\nPING",  # how many
        "# seed table session: 20\nPING",  # no such type
        "PING\n# set maxmemory 1",  # set-up after a command
        "# until DBSIZE is 0\nPING",  # a wait before one
        "# servers keydb 6\nPING",
        "# set maxmemory 1",  # no command
        "SADD s {2 drivers}",  # no such noun
        'SET s "open',
    ],
)
def test_what_is_not_the_language_is_refused(text: str):
    with pytest.raises((PageError, ValueError)):
        read_block("Bad", text)
