"""Where a server is and how to enter: URLs as redis-py writes them, and the TLS context of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import parse_qsl, unquote, urlsplit

from seawall.errors import UsageError
from seawall.keyspace import printable
from seawall.wire.reply import SHOWN

DEFAULT_PORT = 6379
_TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")  # options are named as redis-py names them
_TLS_OPTIONS = (*_TLS_FILES, "ssl_password", "ssl_cert_reqs", "ssl_check_hostname")
_SOCKETS = frozenset({"unix", "redis+unix", "redis-socket"})
_SCHEMES = {"redis": False, "valkey": False, "rediss": True, "valkeys": True, **dict.fromkeys(_SOCKETS, False)}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and how to enter. `name` is what may be printed: it holds no password."""

    host: str = ""
    port: int = DEFAULT_PORT
    path: str = ""  # of a unix socket; empty for TCP
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    database: int = 0
    tls_name: str = ""  # whose certificate is wanted where a tunnel leads there; empty: the host's
    options: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)  # ssl_* of the URL

    @property
    def name(self) -> str:
        """`host:port`, the socket's path, with `/N` for a database other than 0."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = printable(self.path or f"{host}:{self.port}")
        return f"{place}/{self.database}" if self.database else place


def parse_url(url: str, *, password: str | None = None) -> Address:
    """An address from `redis[s]://[user[:password]@]host[:port][/db]`, `unix:///path[?db=N]` or `host[:port]`.

    password: used where the URL holds none. Raises UsageError; its text never repeats the URL, which may hold a secret.
    """
    if "://" not in url:
        url = f"redis://{url}"
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
    except ValueError as wrong:
        reason = "the port is not a number" if "port" in str(wrong).lower() else "its form is wrong"
        raise UsageError(f"the server's URL cannot be read: {reason}", _URL_HINT) from None
    if parts.scheme not in _SCHEMES:
        raise UsageError(f"unknown kind of URL: {printable(parts.scheme)[:SHOWN]}://", _URL_HINT)
    unix = parts.scheme in _SOCKETS
    path = unquote(parts.path) if unix else ""
    if unix and (host or not path.strip("/")):
        raise UsageError("a unix URL without the path of a socket", "Write unix:///path/to/redis.sock: three slashes.")
    if not unix and (not host or port == 0):
        raise UsageError(f"a server's URL {'with port 0' if host else 'without a host'}", _URL_HINT)
    query = dict(parse_qsl(parts.query))
    database = query.get("db", "") or ("" if unix else parts.path.strip("/"))
    if database and not (database.isascii() and database.isdigit() and len(database) < 10):
        raise UsageError("the database in the server's URL is not a number", _URL_HINT)
    return Address(
        host=host,
        port=port or DEFAULT_PORT,
        path=path,
        tls=_SCHEMES[parts.scheme],
        user=unquote(parts.username or "", errors="surrogateescape"),
        password=unquote(parts.password or "", errors="surrogateescape") or password or "",
        database=int(database or 0),
        options=_tls_options(query),
    )


_URL_HINT = (
    "Write redis://user:password@host:6379/0, rediss:// for TLS, or unix:///path/to/redis.sock; in a password write "
    "%40 for @, %23 for #, %2F for /, %3F for ?."
)


def _tls_options(query: Mapping[str, str]) -> dict[str, str]:
    """The `ssl_*` options, other clients' options left out. A misspelt one would have no effect, so it is refused."""
    options = {name: value for name, value in query.items() if name.startswith("ssl_")}
    for name in options.keys() - set(_TLS_OPTIONS):
        near = get_close_matches(name, _TLS_OPTIONS, n=1, cutoff=0)
        raise UsageError(f"unknown option of a server's URL: {printable(name)[:SHOWN]}", f"Did you mean {near[0]}?")
    return options
