"""A raw RESP connection on hiredis, for what client libraries lose.

Client libraries join the arguments of a slow-log entry with spaces and drop its seventh field; here a reply is what the
server sent: bytes, integers, lists, None, and `ServerError` where the server answered with an error. RESP2 only.

Every wait is bounded: one deadline for the whole connection, and one limit on the size of a reply. A server that hangs,
trickles, floods or speaks something else ends in one error of `seawall.errors`, never in a wait without end.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import NoneType
from typing import TypeAlias, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import hiredis

from seawall.errors import BadReply, NotPermitted, TargetError, Unreachable, UsageError
from seawall.keyspace import printable

Reply: TypeAlias = "bytes | int | ServerError | list[Reply] | None"

DEFAULT_PORT = 6379
REPLY_LIMIT = 64 << 20  # bytes; a ring of 10,000 entries of 32 arguments of 128 bytes is 45 MB
SHOWN = 200  # characters of a server's error text that are shown
_TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")  # options are named as redis-py names them
_TLS_OPTIONS = (*_TLS_FILES, "ssl_password", "ssl_cert_reqs", "ssl_check_hostname")
_SOCKETS = frozenset({"unix", "redis+unix", "redis-socket"})
_SCHEMES = {"redis": False, "valkey": False, "rediss": True, "valkeys": True, **dict.fromkeys(_SOCKETS, False)}


@dataclass(frozen=True, slots=True)
class ServerError:
    """An error reply. `code` is its first word (ERR, NOPERM, WRONGTYPE, ...)."""

    text: str

    @property
    def code(self) -> str:
        """The first word."""
        return self.text.split(" ", 1)[0]

    @property
    def shown(self) -> str:
        """The text, safe to print, without the arguments that a server repeats: they may be keys or a password."""
        return printable(self.text.partition(", with args beginning with")[0][:SHOWN])


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


def encode(*words: bytes | str | int) -> bytes:
    """A command as a RESP array of bulk strings."""
    packed = [w if isinstance(w, bytes) else str(w).encode("utf-8", "surrogateescape") for w in words]
    return b"".join([b"*%d\r\n" % len(packed), *(b"$%d\r\n%s\r\n" % (len(w), w) for w in packed)])


class Connection:
    """One connection with a deadline over its whole life. Use as a context manager.

    address: where. timeout: seconds for all that is done on it. Raises Unreachable, NotPermitted or BadReply.
    `sent` counts commands.
    """

    def __init__(self, address: Address, *, timeout: float = 4.0) -> None:
        self.address = address
        self.sent = 0
        self._deadline = time.monotonic() + timeout
        self._timeout = timeout
        self._reader = hiredis.Reader(replyError=_error_of(address.password), protocolError=_Broken)
        self._received = 0  # bytes of the reply that is being read
        self._last: Reply = None
        self._socket = self._connect()

    def __enter__(self) -> Connection:
        self._enter()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def local_name(self) -> str:
        """Our end as the server calls it, `host:port`; empty for a unix socket, whose clients have no names."""
        if self.address.path:
            return ""
        host, port = self._socket.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def close(self) -> None:
        """Ends the connection; the server forgets it."""
        self._socket.close()

    def call(self, *words: bytes | str | int) -> Reply:
        """Sends one command and returns its reply; an error reply is returned, not raised."""
        return self.pipeline([words])[0]

    def pipeline(self, commands: Sequence[Sequence[bytes | str | int]]) -> list[Reply]:
        """Sends the commands in one write and returns their replies in order."""
        try:
            self._socket.settimeout(self._left())
            self._socket.sendall(b"".join(encode(*words) for words in commands))
        except OSError as wrong:
            raise self._lost(wrong) from None
        self.sent += len(commands)
        return [self._read() for _ in commands]

    # --- the connection's beginning ---------------------------------------------------------------------------------

    def _connect(self) -> socket.socket:
        address = self.address
        context = _tls_context(address) if address.tls else None
        try:
            plain = self._open()
        except (OSError, ValueError) as wrong:  # a ValueError: a name that no host can have
            raise Unreachable(f"no connection to {address.name}: {_reason(wrong)}", _hint(wrong)) from None
        if context is None:
            return plain
        try:
            plain.settimeout(self._left())
            return context.wrap_socket(plain, server_hostname=address.host)
        except BaseException as wrong:
            plain.close()
            raise (_tls_error(address, wrong) if isinstance(wrong, OSError | ValueError) else wrong) from None

    def _open(self) -> socket.socket:
        if not self.address.path:
            plain = socket.create_connection((self.address.host, self.address.port), min(self._left(), 2.0))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return plain
        plain = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            plain.settimeout(self._left())
            plain.connect(self.address.path)
        except BaseException:
            plain.close()
            raise
        return plain

    def _enter(self) -> None:
        """AUTH and SELECT; the client name is set by the caller, who knows it."""
        address = self.address
        try:
            if address.password or address.user:
                words = ["AUTH", address.user, address.password] if address.user else ["AUTH", address.password]
                reply = self.call(*words)
                if isinstance(reply, ServerError) and _NO_PASSWORD not in reply.text:
                    raise _auth_error(address, reply)
            if address.database:
                reply = self.call("SELECT", address.database)
                if isinstance(reply, ServerError):
                    raise NotPermitted(
                        f"{address.name}: database {address.database} cannot be selected: {reply.shown}",
                        "Check the number at the end of the URL; a cluster has database 0 only.",
                    )
        except BaseException:
            self.close()
            raise

    # --- reading ----------------------------------------------------------------------------------------------------

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self._late()
        return left

    def _late(self) -> Unreachable:
        did = "did not finish its answer" if self._received else "did not answer"
        return Unreachable(
            f"{self.address.name} {did} within {self._timeout:g} s",
            "It is connected but slow: busy with a long command, stopped, or no Redis. Try again, or raise --timeout.",
        )

    def _read(self) -> Reply:
        while True:
            try:
                reply: object = self._reader.gets()
            except (_Broken, TypeError) as wrong:  # a TypeError: a RESP3 map with a key that Python cannot hash
                raise self._not_redis(str(wrong)) from None
            except MemoryError:
                raise self._too_large() from None
            if reply is not False:
                self._received = 0
                if not isinstance(reply, (bytes, int, list, ServerError, NoneType)):
                    raise self._not_redis(f"a {type(reply).__name__} of RESP3, which was not asked for")
                self._last = cast("Reply", reply)
                return self._last
            self._receive()

    def _receive(self) -> None:
        try:
            self._socket.settimeout(self._left())
            chunk = self._socket.recv(1 << 18)
        except OSError as wrong:
            raise self._lost(wrong) from None
        if not chunk:
            raise self._closed()
        self._received += len(chunk)
        if self._received > REPLY_LIMIT:
            raise BadReply(f"{self.address.name} sent a reply of more than {REPLY_LIMIT >> 20} MB", _NOT_REDIS)
        try:
            self._reader.feed(chunk)
        except MemoryError:
            raise self._too_large() from None

    def _too_large(self) -> BadReply:
        return BadReply(f"{self.address.name} announced a reply that does not fit into memory", _NOT_REDIS)

    def _closed(self) -> TargetError:
        """Some servers say why before they hang up: protected mode, too many clients."""
        name = self.address.name
        if isinstance(self._last, ServerError):
            return NotPermitted(
                f"{name} closed the connection: {self._last.shown}", "The server's own words say what it wants."
            )
        if self._received:
            return BadReply(f"{name} closed the connection in the middle of a reply", _NOT_REDIS)
        return BadReply(
            f"{name} closed the connection without an answer",
            "It may speak TLS (write rediss:// in the URL), be no Redis, or have been stopped just now.",
        )

    def _lost(self, wrong: OSError) -> TargetError:
        if isinstance(wrong, TimeoutError):
            return self._late()
        if isinstance(self._last, ServerError) or (isinstance(wrong, ConnectionError) and self._last is None):
            return self._closed()
        return Unreachable(f"the connection to {self.address.name} was lost: {_reason(wrong)}", _hint(wrong))

    def _not_redis(self, detail: str) -> BadReply:
        name = self.address.name
        if 'got "H"' in detail or 'got "<"' in detail:  # a status line, or (HTTP/0.9) the page itself
            return BadReply(f"{name} answers as a web server does (HTTP), not as Redis", "Check host and port.")
        if r'got "\x15"' in detail:
            return BadReply(f"{name} speaks TLS", "Write rediss:// instead of redis:// in the URL.")
        return BadReply(f"{name} does not speak the Redis protocol: {printable(detail)}", _NOT_REDIS)


class _Broken(Exception):
    """What hiredis raises where the bytes are not RESP."""


_NO_PASSWORD = "without any password"  # we go on, as redis-cli does: REDISCLI_AUTH may be for another server
_NOT_REDIS = "Check host and port; a proxy in between may have cut the reply."


def _error_of(password: str) -> Callable[[str], Exception]:
    """Makes an error reply a value like others. A server may repeat what it was sent: the password is taken out."""

    def error(text: str) -> ServerError:
        code, space, rest = text.partition(" ")
        return ServerError(f"{code}{space}{rest.replace(password, '***') if password else rest}")

    return cast("Callable[[str], Exception]", error)


def _reason(wrong: BaseException) -> str:
    if isinstance(wrong, TimeoutError):
        return "no answer in time"
    if isinstance(wrong, ssl.SSLError):
        return printable((wrong.reason or "the handshake failed").lower().replace("_", " "))
    return printable((getattr(wrong, "strerror", None) or str(wrong) or type(wrong).__name__).lower().rstrip("."))


def _hint(wrong: BaseException) -> str:
    if isinstance(wrong, ConnectionRefusedError):
        return "Nothing listens there: check host and port, and that the server runs."
    if isinstance(wrong, socket.gaierror):
        return "The host's name is not known here: check its spelling, or the VPN."
    if isinstance(wrong, FileNotFoundError):
        return "There is no such socket: check the path, or the server's unixsocket setting."
    if isinstance(wrong, PermissionError):
        return "This user may not open the socket: check its group and mode."
    if isinstance(wrong, TimeoutError):
        return "A firewall or security group may drop the packets; check the route to the port."
    if isinstance(wrong, ssl.SSLError):
        return "It may ask for a client certificate: add ssl_certfile and ssl_keyfile to the URL."
    return "Try again; if it stays so, look at the server's own log."


def _tls_context(address: Address) -> ssl.SSLContext:
    get = address.options.get
    wanted = "ssl_ca_certs"
    try:
        context = ssl.create_default_context(cafile=get(wanted))
        wanted = "ssl_certfile"
        if certificate := get(wanted):  # without a password OpenSSL would ask for one on the terminal
            context.load_cert_chain(certificate, get("ssl_keyfile"), password=get("ssl_password", ""))
    except (OSError, ValueError) as wrong:
        raise UsageError(
            f"{wanted} of the URL of {address.name} cannot be used: {printable(get(wanted, ''))}: {_reason(wrong)}",
            "Give PEM files; a certificate needs its ssl_keyfile, and a locked key its ssl_password.",
        ) from None
    if get("ssl_check_hostname", "").lower() in ("false", "no", "0"):
        context.check_hostname = False
    if get("ssl_cert_reqs", "").lower() in ("none", "cert_none", "0"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _tls_error(address: Address, wrong: OSError | ValueError) -> Unreachable:
    if isinstance(wrong, ssl.SSLCertVerificationError):
        return Unreachable(
            f"the certificate of {address.name} is not trusted: {printable(wrong.verify_message.lower().rstrip('.'))}",
            "If its authority is a private one, name its file with ?ssl_ca_certs=/path/to/ca.pem in the URL.",
            retry_helps=False,
        )
    return Unreachable(
        f"no TLS with {address.name}: {_reason(wrong)}",
        "If the server has no TLS, write redis:// instead of rediss:// in the URL.",
        retry_helps=not isinstance(wrong, ssl.SSLError),
    )


def _auth_error(address: Address, reply: ServerError) -> NotPermitted:
    if reply.code == "WRONGPASS" or "invalid password" in reply.text:
        return NotPermitted(
            f"{address.name} refused the password",
            "Check user and password: those of the URL, else of --password-file, else of REDISCLI_AUTH.",
        )
    return NotPermitted(f"{address.name} refused the log-in: {reply.shown}", "Check user and password of the URL.")
