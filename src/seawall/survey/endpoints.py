"""From values to endpoints: the hosts of URLs, the hosts of known vendors, and what a name says is a host. Pure.

A URL is kept without userinfo, path and query. Where an `@` stands behind what looks like its host, nobody can tell a
host from a piece of a password that is not escaped; such a value is passed over, and nothing of it is shown.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address

from seawall.survey.found import Endpoint, Kind, Passed, Place, Value
from seawall.survey.hosts import any_suffix, hoster_of, is_web_site, why_not
from seawall.survey.reading import bare, expanded

REDIS = frozenset({"redis", "rediss", "valkey", "valkeys"})
_SERVICES = re.compile(
    r"rediss?|valkeys?|redis-sentinel|sentinel|postgres(?:ql)?|ecto|postgis|cockroachdb|mysql2?|mariadb|mongodb|amqps?"
    r"|kafka|nats|mqtts?|memcached|clickhouse|cassandra|sqlserver|mssql|elasticsearch|opensearch|smtps?|ldaps|sb"
)
_WEB = frozenset({"https", "http", "wss", "ws"})
_PLAIN = frozenset({"tcp", "tls", "ssl"})  # they say no service: the name of the value does
_HOST_WORDS = re.compile(r"hosts?|hostname|endpoints?|servers?|addr|address|ur[il]|brokers?")
_SERVICE_WORDS = re.compile(
    r"redis|valkey|postgres(?:ql)?|pg|mysql|mariadb|mongo(?:db|id)?|amqp|rabbit(?:mq)?|kafka|memcached?|nats"
    r"|elasticsearch|opensearch|clickhouse|cassandra|database|db|cache|queue|brokers?|sidekiq|resque|celery|cable"
)
AMBIGUOUS = "is a URL with an @ behind its host; in a password write %40 for @, %2F for /, %23 for #, %3F for ?"
UNSET = "has a host that is put in from elsewhere; run init where its variable is set"

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_IP4 = r"(?:\d{1,3}\.){3}\d{1,3}"
_HOST_PORT = re.compile(
    rf"(?P<host>\[[0-9a-f:.]{{2,45}}\]|{_IP4}|(?:{_LABEL}\.){{0,12}}(?:[a-z][a-z0-9_-]{{0,61}}))\.?"
    r"(?::(?P<port>\d{1,5}))?",
    re.IGNORECASE | re.ASCII,
)
_NUMBERS = re.compile(r"[\d.]+|.*:.*", re.ASCII)
_PORT = re.compile(r"\d{1,5}", re.ASCII)
_COMMENT_BEHIND = re.compile(r"(?:^|\s)(?:#|//)\s")
_URL = re.compile(r"(?<![A-Za-z0-9+.-])(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{1,30})://(?P<rest>[^\s\"'`<>]*)")
_ASSIGNED = re.compile(r"""["']?([A-Za-z_][\w.-]{0,63})["']?\s*(?:=>|:=|=|:)\s*["'`]?(?:jdbc:)?$""")
_OF_ENVIRONMENT = re.compile(  # ENV.fetch("NAME", "..."), os.environ["NAME"] or "...", getenv("NAME") ?: "..."
    r"""env\w*(?:\.\w+)?\s*[\[(]\s*["']([A-Za-z_]\w{0,63})["']\s*[\])]?\s*(?:,|\{|\|\||\?\?|\?:|or\b)\s*["'`]?$""",
    re.IGNORECASE,
)
_BARE_HOST = re.compile(
    r"(?<![\w./%+-])((?:[\w-]{1,63}\.){2,12}[A-Za-z]{2,18})\.?(?::(\d{1,5}))?(?![\w@/%-])", re.ASCII
)
_FIRM_END = re.compile(r"""["'](?=[\s,;:)}\]]|$)""")


def endpoints(path: str, kind: Kind, found: Sequence[Value]) -> tuple[list[Endpoint], list[Passed]]:
    """The endpoints that these values of one file name, and the values that were passed over."""
    passed: list[Passed] = []
    named: list[Endpoint] = []
    ports: dict[str, list[tuple[int, int]]] = {}  # by name: line and port, in the order of the lines
    for value in found:
        if _PORT.fullmatch(text := bare(value.text)):
            ports.setdefault(value.name.lower(), []).append((value.line, int(text)))
    for value in found:
        # Compose files and the like give defaults inline; what a dotenv file sets is put in already.
        value = Value(value.name, expanded(value.text, {}), value.line)
        hits = _of_urls if "://" in value.text else _of_hosts
        for hit in hits(path, kind, value, passed):
            reason = why_not(hit.host)
            if reason:
                passed.append(Passed(hit.place.says, reason))
            elif hit.scheme or hit.port:
                named.append(hit)
            else:
                named.append(Endpoint("", hit.host, _port_of(value, ports), hit.place))
    return named, passed


def _of_urls(path: str, kind: Kind, value: Value, passed: list[Passed]) -> Iterator[Endpoint]:
    for match in _URL.finditer(value.text):
        before = value.text[: match.start()]
        scheme = match["scheme"].lower()
        if "://" not in before and _COMMENT_BEHIND.search(before):
            return  # a comment
        place = Place(path, value.line, _name(before, value.name, kind))
        told = _tells_service(path, place.name)
        services = bool(_SERVICES.fullmatch(scheme.split("+")[0])) or (scheme in _PLAIN and told)
        if not services and scheme not in _WEB:
            continue
        netloc, secret, firm = _netloc(value.text, match, kind)
        if not firm:
            if services:
                passed.append(Passed(place.says, AMBIGUOUS))
            continue
        for port, host in _hosts(netloc):
            if host is None:
                if services and kind is not Kind.CODE and ("$" in netloc or "{" in netloc):
                    passed.append(Passed(place.says, UNSET))
            elif services or _is_service_of_the_web(host, place.name, kind, told=told):
                database = _database(match["rest"]) if scheme in REDIS else ""
                yield Endpoint("" if scheme in _PLAIN else scheme, host, port, place, secret, database)


def _netloc(text: str, match: re.Match[str], kind: Kind) -> tuple[str, bool, bool]:
    """Host and port of a URL, whether userinfo stood before them, and whether that can be told for sure."""
    rest = match["rest"]
    authority = re.split(r"[/?#;\\]", rest, maxsplit=1)[0]
    userinfo, at, netloc = authority.rpartition("@")
    behind = rest[len(authority) :] + _tail(text, match, kind)
    return netloc, bool(at and userinfo.strip(":")), "@" not in behind


def _tail(text: str, match: re.Match[str], kind: Kind) -> str:
    """What of the line behind a URL may be more of it, where its text was not escaped."""
    tail = text[match.end() :]
    if kind is Kind.ENVIRONMENT:
        return tail
    before = text[: match.start()].removesuffix("jdbc:")
    opening = before[-1:]
    if not ("'" in before or '"' in before):  # else the comment sign may stand in quotes
        return re.split(r"\s#", tail, maxsplit=1)[0]
    # Only where quotes inside quotes are escaped, as in all but dotenv files, do they end it for sure.
    escaped = match["rest"].endswith("\\")
    quoted = kind is not Kind.DOTENV and opening in ("'", '"')
    closed = quoted and tail[:1] == opening and _FIRM_END.match(tail) and not escaped
    return "" if closed else tail


def _hosts(netloc: str) -> Iterator[tuple[int, str | None]]:
    """Each `host:port` of a list, None for what is none."""
    for part in netloc.split(",")[:32]:
        match = _HOST_PORT.fullmatch(part.rstrip(")}],;") if "[" not in part else part)
        port = int(match["port"] or 0) if match else 0
        host = match["host"].lower().strip("[]") if match else ""
        yield (port, host) if host and port <= 65_535 and _is_sound(host) else (0, None)


def _is_sound(host: str) -> bool:
    """Whether what looks like an address is one."""
    if not _NUMBERS.fullmatch(host):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _database(rest: str) -> str:
    match = re.search(r"^[^/?#]*/(\d{1,5})(?:[?#]|$)", rest)
    return match[1].lstrip("0") if match else ""


def _is_service_of_the_web(host: str, name: str, kind: Kind, *, told: bool) -> bool:
    """Of a vendor, or a service by its name; of a dotenv file, whose names are the team's own, every URL."""
    if is_web_site(host):
        return False
    if hoster_of(host):
        return True
    if told and kind is not Kind.CODE:
        return True
    return kind is Kind.DOTENV and bool(_HOST_WORDS.fullmatch(_last_word(name)))


def _name(before: str, name: str, kind: Kind) -> str:
    """What a URL is called: a name of capitals right before it in its line, else the keys down to the line."""
    match = (_ASSIGNED.search(before[-200:]) or _OF_ENVIRONMENT.search(before[-200:])) if before else None
    inner = match[1] if match else ""
    if kind is Kind.CODE or not name:
        return inner
    return inner if inner.isupper() and len(inner) > 2 else name


def _of_hosts(path: str, kind: Kind, value: Value, _passed: list[Passed]) -> Iterator[Endpoint]:
    place = Place(path, value.line, value.name)
    if any_suffix().search(value.text):
        text = _COMMENT_BEHIND.split(value.text, maxsplit=1)[0]
        if kind is not Kind.CODE or '"' in text or "'" in text:
            for match in _BARE_HOST.finditer(text):
                host, port = match[1].lower(), int(match[2] or 0)
                if hoster_of(host) and not is_web_site(host) and port <= 65_535:
                    yield Endpoint("", host, port, place)
        return
    if kind is Kind.CODE or not _HOST_WORDS.fullmatch(_last_word(value.name)):
        return
    text = bare(value.text)
    listed = list(_hosts(text))
    if any(host is None for _, host in listed):
        return
    service = _tells_service(path, value.name)
    for port, host in listed:
        if host and (service or (port and kind is Kind.DOTENV)):
            yield Endpoint("", host, port, place)


def _tells_service(path: str, name: str) -> bool:
    """Whether a word of the name or of the file's is that of a service: the host in database.yml is a database's."""
    return any(map(_SERVICE_WORDS.fullmatch, _words(f"{path.rpartition('/')[2]}.{name}")))


def _words(name: str) -> list[str]:
    return re.split(r"[^a-z0-9]+", re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name).lower())


def _last_word(name: str) -> str:
    return _words(name)[-1]


def _port_of(value: Value, ports: Mapping[str, Sequence[tuple[int, int]]]) -> int:
    """The port that stands beside a host: `REDIS_PORT` of `REDIS_HOST`, `redis.port` of `redis.host`, the nearest."""
    stem = value.name.lower()[: -len(_last_word(value.name)) or None]
    listed = ports.get(f"{stem}port", ())
    at = bisect(listed, (value.line, 0))
    port = min(listed[max(at - 1, 0) : at + 1], key=lambda p: abs(p[0] - value.line), default=(0, 0))[1]
    return port if port <= 65_535 else 0
