"""The commands of Redis 7 and Valkey 9: arity, what they do, where their keys are. From the servers' own COMMAND.

A row is `name`, the arity (the name counted, negative: at least), and `r` reads, `w` writes, `-` neither. Keys are
those of `KEYS`, else the first argument of every command of a group with keys.
"""

from __future__ import annotations

GROUPS: dict[str, str] = {
    "string": """append 3w decr 2w decrby 3w get 2r getdel 2w getex -2w getrange 4r getset 3w incr 2w incrby 3w
        incrbyfloat 3w lcs -3r mget -2r mset -3w msetex -4w msetnx -3w psetex 4w set -3w setex 4w setnx 3w setrange 4w
        strlen 2r substr 4r delifeq 3w""",
    "bitmap": "bitcount -2r bitfield -2w bitfield_ro -2r bitop -4w bitpos -3r getbit 3r setbit 4w",
    "list": """blmove 6w blmpop -5w blpop -3w brpop -3w brpoplpush 4w lindex 3r linsert 5w llen 2r lmove 5w lmpop -4w
        lpop -2w lpos -3r lpush -3w lpushx -3w lrange 4r lrem 4w lset 4w ltrim 4w rpop -2w rpoplpush 3w rpush -3w
        rpushx -3w sort -2w sort_ro -2r""",
    "zset": """bzmpop -5w bzpopmax -3w bzpopmin -3w zadd -4w zcard 2r zcount 4r zdiff -3r zdiffstore -4w zincrby 4w
        zinter -3r zintercard -3r zinterstore -4w zlexcount 4r zmpop -4w zmscore -3r zpopmax -2w zpopmin -2w
        zrandmember -2r zrange -4r zrangebylex -4r zrangebyscore -4r zrangestore -5w zrank 3r zrem -3w
        zremrangebylex 4w zremrangebyrank 4w zremrangebyscore 4w zrevrange -4r zrevrangebylex -4r zrevrangebyscore -4r
        zrevrank 3r zscan -3r zscore 3r zunion -3r zunionstore -4w""",
    "hash": """hdel -3w hexists 3r hexpire -6w hexpireat -6w hexpiretime -5r hget 3r hgetall 2r hgetdel -5w hgetex -5w
        hincrby 4w hincrbyfloat 4w hkeys 2r hlen 2r hmget -3r hmset -4w hpersist -5w hpexpire -6w hpexpireat -6w
        hpexpiretime -5r hpttl -5r hrandfield -2r hscan -3r hset -4w hsetex -6w hsetnx 4w hstrlen 3r httl -5r
        hvals 2r""",
    "set": (
        "sadd -3w scard 2r sdiff -2r sdiffstore -3w sinter -2r sintercard -3r "
        "sinterstore -3w sismember 3r smembers 2r smismember -3r "
        "smove 4w "  # codespell:ignore smove
        "spop -2w srandmember -2r srem -3w sscan -3r sunion -2r sunionstore -3w"
    ),
    "stream": """xack -4w xadd -5w xautoclaim -6w xclaim -6w xdel -3w xgroup -2w xinfo -2r xlen 2r xpending -3r
        xrange -4r xread -4r xreadgroup -7w xrevrange -4r xsetid -3w xtrim -4w""",
    "geo": """geoadd -5w geodist -4r geohash -2r geopos -2r georadius -6w georadius_ro -6r georadiusbymember -5w
        georadiusbymember_ro -5r geosearch -7r geosearchstore -8w""",
    "hyperloglog": "pfadd -2w pfcount -2r pfmerge -2w",
    "key": """copy -3w del -2w dump 2r exists -2r expire -3w expireat -3w expiretime 2r keys 2r migrate -6w move 3w
        persist 2w pexpire -3w pexpireat -3w pexpiretime 2r pttl 2r rename 3w renamenx 3w restore -4w scan -2r
        touch -2r ttl 2r type 2r unlink -2w object -2r""",
    "pubsub": """psubscribe -2- publish 3- spublish 3- ssubscribe -2- subscribe -2-""",
    "script": "eval -3- eval_ro -3r evalsha -3- evalsha_ro -3r fcall -3- fcall_ro -3r script -2- function -2-",
    "server": """acl -2- bgrewriteaof 1- bgsave -1- client -2- cluster -2- command -1- config -2- dbsize 1r debug -2-
        echo 2- failover -1- flushall -1w flushdb -1w info -1- lastsave 1- latency -2- memory -2- monitor 1- ping -1-
        pubsub -2- randomkey 1r replicaof 3- role 1- save 1- select 2- shutdown -1- slaveof 3- slowlog -2- swapdb 3w
        time 1- wait 3- waitaof 4- commandlog -2-""",
}

# First, last and step of the keys, counted as the servers do: 1 is the first argument, a negative last counts from the
# end. What takes a number of keys before them stands in NUMBERED, with the place of that number.
KEYS: dict[str, tuple[int, int, int]] = {
    **dict.fromkeys(("del", "exists", "mget", "pfcount", "pfmerge", "touch", "unlink"), (1, -1, 1)),
    **dict.fromkeys(("sdiff", "sdiffstore", "sinter", "sinterstore", "sunion", "sunionstore"), (1, -1, 1)),
    **dict.fromkeys(("psubscribe", "subscribe", "ssubscribe"), (1, -1, 1)),
    **dict.fromkeys(("mset", "msetnx"), (1, -1, 2)),
    **dict.fromkeys(("blpop", "brpop", "bzpopmax", "bzpopmin"), (1, -2, 1)),
    **dict.fromkeys(("blmove", "brpoplpush", "lmove", "rpoplpush", "rename", "renamenx", "copy"), (1, 2, 1)),
    "smove": (1, 2, 1),  # codespell:ignore smove
    **dict.fromkeys(("lcs", "zrangestore", "geosearchstore"), (1, 2, 1)),
    "bitop": (2, -1, 1),
    "migrate": (3, 3, 1),
    **dict.fromkeys(("xgroup", "xinfo", "object"), (2, 2, 1)),
}
NUMBERED: dict[str, int] = {
    **dict.fromkeys(("lmpop", "zmpop", "zdiff", "zinter", "zintercard", "zunion", "sintercard", "msetex"), 1),
    **dict.fromkeys(("blmpop", "bzmpop", "eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro"), 2),
}
KEYLESS = frozenset({"scan", "script", "function", "xread", "xreadgroup"})
