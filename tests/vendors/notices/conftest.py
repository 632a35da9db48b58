"""What the tests of notices share: a real HTTP receiver on loopback, and the command line in this process."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from seawall.cli import main

SECRET = "s3cr3t"


@dataclass
class Receiver:
    """Takes JSON messages. `status` of a path is what it answers, 200 by default; `on` is called before it answers."""

    port: int = 0
    status: dict[str, int] = field(default_factory=dict)
    on: Callable[[str], None] = lambda _: None
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def route(self, path: str) -> str:
        return f"json://user:{SECRET}@127.0.0.1:{self.port}/{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.taken]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    box = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"]))
            path = self.path.strip("/")
            code = box.status.get(path, 200)
            if code == 200:
                box.taken.append((path, json.loads(text)))
            else:
                box.refused.append(path)
            box.on(path)
            self.send_response(code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

        def handle(self) -> None:
            with suppress(ConnectionError):  # who sent it was killed
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield box
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `seawall` with these arguments in this process. No secret of a route is ever printed."""

    def call(*arguments: str | Path) -> Ended:
        capsys.readouterr()
        code = main.code_of([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert SECRET not in out + err
        assert "bug in seawall" not in err, err
        return Ended(code, out, err)

    return call


def estate(
    folder: Path,
    people: dict[str, list[str]],
    *,
    ends: str = "2026-12-10T12:00:00Z",
    converts: str = "false",
    deputy: str = "",
    phones: dict[str, list[str]] | None = None,
) -> Path:
    """A seawall.toml with one trial owned by ada."""
    lines: list[str] = []
    for key, routes in people.items():
        lines += [f"[people.{key}]", f'name = "{key.title()}"', f"routes = {json.dumps(routes)}"]
        lines += [f"phone = {json.dumps((phones or {}).get(key, []))}"]
    lines += ["[[vendors]]", 'name = "Redis Cloud"', 'owner = "ada"', 'contract = "trial"', f"converts = {converts}"]
    lines += [f"ends = {ends}", 'impact = "No job is queued"', "last_confirmed = 2026-11-20"]
    lines += [f'deputy = "{deputy}"'] if deputy else []
    file = folder / "seawall.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file
