"""What `seawall nodes census` costs on 1,000,000 keys, and how far its sample is off.

Bounds: `--full` at least 3 times as fast as its peer; the sampled census at under 2 % of the peer's commands, and for
each pattern with at least 1 % of the keys and no key above 1 % of its bytes within 5 % of the bytes that `--full`
counted; no call of either above 5 ms by the server's own slow log. Peer: `redis-cli --memkeys`, same server, same run,
both over TCP on loopback: a server of a production is not on a unix socket, and its peer waits for 290,000 answers.
The share of the server's time is not limited here: it would be what is measured. On a busy machine the server itself is
put aside for milliseconds: then PTTL of one key, which is O(1), stands in its slow log too, and that is said.

What this does not show: from 129 elements on a collection takes several times the bytes an element. Where one key in
2,500 is one of those, a sample of 4,000 may miss them all, and is then about 5 % off.
"""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import redis

from seawall import lab

KEYS = 1_000_000
ROUNDS = 3  # of the sampled census
FASTER = 3.0
COMMANDS_SHARE = 0.02
ERROR = 0.05
STALL_US = 5_000


def fill(client: redis.Redis) -> None:
    """A million keys of nine patterns and five types, sizes equal to lognormal with sigma 1.2, a third expiring."""
    dice = random.Random(1)
    for start in range(0, KEYS, 5_000):
        pipeline = client.pipeline(transaction=False)
        for n in range(start, start + 5_000):
            many = min(int(dice.lognormvariate(1.5, 1.0)) + 1, 120)  # small ones: see below
            kind = dice.random()
            if kind < 0.30:
                pipeline.set(f"user:{n}:profile", b"x" * min(int(dice.lognormvariate(5, 1.2)), 20_000))
            elif kind < 0.55:
                pipeline.set(f"session:{dice.getrandbits(64):016x}", b"s" * 200, ex=90_000 + n % 50_000)
            elif kind < 0.70:
                pipeline.hset(f"cart:{n}", mapping={str(i): i for i in range(many)})
            elif kind < 0.80:
                pipeline.zadd(f"board:{n % 20}:{n}", {str(i): i for i in range(many)})
            elif kind < 0.88:
                pipeline.set(
                    f"cache:{word(dice)}:html", b"h" * int(dice.lognormvariate(6, 0.8)), ex=100_000 + n % 50_000
                )
            elif kind < 0.93:
                pipeline.rpush(f"feed:{n}", *range(many))
            elif kind < 0.97:
                pipeline.sadd(f"tags:{n}", *range(many))
            elif kind < 0.985:
                pipeline.set(b"bin:" + dice.randbytes(8) + b":x", b"b" * 50)
            else:
                pipeline.hset(f"order:2026-{n % 12 + 1:02}-{n % 28 + 1:02}:{n}", mapping={"state": "x" * many})
        pipeline.execute()


def word(dice: random.Random) -> str:
    return "".join(dice.choices("abcdefghijklmnop", k=8))


def timed(command: list[str]) -> tuple[float, str]:
    """Wall seconds and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - began, done.stdout


def commands(client: redis.Redis) -> int:
    """Commands that the server has processed since its start."""
    stats: dict[str, Any] = client.info("stats")
    return stats["total_commands_processed"]


def census(url: str, *options: str) -> tuple[float, dict[str, Any]]:
    ours = [str(Path(sys.executable).with_name("seawall")), "nodes", "census", "--redis", url, "--format", "json"]
    wall, said = timed([*ours, "--share", "100", *options])
    return wall, json.loads(said)


def errors(truth: dict[str, Any], sample: dict[str, Any]) -> list[tuple[float, str]]:
    """How far the bytes of each pattern that the promise is about are off, the worst first."""
    sampled = {(p["database"], p["key_pattern"]): p for p in sample["patterns"]}
    off: list[tuple[float, str]] = []
    for p in truth["patterns"]:
        if p["keys"] >= 0.01 * truth["keys"]["total"] and p["largest_bytes"] <= 0.01 * p["bytes"]:
            said = sampled.get((p["database"], p["key_pattern"]))
            off.append((abs(said["bytes"] / p["bytes"] - 1) if said else math.inf, p["key_pattern"]))
    return sorted(off, reverse=True)


def main() -> int:
    if not shutil.which("redis-cli"):
        print("no redis-cli: there is no peer to measure against")
        return 0
    with lab.start(lab.find_binary(), tcp=True, config={"slowlog-log-slower-than": str(STALL_US)}) as server:
        client = redis.Redis.from_url(server.url)
        fill(client)
        client.slowlog_reset()
        print(f"{server.binary}, {client.dbsize():,} keys")
        full_wall, truth = census(server.url, "--full")
        full_stalls = client.slowlog_len()
        samples = [census(server.url) for _ in range(ROUNDS)]
        stalls = client.slowlog_len()
        host = sum(entry["command"].startswith((b"PTTL", b"PING", b"TIME")) for entry in client.slowlog_get(stalls))
        before = commands(client)
        peer_wall, _ = timed(["redis-cli", "-u", server.url, "--memkeys"])
        peer_commands = commands(client) - before
        peer_stalls = client.slowlog_len() - stalls
    faster = peer_wall / full_wall
    print(f"redis-cli --memkeys: {peer_wall:.1f} s, {peer_commands:,} commands, {peer_stalls} calls above 5 ms")
    print(f"census --full: {full_wall:.1f} s, {truth['cost']['commands']:,} commands,", end=" ")
    print(f"{truth['cost']['server_us'] / 1000:,.0f} ms of the server; {faster:.1f} times as fast (bound {FASTER})")
    worst, share = 0.0, 0.0
    for wall, sample in samples:
        off = errors(truth, sample)
        worst, share = max(worst, off[0][0]), max(share, sample["cost"]["commands"] / peer_commands)
        print(f"census: {wall:.1f} s, {sample['cost']['commands']:,} commands,", end=" ")
        print(f"{sample['cost']['server_us'] / 1000:,.0f} ms of the server; of {len(off)} patterns", end=" ")
        print(f"{off[0][1]} is off most, by {off[0][0]:.2%}")
    print(f"ratio: {share:.4f} of the peer's commands (bound {COMMANDS_SHARE}),", end=" ")
    print(f"worst error {worst:.2%} (bound {ERROR:.0%})")
    print(f"calls above 5 ms: {stalls} (bound 0), {full_stalls} of --full, {host} of O(1) commands: the host")
    return 0 if faster >= FASTER and share < COMMANDS_SHARE and worst <= ERROR and not stalls else 1


if __name__ == "__main__":
    sys.exit(main())
