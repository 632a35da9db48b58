"""Splits shell text into simple commands, as far as it is plain: a crontab's line, an ECS command, a rake task's `sh`.

`A=1 cd /srv && bundle exec rake feeds:clean > /dev/null 2>&1 | logger` are three: `cd /srv`, `bundle exec ...` and
`logger`. What stands in `$(...)` is a command like the others. No variable is known, and nothing is run.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

LONGEST = 16_384  # characters that are looked at; shlex takes 10 ms for them
_PARTING = frozenset(";&|()\n")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
_KEYWORDS = frozenset(("if", "then", "else", "elif", "do", "while", "until", "!", "{", "time"))
_GROWN = re.compile(r"\\\r?\n")


def commands(text: str) -> Iterator[tuple[str, ...]]:
    """The words of each simple command, without variables set before it and without redirections.

    Text whose quotes are not closed has none.
    """
    words: list[str] = []
    skip = False
    for token in _tokens(_GROWN.sub(" ", text[:LONGEST])):
        if "<" in token or ">" in token:
            if words and words[-1].isdigit():  # `2>&1`
                words.pop()
            skip = True
        elif token and _PARTING.issuperset(token):
            yield from _command(words)
            words, skip = [], False
        elif skip:
            skip = False
        else:
            words.append(token)
    yield from _command(words)


def _tokens(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|()<>\n")
    lexer.whitespace, lexer.commenters, lexer.whitespace_split = " \t\r", "", True
    try:
        return list(lexer)
    except ValueError:  # no closing quote
        return []


def _command(words: list[str]) -> Iterator[tuple[str, ...]]:
    comment = next((place for place, word in enumerate(words) if word.startswith("#")), len(words))
    first = 0
    while first < comment and (_ASSIGNED.match(words[first]) or words[first] in _KEYWORDS):
        first += 1
    if first < comment:
        yield tuple(words[first:comment])
