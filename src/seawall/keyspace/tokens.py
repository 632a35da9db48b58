"""A key as tokens: literals, delimiters, and the parts that vary by their looks alone (numbers, ids, e-mails, ...)."""

from __future__ import annotations

import re

Token = bytes | None  # a literal, or None for a part that varies

# What varies by its looks alone. Order matters: an e-mail before the words in it, a date before its numbers.
_VARIES = re.compile(
    rb"""(?<![0-9A-Za-z])(?:
      [A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}              # e-mail
    | [0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}                           # uuid
    | eyJ[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]*){1,2}                                  # JSON web token
    | (?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2} | (?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}        # MAC, IPv6
    | \d{4}-W\d{2}(?:-\d)?                                                           # week
    | \d{4}[-_/.]\d{2}(?:[-_/.]\d{2}(?:[-_T\x20.]\d{2}(?::?\d{2}){0,2}(?:\.\d+)?
        (?:Z|[+-]\d{2}:?\d{2})?)?)?                                                   # month, date, hour, instant
    | \d{1,3}(?:\.\d{1,3}){3}                                                        # IPv4
    | (?:0x)?(?=[A-Fa-f]*\d)[0-9A-Fa-f]{6,}                                          # hexadecimal
    | [+-]?\d+(?:\.\d+)?                                                             # number, telephone
    | (?=(?:[A-Za-z]*\d){3})(?=\d*[A-Za-z])(?![A-Za-z]+\d+(?![0-9A-Za-z]))[0-9A-Za-z]{14,}      # ulid, token
    | (?=[A-Za-z_-]*\d)(?=[0-9a-z_-]*[A-Z])(?=(?:[0-9A-Za-z_-]*?(?:[a-z][0-9A-Z]|[A-Z][0-9]|[0-9][A-Za-z])){3})
        [0-9A-Za-z_-]{16,}={0,2}                                                      # base64
    )(?![0-9A-Za-z])""",
    re.VERBOSE,
)
STRONG = re.compile(rb"([:/|.#,;=@ &?{}\[\]()<>]+)")
_STRONG_BYTES = frozenset(b":/|.#,;=@ &?{}[]()<>")
_WEAK = re.compile(rb"([_-]+)")
WORD = re.compile(rb"[^:/|.#,;=@ &?{}\[\]()<>_-]")


def tokenize(name: bytes) -> tuple[Token, ...]:
    """Literals, delimiters (at odd places of a split) and None where the looks say that a part varies."""
    tokens: list[Token] = []
    end = 0
    for match in _VARIES.finditer(name):
        tokens.extend(_split(name[end : match.start()]))
        tokens.append(None)
        end = match.end()
    tokens.extend(_split(name[end:]))
    return tuple(tokens)


def _split(text: bytes) -> list[bytes]:
    delimiter = STRONG if STRONG.search(text) else _WEAK
    return [t for t in delimiter.split(text) if t]


def is_word(token: Token) -> bool:
    """A literal that is no delimiter; a token is one to its end if it begins as one."""
    return token is not None and bool(token.strip(b"_-")) and token[0] not in _STRONG_BYTES
