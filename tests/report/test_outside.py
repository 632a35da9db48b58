"""Nothing that came from outside survives as control character or markup, in any form."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console

from seawall.keyspace import printable
from seawall.report import Chart, print_chart, print_scan, render
from seawall.report.markdown_text import code, prose

from .pages import read
from .scans import all_from_outside, many

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;b&gt; &#60; &amp;",
    "</style></title></textarea><!-- <![CDATA[ ?>",
    "\x1b[31mred\x1b[0m\x07\x9b31m",
    "\x1b]8;;http://e\x1b\\link",
    "\u202egnp.exe\u2066\u200b\ufeff\u2028\u2029\x85",
    "a\r\nb\n\n# head\n- item\n\n    code",
    "a|b\\|c`d``e` | f",
    "[x](http://e) ![i](http://e/i) <http://e> https://e/x www.e.com a@b.c @octocat #12",
    "*a* **b** _c_ __d__ ~~e~~ ~f~ $x$ ^y^ {z} \\",
    "1. one",
    "1) one",
    "- item",
    "+ item",
    "# head",
    "> quote",
    "---",
    "===",
    "    code",
    "```",
    "| a | b |",
    "cache:key:1 :tada: :+1:",
    "[bold]x[/bold] :smile: [/]",
    "k" * 300,
    "日本語" * 40,
    "e\u0301\u0301\u0301",
    "\ud800",
    "`",
    "\\",
    "``x",
    "x\\",
)
TEXT = st.one_of(
    st.text(min_size=1),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map(" ".join),
    st.text(alphabet="`|\\<>&\"'*_[]()#@:/!~$-+=.1wx \n\x1b", min_size=1),
).filter(lambda text: bool(text.strip()) and not text.isidentifier())  # a word could be the name of an evidence field
TAME = "tame"


def hostile(test: Callable[..., None]) -> Callable[..., None]:
    """Every text of HOSTILE as an example, and then what hypothesis thinks of."""
    for text in HOSTILE:
        test = example(text=text)(test)
    return settings(deadline=None)(given(text=TEXT)(test))


def charts(text: str) -> tuple[Chart, ...]:
    return (Chart(text, text, ((text, 100.0, 1.0),)),)


def shown(text: str) -> str:
    """The text as a page shows it: printable, runs of spaces as one."""
    return " ".join(printable(text).split())


# ---- terminal -------------------------------------------------------------------------------------------------------


@hostile
@pytest.mark.parametrize("width", [None, 40, 100])
def test_terminal(text: str, width: int | None):
    page = io.StringIO()
    console = Console(
        file=page, width=width, force_terminal=width is not None, color_system="truecolor", legacy_windows=False
    )
    print_scan(all_from_outside(text), console)
    print_chart(charts(text)[0], console)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", page.getvalue())
    assert plain.replace("\n", "").isprintable()
    assert not set("".join(printable(text).split())) - set(plain)


# ---- JSON -----------------------------------------------------------------------------------------------------------


@hostile
def test_json(text: str):
    scan = all_from_outside(text)
    written = render(scan, "json")
    assert written.isascii()
    assert written.replace("\n", "").isprintable()
    assert json.loads(written) == scan.as_json()
    lines = render(scan, "jsonl")
    assert lines.count("\n") == len(lines.splitlines()) == 2
    assert lines.isascii()


# ---- Markdown -------------------------------------------------------------------------------------------------------

GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def skeleton(tokens: list[Token]) -> list[str]:
    """The blocks of a page, without what is written in them."""
    return [token.type for token in tokens]


def inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens if token.type == "inline" for child in token.children or []]


@hostile
def test_markdown(text: str):
    written = render(all_from_outside(text), "md", charts=charts(text))
    assert written.replace("\n", "").isprintable()
    tokens = GITHUB.parse(written)
    tame = GITHUB.parse(render(all_from_outside(TAME), "md", charts=charts(TAME)))
    assert skeleton(tokens) == skeleton(tame)
    assert {child.type for child in inline(tokens)} <= {"text", "text_special", "code_inline"}
    for child in inline(tokens):
        if child.type != "code_inline":
            assert not re.search(r"@|#\d|://|www\.", child.content, re.IGNORECASE)
            assert not re.search(r":(?!\d\d:)[\w+-]+:", child.content.replace(":05+00:00", ""))  # our own time


@hostile
def test_markdown_shows_what_was_said(text: str):
    (said,) = inline(GITHUB.parse(f"x {code(text)}"))[1:]
    assert said.content == printable(text).replace("`", r"\x60").replace("|", r"\x7c").strip()
    read_back = "".join(child.content for child in inline(GITHUB.parse(prose(text))))
    in_code = printable(text).replace("`", r"\x60").replace("|", r"\x7c")
    assert read_back.replace("`", r"\x60").replace("|", r"\x7c").split() == in_code.split()


# ---- HTML -----------------------------------------------------------------------------------------------------------


@hostile
def test_html(text: str):
    written = render(all_from_outside(text), "html", charts=charts(text))
    assert written.replace("\n", "").isprintable()
    page = read(written)
    tame = read(render(all_from_outside(TAME), "html", charts=charts(TAME)))
    assert page.tags == tame.tags
    assert [a[:2] for a in page.attributes] == [a[:2] for a in tame.attributes]
    assert [a for a in page.attributes if a[1] in {"href", "id"}] == [
        a for a in tame.attributes if a[1] in {"href", "id"}
    ]
    assert page.strange == []
    assert page.left_open == []
    assert shown(text) in page.lines  # the chart's label, alone on its line


def test_sixty_findings_in_every_form():
    scan = many(60)
    for form in ("json", "jsonl", "md", "html"):
        written = render(scan, form)
        assert "key:0:*" in written
        assert "key:59:*" in written
