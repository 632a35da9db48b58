"""The mended program does what it did: all replies and the whole database, on a real server, also beside a writer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import redis
from tests.calls.fixes.mended import mended
from tests.calls.fixes.programs import PYTHON, RUBY
from tests.missing import missing
from tests.servers import Running

SAFE = {"SW205", "SW220", "SW903"}
ALL = SAFE | {"SW201", "SW203", "SW204", "SW206", "SW904"}
PROGRAMS = {"ruby": ("app.rb", RUBY), "python": ("app.py", PYTHON)}
RUN_S = 60


@cache
def interpreter(language: str) -> str:
    if language == "python":
        return sys.executable
    program = shutil.which("ruby")
    if (
        program is None
        or subprocess.run([program, "-e", 'require "redis"'], capture_output=True, check=False).returncode
    ):
        missing("ruby with the gem redis")
    return program


def run(language: str, text: bytes, url: str, folder: Path) -> dict[str, Any]:
    path = folder / PROGRAMS[language][0]
    path.write_bytes(text)
    environment = {**os.environ, "APP_URL": url}
    done = subprocess.run(
        [interpreter(language), str(path)], env=environment, capture_output=True, timeout=RUN_S, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def seed(client: redis.Redis) -> None:
    client.flushall()
    with client.pipeline(transaction=False) as pipe:
        for name in ("a", "b", "c", "user:1", "user:2", "one:1", "three:1", "word:1", "script:1"):
            pipe.set(name, 1)
        for number in range(1500):
            pipe.set(f"stable:{number}", number)
            pipe.sadd("members", f"stable:{number}")
            pipe.hset("fields", f"stable:{number}", number)
            pipe.geoadd("places", (number % 360 - 179.5, number % 170 - 84.5, f"stable:{number}"))
        pipe.execute()


def left(client: Any) -> dict[str, tuple[object, int]]:
    """Every key that no writer made, with its value and its time to live."""
    found: dict[str, tuple[object, int]] = {}
    for key in sorted(k for k in client.keys("*") if b"moving" not in k):
        kind = client.type(key)
        if kind == b"set":
            value: object = sorted(m for m in client.smembers(key) if b"moving" not in m)
        elif kind == b"hash":
            value = sorted((f, v) for f, v in client.hgetall(key).items() if b"moving" not in f)
        elif kind == b"zset":
            value = [(m, s) for m, s in client.zrange(key, 0, -1, withscores=True) if b"moving" not in m]
        else:
            value = client.lrange(key, 0, -1) if kind == b"list" else client.get(key)
        found[key.decode()] = (value, client.ttl(key))
    return found


@contextmanager
def writer(url: str) -> Iterator[None]:
    """Another client that adds and removes all the time."""
    end, began = threading.Event(), threading.Event()

    def work() -> None:
        with redis.Redis.from_url(url) as client:
            number = 0
            while not end.is_set():
                number += 1
                name = f"moving:{number % 50}"
                with client.pipeline(transaction=False) as pipe:
                    if number % 2:
                        pipe.set(f"stable:{name}", 1)
                        pipe.sadd("members", name)
                        pipe.hset("fields", name, 1)
                        pipe.geoadd("places", (10, 10, name))
                    else:
                        pipe.delete(f"stable:{name}")
                        pipe.srem("members", name)
                        pipe.hdel("fields", name)
                        pipe.zrem("places", name)
                    pipe.execute()
                began.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert began.wait(RUN_S)
        yield
    finally:
        end.set()
        thread.join(RUN_S)


@pytest.mark.parametrize("language", PROGRAMS)
@pytest.mark.parametrize("unsafe", [False, True])
def test_replies_and_database_are_the_same(any_server: Running, language: str, unsafe: bool, tmp_path: Path):
    interpreter(language)
    path, text = PROGRAMS[language]
    found = mended({path: text.encode()}, unsafe=unsafe)
    assert {change.rule for change in found.changes} == (ALL if unsafe else SAFE)
    after = found.texts[path]
    assert b"DEL" not in after
    assert not (unsafe and any(word in after for word in (b"smembers", b"georadius", b".keys(")))
    host = any_server.address
    url = f"redis://{host.host}:{host.port}/0"
    with redis.Redis.from_url(url) as client:
        seed(client)
        replies, database = run(language, text.encode(), url, tmp_path), left(client)
        seed(client)
        again, there = run(language, after, url, tmp_path), left(client)
    assert again == replies
    assert there.keys() == database.keys()
    for key, (value, ttl) in database.items():
        assert there[key][0] == value, key
        most = ttl * 1.1 if unsafe and key.startswith("cached:") else ttl
        assert ttl - 5 <= there[key][1] <= most + 1, key


@pytest.mark.parametrize("language", PROGRAMS)
def test_beside_a_writer_nothing_stable_is_lost_or_doubled(any_server: Running, language: str, tmp_path: Path):
    interpreter(language)
    path, text = PROGRAMS[language]
    after = mended({path: text.encode()}, unsafe=True).texts[path]
    host = any_server.address
    url = f"redis://{host.host}:{host.port}/0"
    with redis.Redis.from_url(url) as client:
        seed(client)
        replies = run(language, text.encode(), url, tmp_path)
        seed(client)
        with writer(url):
            again = run(language, after, url, tmp_path)
        for name in ("names", "members", "fields", "everybody", "by_name"):
            assert all(n == 1 for n in Counter(map(str, again[name])).values()), name
            assert [one for one in again[name] if "moving" not in str(one)] == replies[name], name
        assert client.scard("written") == 2500
        assert client.lrange("pushed", 0, -1) == [str(n).encode() for n in range(1, 2501)]
