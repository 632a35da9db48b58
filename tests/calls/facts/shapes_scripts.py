"""Lua texts with what runs them, redis-cli in shell text, and wrappers of several commands or in several layers."""

from __future__ import annotations

SHAPES: dict[str, tuple[dict[str, str], list[tuple[str, str | None]]]] = {
    "KEYS and ARGV of a text are what EVAL gives": (
        {
            "a.rb": """
R = Redis.new
TAKE = <<~LUA
  local name = KEYS[1] .. ":" .. ARGV[1]
  redis.call("set", name, 1)
  redis.call("del", KEYS[2])
  redis.call("zadd", KEYS[3], 1, 1)
LUA
def go(id) = R.eval(TAKE, keys: ["a:#{id}", "b:#{id}"], argv: ["x"])
"""
        },
        [("eval", "*:*"), ("set", "a:*:x"), ("del", "b:*"), ("zadd", "*")],
    ),
    "EVALSHA of what SCRIPT LOAD gave, keys in a list, with a namespace": (
        {
            "a.rb": """
R = Redis::Namespace.new("ns", redis: Redis.new)
TAKE = "redis.call('incr', KEYS[1])"
SHA = R.script(:load, TAKE)
def go(id) = R.evalsha(SHA, ["hits:#{id}"], [1])
"""
        },
        [("script", None), ("evalsha", "ns:hits:*"), ("incr", "ns:hits:*")],
    ),
    "a number of keys, and several callers of the function around it": (
        {
            "a.rb": """
class Limit
  TEXT = "return redis.call('incr', KEYS[1])"
  def hit(key) = Redis.new.call("EVAL", TEXT, 1, key)
end
""",
            "b.rb": "class Web\n  def a = Limit.new.hit('limit:user')\n  def b = Limit.new.hit('limit:page')\nend\n",
        },
        [("eval", None), ("eval", "limit:user"), ("eval", "limit:page"), ("incr", "limit:*")],
    ),
    "a script object of redis-py": (
        {
            "a.py": '''
import redis

r = redis.Redis()
RELEASE = """
if redis.call("get", KEYS[1]) == ARGV[1] then
  return redis.call("del", KEYS[1])
end
"""


class Lock:
    def __init__(self):
        self.script = r.register_script(RELEASE)

    def free(self, name):
        self.script(keys=[f"lock:{name}"], args=[1])


def go(id):
    r.eval("return redis.call('incrby', KEYS[1], ARGV[1])", 1, f"count:{id}", 2)
'''
        },
        [("get", "lock:*"), ("del", "lock:*"), ("evalsha", "lock:*"), ("eval", "count:*"), ("incrby", "count:*")],
    ),
    "a text that nothing is known to run": ({"a.rb": "T = \"redis.call('get', KEYS[1])\"\n"}, [("get", "*")]),
    "redis-cli in shell text of Ruby": (
        {
            "a.rb": """
HOST = "cache"
system("redis-cli -h #{HOST} -p 6380 --no-auth-warning DEL foo:#{id}")
`redis-cli get bar`
%x(redis-cli -n 2 lrange 'my list' 0 -1 > out.txt)
sh "redis-cli", "--scan", "--pattern", "x:*"
system({ "LANG" => "C" }, "redis-cli", "-n", 3, "zadd", "z:#{x}", "1", "a")
text = <<~SH
  set -e
  cd /srv && sudo redis-cli -u $REDIS_URL flushall
SH
sh text
system("ssh cache \\"redis-cli hgetall h:$1\\"")
system("echo 'LPUSH queue 1' | redis-cli -h x")
"""
        },
        [
            ("del", "foo:*"),
            ("get", "bar"),
            ("lrange", "my list"),
            ("scan", "x:*"),
            ("zadd", "z:*"),
            ("flushall", None),
            ("hgetall", "h:*"),
            ("lpush", "queue"),
        ],
    ),
    "redis-cli in shell text of Python": (
        {
            "a.py": """
import os
import subprocess


def go(host, id):
    subprocess.run(["redis-cli", "-h", host, "DEL", f"foo:{id}"])
    subprocess.run("valkey-cli unlink bar", shell=True)
    os.system("redis-cli keys 'a:*' | xargs -L 100 redis-cli del")
    return subprocess.check_output(["docker", "exec", "cache", "redis-cli", "info"])
"""
        },
        [("del", "foo:*"), ("unlink", "bar"), ("keys", "a:*"), ("del", "a:*"), ("info", None)],
    ),
    "a function that wraps redis-cli": (
        {
            "a.rb": "module Cli\n  def self.wipe(key) = system(\"redis-cli unlink 'w:#{key}'\")\nend\n",
            "b.rb": "class Nightly\n  def go = Cli.wipe('old')\n  def all = Cli.wipe('all')\nend\n",
        },
        [("unlink", None), ("unlink", "w:old"), ("unlink", "w:all")],
    ),
    "a wrapper of two commands, five deep": (
        {
            "a.rb": """
class Store
  def self.put(key, v)
    Redis.new.set(key, v)
    Redis.new.expire(key, 60)
  end
end
""",
            "b.rb": 'class Cache\n  def self.keep(name, v) = Store.put("cache:#{name}", v)\nend\n',
            "c.rb": 'class Pages\n  def self.remember(slug, v) = Cache.keep("page:#{slug}", v)\nend\n',
            "d.rb": 'class Front\n  def self.hold(part, v) = Pages.remember("front:#{part}", v)\nend\n',
            "e.rb": 'class Web\n  def a = Front.hold("menu", 1)\n  def b(id) = Front.hold("foot:#{id}", 1)\nend\n',
        },
        [
            ("set", None),
            ("expire", None),
            ("set", "cache:page:front:menu"),
            ("expire", "cache:page:front:menu"),
            ("set", "cache:page:front:foot:*"),
            ("expire", "cache:page:front:foot:*"),
        ],
    ),
    "wrappers that call each other end": (
        {
            "a.rb": "class A\n  def self.get(k, n) = n ? Redis.new.get(k) : B.get(k, 1)\nend\n",
            "b.rb": "class B\n  def self.get(k, n) = A.get(k, n)\n  def self.go = get('x', 0)\nend\n",
        },
        [("get", None), ("get", "x")],
    ),
}

TRAPS: dict[str, dict[str, str]] = {
    "redis-cli that is only spoken of": {
        "a.rb": """
puts "run redis-cli flushdb"
raise "redis-cli del x"
desc "redis-cli flushall"
system("echo redis-cli del no && which redis-cli")
system("redis-cli --version")
system("apt-get install redis-cli")
system("redis-cli-exporter del x")
"""
    },
    "redis-cli that is only spoken of, in Python": {
        "a.py": """
import logging

logging.info("redis-cli flushall")
parser.add_argument("redis-cli flushall")
run(["brew", "install", "redis-cli"])
"""
    },
    "a keyword `keys` of what is no script": {
        "a.py": "import redis\n\nT = 'return 1'\n\n\ndef go(draw):\n    draw(keys=['a'])\n    T(keys=['a'])\n"
    },
}
