"""A vendor's JSON over HTTP on a loopback port: what each path answers, and what was asked.

    with fake_web({"/v1/contract": {"ends": "2026-12-31"}}) as web:
        web.url           http://127.0.0.1:port
        web.requests      (method, path with query, headers in lower case)

An answer is a document, or `Raw(status, body, headers)`. A path without an answer is 404. `web.hang` makes every
answer wait for the end of the block.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Raw:
    """An answer in its own words."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    repeat: int = 1  # how often the body is sent; over 1 without a length


@dataclass
class FakeWeb:
    url: str
    answers: dict[str, object]
    needs: dict[str, str] = field(default_factory=dict[str, str])  # headers without which it answers 401
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list[tuple[str, str, dict[str, str]]])
    hang: bool = False
    sent: int = 0  # bytes of bodies that were taken
    over: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def fake_web(answers: Mapping[str, object]) -> Generator[FakeWeb, None, None]:
    """A running one for the length of the block. The answers may be changed meanwhile: `.answers`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    web = FakeWeb(f"http://127.0.0.1:{server.server_port}", dict(answers))
    server.web = web  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        web.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...

    def _answer(self) -> None:
        web: FakeWeb = self.server.web  # type: ignore[attr-defined]
        headers = {name.lower(): value for name, value in self.headers.items()}
        web.requests.append((self.command, self.path, headers))
        if web.hang:
            web.over.wait(30)
            return
        found = web.answers.get(self.path, Raw(404, b'{"description": "not found"}'))
        if any(headers.get(name) != value for name, value in web.needs.items()):
            found = Raw(401, b'{"description": "unauthorised"}')
        raw = found if isinstance(found, Raw) else Raw(body=json.dumps(found).encode())
        length = {"Content-Length": str(len(raw.body))} if raw.repeat == 1 else {}
        self.send_response(raw.status)
        for name, value in {"Content-Type": "application/json", **length, **raw.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            for _ in range(raw.repeat):
                self.wfile.write(raw.body)
                web.sent += len(raw.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _answer
