"""What `seawall scan` costs on a server with 1,000,000 keys and a full slow log of 1,000 entries.

Bounds: 2 s of wall time, 10 ms of server time. Server time is taken from commandstats outside the scan, not from what
the scan says of itself, and both are printed. Peer: `redis-cli --bigkeys` on the same server in the same run.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import redis

from seawall import lab

KEYS = 1_000_000
RING = 1_000
ROUNDS = 5
WALL_BOUND_S = 2.0
SERVER_BOUND_MS = 10.0


def fill(client: redis.Redis) -> None:
    """A million small keys, collections of each type, and 1,000 slow-log entries of 20 kinds on 600 keys."""
    for start in range(0, KEYS, 10_000):
        client.mset({f"user:{n}:profile": f"value-of-{n:07}" for n in range(start, start + 10_000)})
    pipeline = client.pipeline(transaction=False)
    for n in range(150):
        pipeline.sadd(f"cart:{n}:items", *range(2_000))
        pipeline.hset(f"shop:{n}:stock", mapping={str(i): i for i in range(2_000)})
        pipeline.zadd(f"board:{n}:scores", {str(i): i for i in range(2_000)})
        pipeline.rpush(f"feed:{n}:posts", *range(2_000))
    pipeline.execute()
    client.config_set("slowlog-log-slower-than", 0)
    client.slowlog_reset()
    pipeline = client.pipeline(transaction=False)
    for n in range(RING // 5):
        pipeline.smembers(f"cart:{n % 150}:items")
        pipeline.hgetall(f"shop:{n % 150}:stock")
        pipeline.zrange(f"board:{n % 150}:scores", 0, -1)
        pipeline.lrange(f"feed:{n % 150}:posts", 0, -1)
        pipeline.sadd(f"cart:{n % 150}:new", *[f"{'x' * 120}{i}" for i in range(1_500)])
    pipeline.execute()
    client.config_set("slowlog-log-slower-than", 1_000_000)


def main_thread_ms(client: redis.Redis) -> float:
    """Milliseconds in all commands since the start, by commandstats."""
    rows: dict[str, Any] = client.info("commandstats")
    return sum(row["usec"] for row in rows.values()) / 1000


def scan(url: str, client: redis.Redis) -> tuple[float, float, float]:
    """Wall seconds, server milliseconds by commandstats, server milliseconds by the scan's own word."""
    command = [str(Path(sys.executable).with_name("seawall")), "scan", "--redis", url, "--format", "json"]
    before = main_thread_ms(client)
    began = time.perf_counter()
    said = json.loads(subprocess.run(command, check=False, capture_output=True).stdout)
    wall = time.perf_counter() - began
    return wall, main_thread_ms(client) - before, said["cost"]["server_us"] / 1000


def peer(url: str, client: redis.Redis) -> tuple[float, float]:
    """Wall seconds and server milliseconds of `redis-cli --bigkeys`."""
    before = main_thread_ms(client)
    began = time.perf_counter()
    subprocess.run(["redis-cli", "-s", url.removeprefix("unix://"), "--bigkeys"], check=True, capture_output=True)
    return time.perf_counter() - began, main_thread_ms(client) - before


def main() -> int:
    config = {"slowlog-log-slower-than": "1000000", "slowlog-max-len": str(RING)}
    with lab.start(lab.find_binary(), config=config) as server:
        client = redis.Redis.from_url(server.url)
        fill(client)
        runs = [scan(server.url, client) for _ in range(ROUNDS)]
        wall, spent, said = (statistics.median(run[i] for run in runs) for i in range(3))
        print(f"{server.binary}, {client.dbsize():,} keys, {client.slowlog_len():,} entries")
        print(f"seawall scan: median {wall:.2f} s wall (bound {WALL_BOUND_S} s), {spent:.1f} ms of server time", end="")
        print(f" (bound {SERVER_BOUND_MS} ms; by its own word {said:.1f} ms), worst {max(r[1] for r in runs):.1f} ms")
        if shutil.which("redis-cli"):
            peer_wall, peer_spent = peer(server.url, client)
            print(f"redis-cli --bigkeys: {peer_wall:.1f} s wall, {peer_spent:.0f} ms of server time")
            print(f"ratio: {wall / peer_wall:.3f} of the wall time, {spent / peer_spent:.4f} of the server time")
    return 0 if wall <= WALL_BOUND_S and spent <= SERVER_BOUND_MS else 1


if __name__ == "__main__":
    sys.exit(main())
