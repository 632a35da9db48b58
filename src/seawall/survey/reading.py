"""From a text to the values that its lines set: dotenv, YAML, TOML, JSON, INI, properties, Ruby, compose files. Pure.

Line by line and without the parsers of those formats: a place is wanted for every value, half of these files are
templates that no parser takes, and what is looked for are hosts. The keys down to a value are told by indentation and
by `[section]` headers. A value over several lines is read as its lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from seawall.survey.found import Kind, Value

LONGEST = 8192  # characters of a line; a longer one is data, or minified JSON, which is unfolded first
_DEEPEST = 24  # keys down to a value
_SPAN = 4  # lines from a `name:` to its `value:`

_KEY = re.compile(
    r"""(?P<indent>\s*(?:(?:-|export|ENV|ARG)\s+)*:?)(?P<quote>["']?)(?P<key>[A-Za-z_][\w.-]{0,63})(?P=quote)"""
    r"""\s*(?:=>|:=|=|:(?![/:]))\s*(?P<text>.*)"""
)
_DOCKER = re.compile(r"(?P<indent>\s*ENV\s+)(?P<quote>)(?P<key>[A-Za-z_]\w{0,63})\s+(?P<text>.*)")
_SECTION = re.compile(r"\s*\[\[?\s*([\w.\" -]{1,64}?)\s*\]\]?\s*(?:[#;].*)?")
_COMMENT = re.compile(r"\s*(?:#|//|;|--|\*|/\*|<!--)")
_OPENS = re.compile(r"(?:&\S+\s*)?(?:[{\[(|>][-+]?|do|)\s*(?:#.*)?")
_INSIDE = re.compile(
    r"""\b(?P<key>host|hostname|address|port)["']?\s*(?:=>|:|=)\s*["']?(?P<text>[\w.-]{1,253})["']?""", re.IGNORECASE
)
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?::?-|:(?![?+]))(?P<default>[^{}]*))?\}|\$(?P<plain>[A-Za-z_]\w*)")


def values(text: str, kind: Kind) -> tuple[list[Value], list[int]]:
    """What the lines of a text set, and the numbers of the lines that are too long to be read."""
    if kind is Kind.DOTENV:
        return _dotenv(text)
    lines, unfolded = _lines(text)
    found: list[Value] = []
    long: list[int] = []
    keys = _Keys()
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST:
            long.append(number)
        elif line and not line.isspace() and not _COMMENT.match(line):
            at = 1 if unfolded else number
            if kind is Kind.CODE:
                found.append(Value("", line, at))
            else:
                found += keys.read(line.replace("\\/", "/"), at)
    return found, long


def environment(variables: Mapping[str, str]) -> list[Value]:
    """The variables of an environment, by name."""
    return [Value(name, text, 0) for name, text in sorted(variables.items()) if len(text) <= LONGEST]


def _lines(text: str) -> tuple[list[str], bool]:
    """The lines, and whether they are those of JSON that stood in one: then every place is its first line."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) <= 3 and len(text) > 80 and text.lstrip()[:1] in ("{", "["):
        try:
            return json.dumps(json.loads(text), indent=1, ensure_ascii=False).split("\n"), True
        except (ValueError, RecursionError):
            pass
    return lines, False


class _Keys:
    """The keys down to the line at hand."""

    def __init__(self) -> None:
        self._section = ""
        self._stack: list[tuple[int, str]] = []
        self._named: tuple[int, int, str] | None = None  # of `name: X`: its column, its line, X

    def read(self, line: str, number: int) -> Iterator[Value]:
        """What this line sets, and its `host` and `port` in braces as values of their own."""
        section = _SECTION.fullmatch(line)
        if section:
            self._section, self._stack = section[1].replace('"', ""), []
            return
        match = _KEY.match(line) or _DOCKER.match(line)
        if match is None:
            yield Value("", line, number)
            return
        key, text, column = match["key"], match["text"], len(match["indent"])
        while self._stack and self._stack[-1][0] >= column:
            self._stack.pop()
        if key.lower() in ("name", "key"):
            self._named = (column, number, bare(text))
        elif key.lower() == "value" and self._named is not None:
            at, named_on, name = self._named
            if at == column and number - named_on <= _SPAN and re.fullmatch(r"[A-Za-z_][\w.-]{0,63}", name):
                key = name
                yield Value(key, text, number)
                return
        path = ".".join([*filter(None, [self._section]), *(k for _, k in self._stack), key])
        if _OPENS.fullmatch(text) and len(self._stack) < _DEEPEST:
            self._stack.append((column, key))
            return
        yield Value(path, text, number)
        if text[:1] in "{[(" or "(" in text:
            for inside in _INSIDE.finditer(text):
                yield Value(f"{path}.{inside['key'].lower()}", inside["text"], number)


def bare(text: str) -> str:
    """The value of a line without its quotes, its comma and the comment behind it."""
    text = text.strip().removesuffix(",").rstrip()
    quote = text[:1]
    if quote in ("'", '"') and text.find(quote, 1) > 0:
        return text[1 : text.find(quote, 1)]
    return re.split(r"\s#", text, maxsplit=1)[0].rstrip(" ,;)}]")


def _dotenv(text: str) -> tuple[list[Value], list[int]]:
    """The lines of a dotenv file, variables that the file itself sets put in; those in single quotes are not."""
    known: dict[str, str] = {}
    found: list[Value] = []
    long: list[int] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if len(line) > LONGEST:
            long.append(number)
            continue
        match = None if _COMMENT.match(line) else _KEY.match(line)
        if match is None:
            continue
        value = match["text"].strip()
        if not value.startswith("'"):
            value = expanded(value, known)
        known[match["key"]] = bare(value)[:1024]  # so that no chain of variables grows
        found.append(Value(match["key"], value[:LONGEST], number))
    return found, long


def expanded(text: str, known: Mapping[str, str]) -> str:
    """The text with `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:default}` put in; what nobody knows stays."""

    def put(match: re.Match[str]) -> str:
        value = known.get(match["name"] or match["plain"])
        return value or (match["default"] if match["default"] is not None else match[0])

    return _VARIABLE.sub(put, text)[: 2 * LONGEST] if "$" in text else text
