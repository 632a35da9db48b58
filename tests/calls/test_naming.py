"""The snippets run in the programs they are for: a slow-log entry bears the name of the job or route that sent it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import Any

import redis
import redis.asyncio
from tests.missing import missing
from tests.servers import Running

from seawall.calls.naming import PARTS, snippet
from seawall.nodes.facts.entry import decode_slowlog


def sent(server: Running, command: bytes) -> list[tuple[str, str]]:
    """First argument and client's name of the slow log's entries of a command, in order."""
    entries, broken = decode_slowlog(server.raw_log())
    assert not broken
    found = [entry for entry in reversed(entries) if entry.argv[0].lower() == command]
    return [(entry.argv[1].decode(), entry.client) for entry in found]


def names(server: Running, command: bytes) -> list[str]:
    return [name for _, name in sent(server, command)]


def module(name: str) -> dict[str, Any]:
    """What a snippet defines, run as a program would."""
    space: dict[str, Any] = {}
    exec(snippet(name), space)
    return space


def test_python_connections_bear_the_name_of_what_uses_them(any_server: Running) -> None:
    space = module("asgi")
    client = redis.Redis.from_url(any_server.server.url, max_connections=1)
    space["name_connections"](client)
    client.get("before")
    with space["connections_named"]("job:shop.tasks.sweep"):
        client.get("inside")
        with client.pipeline() as pipeline:
            pipeline.get("a")
            pipeline.get("b")
            pipeline.execute()
    with space["connections_named"]("job:shop.tasks.count all"):
        client.connection_pool.disconnect()
        client.get("again")
    client.close()
    assert names(any_server, b"get") == ["", *["job:shop.tasks.sweep"] * 3, "job:shop.tasks.count_all"]
    assert (
        sum(name.startswith("job:") for name in names(any_server, b"client")) == 2
    )  # a round trip a change, not a command


def test_asgi_requests_are_told_apart_though_they_run_at_the_same_time(any_server: Running) -> None:
    space = module("asgi")

    async def serve() -> None:
        client = redis.asyncio.Redis.from_url(any_server.server.url)
        space["name_connections"](client)

        async def app(scope: Any, *_: Any) -> None:
            for _turn in range(5):
                await client.get(scope["path"])

        wrapped = space["RedisNamedAfterRoute"](app)
        paths = [f"/drivers/{n}" for n in range(4)]
        await asyncio.gather(*(wrapped({"type": "http", "method": "GET", "path": p}, None, None) for p in paths))
        await client.aclose()

    asyncio.run(serve())
    assert set(sent(any_server, b"get")) == {(f"/drivers/{n}", f"route:GET:/drivers/{n}") for n in range(4)}


RUBY = """
require "redis"
module Sidekiq
  Chain = Struct.new(:added) { def add(x) = (self.added = x) }
  CHAIN = Chain.new
  def self.configure_server = yield(self)
  def self.server_middleware = yield(CHAIN)
end
load ARGV[0]
redis = Redis.new(url: ARGV[1])
redis.get("before")
Sidekiq::CHAIN.added.new.call(nil, {"class" => "Wrapper", "wrapped" => "Sweep"}, "default") do
  redis.get("inside")
  redis.pipelined { |pipeline| pipeline.get("a"); pipeline.get("b") }
  redis.multi { |transaction| transaction.get("c") }
end
RedisConnectionNames.during("job:Count") { redis.close; redis.get("again") }
"""


def test_sidekiq_jobs_name_the_connections_of_redis_rb(any_server: Running, tmp_path: Path) -> None:
    ruby = shutil.which("ruby")
    if ruby is None or subprocess.run([ruby, "-e", 'require "redis"'], capture_output=True).returncode:
        missing("ruby with the redis gem")
    (tmp_path / "snippet.rb").write_text(snippet("sidekiq"))
    (tmp_path / "job.rb").write_text(RUBY)
    run = [ruby, "-W0", str(tmp_path / "job.rb"), str(tmp_path / "snippet.rb"), any_server.server.url]
    subprocess.run(run, check=True, timeout=30)
    assert names(any_server, b"get") == ["", *["job:Sweep"] * 4, "job:Count"]


def test_every_snippet_is_whole_and_says_what_it_costs() -> None:
    for name in PARTS:
        assert "round trip" in snippet(name)
