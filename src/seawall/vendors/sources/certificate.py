"""The end of an X.509 certificate out of its DER form, which Python shows only of certificates that it trusts.

    Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { version [0]?, serial, signature, issuer, validity, ... }, ... }
    validity    ::= SEQUENCE { notBefore, notAfter }     UTCTime or GeneralizedTime, RFC 5280 section 4.1.2.5

Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime

from seawall.errors import BadReply

_SEQUENCE, _VERSION, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0xA0, 0x17, 0x18


def not_after(der: bytes) -> datetime:
    """The last instant at which the certificate is valid. Raises BadReply where the bytes are none."""
    try:
        tbs, _ = _content(der, _SEQUENCE)
        rest, _ = _content(tbs, _SEQUENCE)
        if rest[0] == _VERSION:
            _, rest = _content(rest, _VERSION)
        for _ in ("serial", "signature", "issuer"):
            _, rest = _content(rest, rest[0])
        validity, _ = _content(rest, _SEQUENCE)
        _, rest = _content(validity, validity[0])
        time, _ = _content(rest, rest[0])
        return _time(rest[0], time.decode("ascii"))
    except (IndexError, ValueError):
        raise BadReply(
            "the certificate is not of X.509's form", "Something that is not TLS may answer there."
        ) from None


def _content(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """What is in the first value, and what comes behind it. Raises IndexError or ValueError."""
    if data[0] != tag:
        raise ValueError(tag)
    length, at = data[1], 2
    if length & 0x80:
        size = length & 0x7F
        length, at = int.from_bytes(data[2 : 2 + size], "big"), 2 + size
    if at + length > len(data):
        raise ValueError(length)
    return data[at : at + length], data[at + length :]


def _time(tag: int, text: str) -> datetime:
    if tag == _UTC_TIME:  # two digits: 50 to 99 are of the last century
        text = ("19" if text >= "50" else "20") + text
    elif tag != _GENERALIZED_TIME:
        raise ValueError(tag)
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
