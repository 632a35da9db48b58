"""Servers that are none, or that lie: a thread that plays a script to whoever connects.

No real server breaks its own protocol, so these are the only ones in the tests that are not real.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping

import hiredis

from seawall.nodes.collect.session import command_name
from seawall.wire import encode

Script = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def stranger(script: Script) -> Iterator[int]:
    """The loopback port on which each connection is given to the script. Its event is set when the block ends."""
    over = threading.Event()
    threads: list[threading.Thread] = []

    def play(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            script(connection, over)

    def listen(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.settimeout(10)  # a script ends when its peer does; this is for a peer that never does
                threads.append(threading.Thread(target=play, args=(connection,)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads.append(threading.Thread(target=listen, args=(listener,)))
        threads[0].start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()


def answers(reply: bytes, *, then_closes: bool = False) -> Script:
    """Waits for a word, says this, and goes on listening or hangs up."""

    def script(connection: socket.socket, _: threading.Event) -> None:
        if connection.recv(1 << 16):
            connection.sendall(reply)
        while not then_closes and connection.recv(1 << 16):
            pass

    return script


def floods(chunk: bytes, *, first: bytes = b"") -> Script:
    """Never stops talking."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(1 << 16)
        connection.sendall(first)
        while not over.is_set():
            connection.sendall(chunk)

    return script


def trickles(reply: bytes, every: float) -> Script:
    """A byte now and then, for ever."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        while True:
            for byte in reply:
                if over.wait(every):
                    return
                connection.sendall(bytes([byte]))

    return script


def lies(to: str, told: Mapping[str, bytes]) -> Script:
    """Passes every command on to the server on this unix socket, and its answer back, but for the ones in `told`."""

    def script(connection: socket.socket, _: threading.Event) -> None:
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(to)
            commands = hiredis.Reader()
            while data := connection.recv(1 << 16):
                commands.feed(data)
                while (words := commands.gets()) is not False:
                    name = command_name([word.decode("latin-1") for word in words])
                    connection.sendall(told[name] if name in told else _asked(server, words))

    return script


def _asked(server: socket.socket, words: list[bytes]) -> bytes:
    """The bytes of one reply."""
    server.sendall(encode(*words))
    replies, raw = hiredis.Reader(), b""
    while replies.gets() is False:
        data = server.recv(1 << 20)
        replies.feed(data)
        raw += data
    return raw
