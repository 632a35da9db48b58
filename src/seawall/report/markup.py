"""HTML by elements: text is escaped unless its type says that it is HTML already, so nothing slips through.

Limits: the one void element is `meta`; attribute names are the caller's own, their values may come from outside.
"""

from __future__ import annotations

from html import escape

from seawall.keyspace import printable


class Html(str):
    """Text that is HTML; made by `element` and `joined`, and by hand only from a constant."""

    __slots__ = ()


def text(outside: str) -> Html:
    """The text with control characters made visible and markup escaped; good in an attribute too."""
    return outside if isinstance(outside, Html) else Html(escape(printable(outside), quote=True))


def joined(*parts: str) -> Html:
    """The parts one after the other, each escaped unless it is Html."""
    return Html("".join(text(part) for part in parts))


def element(name: str, /, *inside: str, **attributes: str) -> Html:
    """An element around its parts. `class_` is the class; `_` in a name is `-`; an empty value leaves it out."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"' for key, value in attributes.items() if value
    )
    if name == "meta":
        return Html(f"<{name}{pairs}>")
    return Html(f"<{name}{pairs}>{joined(*inside)}</{name}>")
