"""A TLS server on a loopback port that presents a certificate, and keeps what it is sent after the handshake."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class FakeTls:
    port: int
    handshakes: int = 0
    sent: list[bytes] = field(default_factory=list[bytes])


@contextlib.contextmanager
def fake_tls(certificate: Path, key: Path) -> Generator[FakeTls, None, None]:
    """One that presents this certificate, for the length of the block."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        tls = FakeTls(listener.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listener, context, tls))
        thread.start()
        try:
            yield tls
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # ends the accept
            thread.join()


def _serve(listener: socket.socket, context: ssl.SSLContext, tls: FakeTls) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        plain.settimeout(10)
        with plain, contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as secure:
            tls.handshakes += 1
            if data := secure.recv(1024):
                tls.sent.append(data)
