"""The commands of redis-cli and valkey-cli in shell text: `redis-cli --scan --pattern 'a:*' | xargs redis-cli del`.

Text is split into simple commands as a shell does, as far as it is plain; nothing is known of variables, and nothing is
run. What only names the program (`echo redis-cli`, `which redis-cli`) sends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PROGRAMS = ("redis-cli", "valkey-cli")
VARIES = "\ufffc"  # a word, or a part of one, that the text does not tell
LONGEST = 16_384  # characters of one text that are looked at
NESTED = 3  # texts inside each other: `ssh cache "sh -c 'redis-cli flushall'"`
_TOKEN = re.compile(
    r"(?P<grown>\\\r?\n)|(?P<space>[ \t\r]+)|(?P<part>[;&|()\n]+)|(?P<redirect>\d*[<>]+&?\d*)"
    r"|(?P<word>(?:\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|[^\s;&|()<>'\"\\])+)|.",
    re.DOTALL,
)
_QUOTED = re.compile(r"\\(.)|'([^']*)'|\"((?:\\.|[^\"\\])*)\"", re.DOTALL)
_VARIABLE = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)?|\$[\w@*#?]+|`[^`]*`?")
_SAYS = frozenset(("echo", "printf", "cat", "#"))
_NAMES = _SAYS | {
    "which", "command", "type", "hash", "man", "apt", "apt-get", "apk", "yum", "dnf", "brew", "pip", "gem", "grep",
    "pgrep", "pkill", "killall", "ls", "test", "[", "[[", "ln", "cp", "mv", "rm", "chmod", "whereis",
}  # fmt: skip
# Options of redis-cli that take a value.
_VALUED = frozenset(
    ("-h", "-p", "-s", "-a", "-u", "-r", "-i", "-n", "-d", "-D", "-t", "-X", "--user", "--pass", "--cacert",
     "--cacertdir", "--cert", "--key", "--sni", "--tls-ciphers", "--tls-ciphersuites", "--pipe-timeout", "--count",
     "--rdb", "--functions-rdb", "--eval", "--intrinsic-latency", "--lru-test", "--memkeys-samples", "--show-pushes",
     "--keystats-samples", "--cursor", "--top", "--cluster", "--pattern", "--quoted-pattern")
)  # fmt: skip
_WALKS = frozenset(("--scan", "--bigkeys", "--memkeys", "--hotkeys", "--keystats"))


@dataclass(frozen=True, slots=True)
class Line:
    """A command that is sent: its words, VARIES where the text does not tell. fits: its key is one that fits this."""

    words: tuple[str, ...]
    fits: str | None = None


def sent(text: str, depth: int = 0) -> Iterator[Line]:
    """What the text sends by redis-cli, in order."""
    said: tuple[str, ...] = ()
    listed: str | None = None
    for words in simple(text):
        for line in sent_by(words, said, listed, depth):
            yield line
            listed = _pattern(line) or listed
        said = words[1:] if words[0] == "echo" else ()


def sent_by(
    words: Sequence[str], said: tuple[str, ...] = (), listed: str | None = None, depth: int = 0
) -> Iterator[Line]:
    """What one simple command sends. said: by the `echo` before it. listed: the pattern of keys listed before it."""
    place = next((i for i, word in enumerate(words) if word.rsplit("/", 1)[-1] in PROGRAMS), -1)
    if not words or words[0] in _NAMES:
        return
    if place < 0:
        inner = [word for word in words[1:] if any(p in word for p in PROGRAMS) and any(c.isspace() for c in word)]
        for word in inner if depth < NESTED else ():
            yield from sent(word, depth + 1)
        return
    options, rest = _options(words[place + 1 :])
    if not _WALKS.isdisjoint(options):
        pattern = options.get("--pattern", options.get("--quoted-pattern"))
        yield Line(("scan", "MATCH", pattern) if pattern else ("scan",))
    elif "xargs" in words[:place] and rest:
        yield Line((*rest, VARIES), listed)
    elif rest:
        yield Line((*rest, VARIES) if "-x" in options else tuple(rest))
    elif said:
        yield Line(tuple(word for each in said for word in each.split()))


def simple(text: str) -> Iterator[tuple[str, ...]]:
    """The words of each simple command, without variables set ahead of it and without redirections."""
    words: list[str] = []
    skips = False
    for token in _TOKEN.finditer(text[:LONGEST]):
        kind = token.lastgroup
        if kind == "part":
            yield from _without_ahead(words)
            words, skips = [], False
        elif kind == "redirect":
            skips = not token[0][-1].isdigit()
        elif kind == "word":
            if not skips:
                words.append(_VARIABLE.sub(VARIES, _QUOTED.sub(_bare, token[0])))
            skips = False
    yield from _without_ahead(words)


def _bare(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "")


def _without_ahead(words: list[str]) -> Iterator[tuple[str, ...]]:
    ahead = ("if", "then", "else", "elif", "do", "while", "until", "!", "{", "time")
    first = 0
    while first < len(words) and (words[first] in ahead or re.match(r"[A-Za-z_]\w*=", words[first])):
        first += 1
    if first < len(words):
        yield tuple(words[first:])


def _options(words: Sequence[str]) -> tuple[dict[str, str], Sequence[str]]:
    """The options of redis-cli with their values, and the words of the command behind them."""
    found: dict[str, str] = {}
    place = 0
    while place < len(words) and words[place].startswith("-"):
        option = words[place]
        valued = option in _VALUED and place + 1 < len(words)
        found[option] = words[place + 1] if valued else ""
        place += 2 if valued else 1
    return found, words[place:]


def _pattern(line: Line) -> str | None:
    lists = (line.words[0].lower(), len(line.words)) in (("keys", 2), ("scan", 3))
    return line.words[-1] if lists else None
