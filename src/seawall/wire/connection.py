"""One connection, every wait of which is bounded."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Sequence
from itertools import islice
from types import NoneType
from typing import cast

import hiredis

from seawall.errors import BadReply, NotPermitted, TargetError, Unreachable
from seawall.keyspace import printable
from seawall.wire.address import Address
from seawall.wire.failures import auth_error, hint, reason, tls_context, tls_error
from seawall.wire.reply import Reply, ServerError

REPLY_LIMIT = 64 << 20  # bytes; a ring of 10,000 entries of 32 arguments of 128 bytes is 45 MB
ELEMENTS_LIMIT = REPLY_LIMIT // 4  # of one list: each takes four bytes at least
_ANNOUNCED = re.compile(rb"[*%~>]([0-9]{7,})\r")  # the beginning of a reply that is a list


def encode(*words: bytes | str | int) -> bytes:
    """A command as a RESP array of bulk strings."""
    packed = [w if isinstance(w, bytes) else str(w).encode("utf-8", "surrogateescape") for w in words]
    return b"".join([b"*%d\r\n" % len(packed), *(b"$%d\r\n%s\r\n" % (len(w), w) for w in packed)])


def encode_each(commands: Sequence[tuple[Sequence[bytes], int]], keys: Sequence[bytes]) -> bytes:
    """Commands for many keys: (words, n) is the command of these words and a key as its last, for the first n keys."""
    tails = [b"$%d\r\n%s\r\n" % (len(key), key) for key in keys]  # 0.2 us a key, once for all commands
    encoded: list[bytes] = []
    for words, many in commands:
        head = b"*%d\r\n%s" % (len(words) + 1, b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
        encoded += [head, head.join(tails[:many])] if many else []
    return b"".join(encoded)


class Connection:
    """One connection with a deadline over all that is done on it. Use as a context manager.

    address: where. timeout: seconds until the deadline; who stays connected for longer sets a new one with `renew`.
    Raises Unreachable, NotPermitted or BadReply. `sent` counts commands.
    """

    def __init__(self, address: Address, *, timeout: float = 4.0) -> None:
        self.address = address
        self.sent = 0
        self._deadline = time.monotonic() + timeout
        self._timeout = timeout
        self._reader = hiredis.Reader(
            replyError=_error_of(address.password), protocolError=_Broken, notEnoughData=_MORE
        )
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

    def renew(self, timeout: float) -> None:
        """A new deadline, `timeout` seconds from now: for a connection that is kept between two conversations."""
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout

    def close(self) -> None:
        """Ends the connection; the server forgets it."""
        self._socket.close()

    def call(self, *words: bytes | str | int) -> Reply:
        """Sends one command and returns its reply; an error reply is returned, not raised."""
        return self.pipeline([words])[0]

    def pipeline(self, commands: Sequence[Sequence[bytes | str | int]]) -> list[Reply]:
        """Sends the commands in one write and returns their replies in order."""
        self.send(b"".join(encode(*words) for words in commands), len(commands))
        return self.receive(len(commands))

    def send(self, encoded: bytes, commands: int) -> None:
        """Sends so many encoded commands; their replies are to be read by `receive`, in order."""
        try:
            self._socket.settimeout(self._left())
            self._socket.sendall(encoded)
        except OSError as wrong:
            raise self._lost(wrong) from None
        self.sent += commands

    def receive(self, count: int) -> list[Reply]:
        """The next `count` replies to what was sent, in order; error replies are among them."""
        replies: list[object] = []
        ready = iter(self._reader.gets, _MORE)  # without a loop in Python: a census reads millions
        while True:
            checked = len(replies)
            try:
                replies.extend(islice(ready, count - checked))
            except (_Broken, TypeError) as wrong:  # a TypeError: a RESP3 map with a key that Python cannot hash
                raise self._not_redis(str(wrong)) from None
            except MemoryError:
                raise self._too_large() from None
            if strange := set(map(type, replies[checked:])) - _PLAIN:
                raise self._not_redis(f"a {strange.pop().__name__} of RESP3, which was not asked for")
            if len(replies) > checked:
                self._received, self._last = 0, cast("Reply", replies[-1])
            if len(replies) >= count:
                return cast("list[Reply]", replies)
            self._receive()
            ready = iter(self._reader.gets, _MORE)

    # --- the connection's beginning ---------------------------------------------------------------------------------

    def _connect(self) -> socket.socket:
        address = self.address
        context = tls_context(address) if address.tls else None
        try:
            plain = self._open()
        except (OSError, ValueError) as wrong:  # a ValueError: a name that no host can have
            raise Unreachable(f"no connection to {address.name}: {reason(wrong)}", hint(wrong)) from None
        if context is None:
            return plain
        try:
            plain.settimeout(self._left())
            return context.wrap_socket(plain, server_hostname=address.tls_name or address.host)
        except BaseException as wrong:
            plain.close()
            raise (tls_error(address, wrong) if isinstance(wrong, OSError | ValueError) else wrong) from None

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
                    raise auth_error(address, reply)
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

    def _receive(self) -> None:
        try:
            self._socket.settimeout(self._left())
            chunk = self._socket.recv(1 << 18)
        except OSError as wrong:
            raise self._lost(wrong) from None
        if not chunk:
            raise self._closed()
        if not self._received and (told := _ANNOUNCED.match(chunk)) and int(told[1]) > ELEMENTS_LIMIT:
            raise self._too_large()  # at once: to make such a list and take it apart again takes seconds
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
        return Unreachable(f"the connection to {self.address.name} was lost: {reason(wrong)}", hint(wrong))

    def _not_redis(self, detail: str) -> BadReply:
        name = self.address.name
        if 'got "H"' in detail or 'got "<"' in detail:  # a status line, or (HTTP/0.9) the page itself
            return BadReply(f"{name} answers as a web server does (HTTP), not as Redis", "Check host and port.")
        if r'got "\x15"' in detail:
            return BadReply(f"{name} speaks TLS", "Write rediss:// instead of redis:// in the URL.")
        return BadReply(f"{name} does not speak the Redis protocol: {printable(detail)}", _NOT_REDIS)


_MORE = object()  # what hiredis gives where a reply is not there yet
_PLAIN = {bytes, int, list, ServerError, NoneType}


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
