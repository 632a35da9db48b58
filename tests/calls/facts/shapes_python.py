"""Python and JavaScript: a source for each shape in which applications send commands, with the sites in it."""

from __future__ import annotations

SHAPES: dict[str, tuple[dict[str, str], list[tuple[str, str | None]]]] = {
    "a global that is imported": (
        {
            "shop/__init__.py": "import redis\n\nstore = redis.Redis.from_url(URL)\n",
            "shop/cart.py": 'from shop import store\n\ndef add(user):\n    store.hset(f"cart:{user.id}", 1, 1)\n',
            "shop/old.py": 'import shop\n\ndef drop(user):\n    shop.store.delete("cart:{}".format(user.id))\n',
        },
        [("hset", "cart:*"), ("del", "cart:*")],
    ),
    "a relative import, and an alias": (
        {
            "app/db.py": "from redis import StrictRedis as Client\n\nr = Client()\n",
            "app/sub/use.py": "from ..db import r as kv\n\nkv.incr('n:%s' % name)\n",
        },
        [("incr", "n:*")],
    ),
    "an attribute, with a property for the key": (
        {
            "a.py": """
import redis


class Board:
    PREFIX = "board"

    def __init__(self, name):
        self.name = name
        self.client = redis.Redis()

    @property
    def key(self):
        return f"{self.PREFIX}:{self.name}"

    def top(self):
        return self.client.zrevrange(self.key, 0, 9)
"""
        },
        [("zrevrange", "board:*")],
    ),
    "a pipeline that is entered, and one that is handed over": (
        {
            "a.py": """
import redis

r = redis.Redis()


def touch(pipe, key):
    pipe.expire(f"t:{key}", 60)


def run(keys):
    with r.pipeline(transaction=False) as p:
        for key in keys:
            p.get(f"t:{key}")
            touch(p, key)
        p.execute()
"""
        },
        [("get", "t:*"), ("expire", "t:*")],
    ),
    "chained on a pipeline": (
        {"a.py": 'import redis\nredis.Redis().pipeline().set("a", 1).expire("a", 5).execute()\n'},
        [("set", "a"), ("expire", "a")],
    ),
    "asyncio and a cluster": (
        {
            "a.py": """
from redis import asyncio as aioredis
from redis.cluster import RedisCluster

pool = aioredis.from_url("redis://x")
cluster = RedisCluster(host="x")


async def go(id):
    await pool.set(f"{{user:{id}}}:name", "x", ex=5)
    cluster.mget("a", "b")
"""
        },
        [("set", "{user:*}:name"), ("mget", "a")],
    ),
    "django-redis and a registry": (
        {
            "a.py": """
from django_redis import get_redis_connection

con = get_redis_connection("default")
con.lpush("log", "x")


class Registry:
    def __init__(self):
        self._all = {}

    def get(self, name):
        if name not in self._all:
            self._all[name] = get_redis_connection(name)
        return self._all[name]


registry = Registry()


def tail():
    return registry.get("main").lrange("log", 0, -1)
"""
        },
        [("lpush", "log"), ("lrange", "log")],
    ),
    "a subscriber": (
        {"a.py": 'import redis\np = redis.Redis().pubsub(ignore_subscribe_messages=True)\np.subscribe("news")\n'},
        [("subscribe", "news")],
    ),
    "raw commands": (
        {
            "a.py": 'import valkey\nv = valkey.Valkey()\nv.execute_command("HGETALL", "h:1")\n'
            'v.execute_command("OBJECT FREQ", "h:1")\nv.config_get("maxmemory")\n'
        },
        [("hgetall", "h:1"), ("object", "h:1"), ("config", None)],
    ),
    "annotations": (
        {
            "a.py": """
from typing import Optional

import redis


def one(client: redis.Redis, id: int) -> None:
    client.unlink(f"x:{id}")


def two(client: "Optional[redis.Redis]" = None):
    client.ping()


class Repo:
    conn: redis.Redis

    def save(self):
        self.conn.set("repo", 1)
"""
        },
        [("unlink", "x:*"), ("ping", None), ("set", "repo")],
    ),
    "RQ's connection": (
        {
            "a.py": 'from rq import Queue, get_current_connection\nget_current_connection().get("a")\n'
            'q = Queue("x")\nq.connection.sadd("b", 1)\n'
        },
        [("get", "a"), ("sadd", "b")],
    ),
    "a class that is a client": (
        {
            "a.py": """
import redis


class Store(redis.Redis):
    def remember(self, key, value):
        self.set("store:" + key, value)


s = Store()
s.get("a")
"""
        },
        [("set", "store:*"), ("get", "a")],
    ),
    "a wrapper, and one that renames and has defaults": (
        {
            "store.py": """
import redis

_client = redis.Redis()


def remember(value, key, seconds=60):
    _client.set(key, value, ex=seconds)


def members(key):
    return _client.smembers(f"set:{key}")
""",
            "use.py": """
from store import members, remember


def save(user):
    remember(user.name, f"user:{user.id}:name")
    return members(f"friends:{user.id}")
""",
        },
        [("set", None), ("smembers", None), ("set", "user:*:name"), ("smembers", "set:friends:*")],
    ),
    "keys that a scan gave": (
        {
            "a.py": """
import redis

r = redis.Redis()
found = {k: r.get(k) for k in r.keys("lock:*")}
for key, value in found.items():
    r.delete(key)
for key in r.scan_iter(match="old:*"):
    r.unlink(key)
"""
        },
        [("keys", "lock:*"), ("get", "lock:*"), ("del", "lock:*"), ("scan", "old:*"), ("unlink", "old:*")],
    ),
    "a function that gives a context": (
        {
            "a.py": """
from contextlib import contextmanager

import redis


@contextmanager
def connected():
    client = redis.Redis()
    try:
        yield client
    finally:
        client.close()


def go():
    with connected() as c:
        c.spop("bag")
"""
        },
        [("spop", "bag")],
    ),
    "a parameter by the callers of its callers": (
        {
            "a.py": """
import redis

r = redis.Redis()


def size(name):
    return r.llen(name)


def empty(name):
    while size(name):
        pass


empty("jobs:low")
empty("jobs:high")
"""
        },
        [("llen", "jobs:*")],
    ),
    "Lua with a hole": (
        {"a.rb": "S = \"redis.call('GET', 'app:#{ENV.name}:x')\"\n".replace("S", "REDIS_SCRIPT")},
        [("get", "app:*:x")],
    ),
    "Lua in a string": (
        {
            "a.py": '''
import redis

SCRIPT = """
local n = redis.call("INCR", KEYS[1])
if n == 1 then
  redis.pcall('expire', "limit:all", ARGV[1])
end
"""
redis.Redis().eval(SCRIPT, 1, "limit:a", 60)
'''
        },
        [("incr", "limit:a"), ("expire", "limit:all"), ("eval", "limit:a")],
    ),
    "ioredis": (
        {
            "a.ts": """
import Redis from "ioredis";

const redis = new Redis();

export class Users {
  private client: Redis;

  constructor() {
    this.client = new Redis();
  }

  async load(id: string) {
    await redis.hgetall(`user:${id}`);
    return this.client.pipeline().get(`user:${id}:name`).exec();
  }
}
"""
        },
        [("hgetall", "user:*"), ("get", "user:*:name")],
    ),
    "node-redis": (
        {
            "a.js": """
const { createClient } = require("redis");

const client = createClient();

async function top(kind) {
  await client.zAdd("top:" + kind, [{ score: 1, value: "a" }]);
  return client.sendCommand(["HGETALL", "x"]);
}
"""
        },
        [("zadd", "top:*"), ("hgetall", "x")],
    ),
    "a method with a default, and keywords": (
        {
            "a.py": """
import redis
r = redis.Redis()
class K:
    P = "x:{}"
    def key(self, a, b=None):
        if b is None:
            return self.P.format(a)
        return "y:%s:%s" % (a, b)
    def go(self, i):
        r.get(self.key(i))
        r.get(self.key(i, 2))
        r.hset(name=self.key(i), mapping={"a": 1})
""",
        },
        [("get", "x:*"), ("get", "y:*:2"), ("hset", "x:*")],
    ),
    "a client or a default, and a lock": (
        {
            "a.py": """
import redis
class K:
    def __init__(self, conn=None):
        self.conn = conn or redis.StrictRedis()
    def go(self):
        with self.conn.pipeline() as pipe:
            pipe.sadd("s", 1)
            pipe.execute()
        lock = self.conn.lock("l:1", timeout=3)
""",
        },
        [("sadd", "s"), ("set", "l:1")],
    ),
    "a function that is decorated": (
        {
            "a.py": """
from functools import lru_cache
import redis
@lru_cache
def get_client() -> redis.Redis:
    return redis.Redis(connection_pool=redis.ConnectionPool())
def go():
    get_client().zadd("z", {"a": 1})
    c = get_client()
    for i in range(3):
        c.get(f"k:{i}")
""",
        },
        [("zadd", "z"), ("get", "k:*")],
    ),
    "Flask's client": (
        {
            "ext.py": """
from flask_redis import FlaskRedis
store = FlaskRedis()
""",
            "a.py": """
from ext import store
store.get("a")
""",
        },
        [("get", "a")],
    ),
    "Celery's client": (
        {
            "a.py": """
from celery import Celery
app = Celery("x")
app.backend.client.llen("celery")
""",
        },
        [("llen", "celery")],
    ),
    "a field of a dataclass": (
        {
            "a.py": """
from dataclasses import dataclass
from redis.asyncio import Redis
@dataclass
class Repo:
    redis: Redis
    async def go(self, key):
        await self.redis.set("p:" + key, 1)
        async with self.redis.pipeline(transaction=True) as p:
            await p.incr("n").execute()
""",
        },
        [("set", "p:*"), ("incr", "n")],
    ),
    "keys in a map of another file": (
        {
            "consts.py": """
PREFIX = "app"
KEYS = {"user": "user:%s"}
""",
            "a.py": """
import redis
from consts import KEYS, PREFIX
r = redis.Redis()
r.get(PREFIX + ":" + KEYS["user"] % uid)
""",
        },
        [("get", "app:user:*")],
    ),
    "exports": (
        {
            "redis.ts": """
import { createClient } from "redis";
export const client = createClient();
export default client;
""",
            "a.ts": """
import client from "./redis";
import { client as c } from "./redis";
export async function f(id: number) {
  await client.get(`a:${id}`);
  await c.multi().set("b", 1).exec();
}
""",
        },
        [("get", "a:*"), ("set", "b")],
    ),
    "a parameter of a constructor that is a field": (
        {
            "a.ts": """
import Redis from "ioredis";
export class S {
  constructor(private readonly redis: Redis) {}
  key(id: string) { return `s:${id}`; }
  async go(id: string) { await this.redis.hset(this.key(id), "f", 1); }
}
""",
        },
        [("hset", "s:*")],
    ),
}
