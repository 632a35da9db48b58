"""Paths of routes in one form: `/users/:id`, whatever a framework writes for a parameter; `*rest` for many segments."""

from __future__ import annotations

import re

_ANGLE = re.compile(r"<(?:(\w+)(?:\([^<>]*\))?:)?(\w+)>")  # Django, Flask: <int:id>, <id>
_BRACE = re.compile(r"\{(\w+)(?::([^{}]*))?\}")  # FastAPI, Starlette, aiohttp: {id}, {path:path}
_REST = frozenset(("path",))


def plain(path: str) -> str:
    """A path of Django's `path`, Flask, FastAPI, Starlette or aiohttp."""
    path = _ANGLE.sub(lambda match: f"{'*' if match[1] in _REST else ':'}{match[2]}", path)
    return _BRACE.sub(lambda match: f"{'*' if match[2] in ('path', '.*', '.+') else ':'}{match[1]}", path)


def of_regex(pattern: str) -> str:
    """A path that a regular expression stands for; a part without a name is `:part`."""
    text = pattern.removeprefix("^").removesuffix("$").removesuffix("\\Z")
    found: list[str] = []
    place = 0
    while place < len(text):
        sign = text[place]
        if sign == "(":
            end = _closed(text, place)
            found.append(_group(text[place:end]))
            place = end + len(_counted(text, end))
        elif sign == "[" or text[place : place + 2] in (r"\d", r"\w", r"\S"):
            end = text.find("]", place + 2) + 1 if sign == "[" else place + 2
            end = end or len(text)
            found.append(":part")
            place = end + len(_counted(text, end))
        elif text[place : place + 2] in (".*", ".+"):
            found.append("*rest")
            place += 2
        elif sign == "\\":
            found.append(text[place + 1 : place + 2])
            place += 2
        else:
            found.append("" if sign in "?^$" else sign)
            place += 1
    return "".join(found)


def _group(text: str) -> str:
    """What a group stands for: a parameter, or, of one that only holds together, what is in it."""
    named = re.match(r"\(\?P<(\w+)>", text)
    if named:
        return f":{named[1]}"
    return of_regex(text[3:-1]) if text.startswith("(?:") and "|" not in text else ":part"


def _closed(text: str, start: int) -> int:
    """Where the group that opens at start ends."""
    depth, place, inside = 0, start, False
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            place += 1
        elif sign == "[":
            inside = True
        elif sign == "]":
            inside = False
        elif not inside and sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return place + 1
        place += 1
    return len(text)


def _counted(text: str, place: int) -> str:
    """How often what stands before is to come: `+`, `*?`, `{2,4}`."""
    match = re.compile(r"(?:[*+?]|\{[\d,]*\})[?+]?").match(text, place)
    return match[0] if match else ""


def whole(*parts: str) -> str:
    """Parts of a path one after the other, with one slash where two meet, and one at its beginning."""
    return re.sub(r"/{2,}", "/", "/" + "".join(parts))
