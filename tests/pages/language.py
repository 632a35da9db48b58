"""The page language: what the Bad and Good blocks of a rule page say.

A ```redis block is what one would type in redis-cli, line by line:

    SMEMBERS drivers:online                 a command; quotes as in redis-cli
    5 SMEMBERS drivers:online               five times, as redis-cli does it
    SADD drivers:online {2000 members}      many arguments, see below

A line that begins with `#` and a small letter is set-up or a wait; one that begins with `# ` and a capital is a remark
for the reader. They run in their order. Set-up stands before the first command; then the slow log, the latency events
and the counters are emptied, so that set-up is never part of what is judged.

    # servers redis 7, valkey 9             only there; without it on every server. `redis` alone is every Redis
    # set lazyfree-lazy-user-del no         CONFIG SET, undone after the block
    # seed set drivers:online 20000         a set (zset, hash, list, stream, geo) of 20,000 elements
    # seed string report:today 1000000      a string of that many bytes
    # seed keys session: 5000               5,000 small strings: session:1, session:2, ...
    # expire report:today                   it has expired, and nothing has touched it since
    # until DBSIZE is 0                     after the commands: wait until the reply is this (`has`: contains this)

Many arguments in one word; `{1001-2000 members}` goes on where `{1000 members}` ended:

    {N members}     m1 m2 ...               {N pairs}       f1 v1 f2 v2 ...
    {N fields}      f1 f2 ...               {N scored}      1 m1 2 m2 ...
    {N keys user:}  user:1 user:2 ...       {N places}      longitude latitude m1 ...
    {N values user:}  user:1 v1 user:2 v2 ...     {N bytes}  one argument of N bytes

What is seeded has the same names: members `m1 ...`, fields `f1 ...`.

The slow log's threshold is 0 unless a block sets it. A Bad block must make the page's rule speak; a Good block must
leave it silent, and no finding may blame a command. A page has one block of each at least; what only some servers do
stands in a block with `# servers`.

An ```info block holds lines of INFO instead, for what no test can provoke (a fork of 10 ms takes gigabytes). The
collector's parser reads them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

HEADINGS = ("What it does", "Why it hurts", "Bad", "Good", "When it is fine", "Fix safety", "References")
SEEDS = ("set", "zset", "hash", "list", "stream", "geo", "string", "keys")

_FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_MANY = re.compile(r"\{(?:(?P<first>\d+)-)?(?P<last>\d+) (?P<noun>[a-z]+)(?: (?P<prefix>[^\s{}]+))?\}")
_WORD_OF_MANY = re.compile(r"\x00(\d+)\x00")

Words = tuple[str, ...]


class PageError(Exception):
    """A page that does not speak the language."""


@dataclass(frozen=True)
class Step:
    """One line of a block. `verb` is `send` for a command, else the directive; `words` are its arguments."""

    verb: str
    words: Words


@dataclass(frozen=True)
class Block:
    """A fenced block of a page. section: Bad or Good. servers: (product, major version or 0); none means all."""

    section: str
    language: str
    text: str
    setup: tuple[Step, ...] = ()
    steps: tuple[Step, ...] = ()
    servers: tuple[tuple[str, int], ...] = field(default=())

    def fits(self, product: str, version: str) -> bool:
        """Whether it is for this server: `fits("Redis", "7.0.15")`."""
        mine = (product.lower(), int(version.split(".")[0]))
        return not self.servers or any(mine == (name, major or mine[1]) for name, major in self.servers)


def place(number: int) -> tuple[str, str]:
    """Longitude and latitude of the member of this number: all over the inhabited Earth, no two alike."""
    return f"{(number * 7.13) % 340 - 170:.6f}", f"{(number * 3.77) % 120 - 55:.6f}"


NOUNS: dict[str, Callable[[int, str], Words]] = {
    "members": lambda n, _: (f"m{n}",),
    "fields": lambda n, _: (f"f{n}",),
    "pairs": lambda n, _: (f"f{n}", f"v{n}"),
    "scored": lambda n, _: (f"{n}", f"m{n}"),
    "places": lambda n, _: (*place(n), f"m{n}"),
    "keys": lambda n, prefix: (f"{prefix}{n}",),
    "values": lambda n, prefix: (f"{prefix}{n}", f"v{n}"),
}


def many(noun: str, first: int, last: int, prefix: str = "") -> Words:
    """What `{first-last noun prefix}` stands for."""
    if noun == "bytes":
        return ("x" * last,)
    return tuple(word for n in range(first, last + 1) for word in NOUNS[noun](n, prefix))


def words_of(line: str) -> Words:
    """The words of a command line, with `{N members}` and its like written out."""
    found: list[re.Match[str]] = []

    def mark(match: re.Match[str]) -> str:
        if match["noun"] not in (*NOUNS, "bytes"):
            raise PageError(f"{match[0]}: known are {', '.join((*NOUNS, 'bytes'))}")
        found.append(match)
        return f"\0{len(found) - 1}\0"

    words: list[str] = []
    for word in shlex.split(_MANY.sub(mark, line)):
        whole = _WORD_OF_MANY.fullmatch(word)
        if whole:
            match = found[int(whole[1])]
            words += many(match["noun"], int(match["first"] or 1), int(match["last"]), match["prefix"] or "")
        else:
            words.append(word)
    return tuple(words)


def blocks(page: str) -> Iterator[Block]:
    """The ```redis and ```info blocks of a page's Bad and Good sections."""
    for section in ("Bad", "Good"):
        text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
        for match in _FENCE.finditer(text):
            if match["language"] == "redis":
                yield read_block(section, match["body"])
            elif match["language"] == "info":
                yield Block(section, "info", match["body"])


def read_block(section: str, text: str) -> Block:
    """A ```redis block, read. Raises PageError for a directive that does not exist or stands in the wrong place."""
    setup: list[Step] = []
    steps: list[Step] = []
    servers: tuple[tuple[str, int], ...] = ()
    for line in filter(None, (raw.strip() for raw in text.splitlines())):
        if not line.startswith("#"):
            steps += _commands(words_of(line))
            continue
        directive = line.lstrip("# ")
        if not directive or directive[0].isupper():
            continue
        verb, *words = shlex.split(directive)
        if verb == "servers":
            servers = tuple(_server(name) for name in " ".join(words).split(","))
        elif verb == "until" and steps and {"is", "has"} & set(words):
            steps.append(Step(verb, tuple(words)))
        elif not steps and _is_setup(verb, words):
            setup.append(Step(verb, tuple(words)))
        else:
            raise PageError(f"unknown, incomplete or misplaced: {line}")
    if not steps:
        raise PageError("a block without a command")
    return Block(section, "redis", text, tuple(setup), tuple(steps), servers)


def _commands(words: Words) -> list[Step]:
    if words[0].isdigit():
        return [Step("send", words[1:])] * int(words[0])
    return [Step("send", words)]


def _server(text: str) -> tuple[str, int]:
    name, _, major = text.strip().partition(" ")
    if name not in ("redis", "valkey") or not (major or "0").isdigit():
        raise PageError(f"# servers {text}: write `redis 7` or `valkey 9`")
    return name, int(major or 0)


def _is_setup(verb: str, words: Sequence[str]) -> bool:
    if verb == "seed":
        return len(words) == 3 and words[0] in SEEDS and words[2].isdigit()
    return (verb == "set" and len(words) == 2) or (verb == "expire" and len(words) == 1)
