"""Ruby: a source for each shape in which applications send commands, with the command and key of each site."""

from __future__ import annotations

SHAPES: dict[str, tuple[dict[str, str], list[tuple[str, str | None]]]] = {
    "a constant": (
        {"a.rb": 'REDIS = Redis.new(url: ENV["REDIS_URL"])\nREDIS.set("site:name", 1)\nREDIS.get("site:name")\n'},
        [("set", "site:name"), ("get", "site:name")],
    ),
    "a global, and interpolation": (
        {"a.rb": '$store = Redis.new\ndef seen(id)\n  $store.sadd("seen:#{id}:ips", ip)\nend\n'},
        [("sadd", "seen:*:ips")],
    ),
    "a memoised method": (
        {
            "a.rb": """
class Cart
  def store
    @store ||= Redis.new
  end

  def add(item)
    store.hset("cart:#{item.owner_id}", item.id, 1)
  end
end
"""
        },
        [("hset", "cart:*")],
    ),
    "a mixin whose method is a pool's client": (
        {
            "pool.rb": """
module Stored
  def with_store(&block)
    POOL.with(&block)
  end
end
POOL = ConnectionPool.new(size: 5) { Redis.new }
""",
            "user.rb": """
class Visit
  include Stored

  def record
    with_store { |c| c.incr("visits:#{Date.today}") }
  end
end
""",
        },
        [("incr", "visits:*")],
    ),
    "implicit block parameters": (
        {"a.rb": 'P = ConnectionPool.new { Redis.new }\nP.with { it.get("a:1") }\nP.with { _1.get("a:2") }\n'},
        [("get", "a:1"), ("get", "a:2")],
    ),
    "a hash of pools": (
        {
            "a.rb": """
class Pools
  POOLS = {
    main: ConnectionPool.new { Redis.new },
    jobs: ConnectionPool.new { Redis.new(db: 1) },
  }

  def self.[](name)
    POOLS[name]
  end
end

def flag(id)
  Pools[:main].with { |conn| conn.setex("flag:#{id}", 60, "1") }
  Pools::POOLS.fetch(:jobs).with { |conn| conn.del("flag:#{id}") }
end
"""
        },
        [("setex", "flag:*"), ("del", "flag:*")],
    ),
    "pipelines and transactions": (
        {
            "a.rb": """
R = Redis.new
R.pipelined do |p|
  p.incr("hits")
  p.multi { |t| t.expire("hits", 5) }
end
R.multi do |pipeline|
  pipeline.zadd("top", 1, "a")
end
"""
        },
        [("incr", "hits"), ("expire", "hits"), ("zadd", "top")],
    ),
    "redis-client": (
        {
            "a.rb": """
C = RedisClient.config(host: "x").new_pool(size: 3)
C.call("HSET", "h:#{id}", "f", 1)
C.with { |c| c.call("SET", "k", "v", "EX", "10", "NX") }
C.call_v(["DEL", "k1", "k2"])
C.blocking_call(5, "BRPOP", "queue:low", 4)
C.call("CONFIG GET", "maxmemory")
"""
        },
        [("hset", "h:*"), ("set", "k"), ("del", "k1"), ("brpop", "queue:low"), ("config", None)],
    ),
    "a namespace": (
        {
            "a.rb": """
module Store
  def self.client
    @client ||= Redis::Namespace.new(:shop, redis: Redis.new)
  end
end
Store.client.get("cart:#{id}")
"""
        },
        [("get", "shop:cart:*")],
    ),
    "Sidekiq's own pool": (
        {"a.rb": 'Sidekiq.redis { |conn| conn.llen("queue:default") }\nRails.cache.redis.with { |c| c.ttl("x") }\n'},
        [("llen", "queue:default"), ("ttl", "x")],
    ),
    "format constants": (
        {
            "a.rb": """
class Limits
  KEY = "limit:%s:%d".freeze
  NAMED = "limit:%<kind>s:day"

  def hit(kind)
    REDIS.incr(KEY % [kind, 3])
    REDIS.incr(format(NAMED, kind: kind))
    REDIS.incr(["limit", kind, "all"].join(":"))
    REDIS.incr("limit:" + kind.to_s)
  end
end
REDIS = Redis.new
"""
        },
        [("incr", "limit:*:3"), ("incr", "limit:*:day"), ("incr", "limit:*:all"), ("incr", "limit:*")],
    ),
    "key builders in a class of endless methods": (
        {
            "keys.rb": """
module Names
  class Session
    def self.for(id) = "session:#{id}"
    def self.all = "sessions"
  end
end
""",
            "a.rb": "R = Redis.new\nR.get(Names::Session.for(user.id))\nR.smembers(Names::Session.all)\n",
        },
        [("get", "session:*"), ("smembers", "sessions")],
    ),
    "a builder with two returns": (
        {
            "a.rb": """
class Feed
  R = Redis.new

  def key(kind, id, sub = nil)
    return "feed:#{kind}:#{id}" unless sub

    "feed:#{kind}:#{id}:#{sub}"
  end

  def trim(id)
    R.zcard(key(:home, id))
    R.del(key(:home, id, "old"))
  end

  def state(id)
    R.get("state:#{id}#{":#{@part}" if @part}")
  end
end
"""
        },
        [("zcard", "feed:home:*"), ("del", "feed:home:*:old"), ("get", "state:*")],
    ),
    "a template method": (
        {
            "a.rb": """
class Base
  R = Redis.new

  def used
    R.smembers("#{prefix}:used")
  end

  def prefix
    raise NotImplementedError
  end
end

class Tags < Base
  def prefix = "tags"
end

class Links < Base
  def prefix = "links"
end
"""
        },
        [("smembers", "*:used")],
    ),
    "the name of a module": (
        {
            "a.rb": """
module Jobs
  class Sync
    def last
      Redis.current.get("#{self.class.name}:last")
    end
  end
end
"""
        },
        [("get", "Jobs::Sync:last")],
    ),
    "a wrapper class": (
        {
            "cache.rb": """
class Cache
  def self.read(key) = client.get(key)

  def self.write(value, key, ttl = 60)
    client.setex(key, ttl, value)
  end

  def self.items(key, from = 0, to = -1)
    client.lrange(key, from, to)
  end

  def self.client
    @client ||= Redis.new
  end
end
""",
            "app.rb": """
class Profile
  def load = Cache.read("profile:#{@id}")
  def save = Cache.write(to_json, "profile:#{@id}")
  def tail = Cache.items("profile:#{@id}:log")
end
""",
        },
        [
            ("get", "profile:*"),
            ("setex", "profile:*"),
            ("lrange", "profile:*:log"),
            ("get", None),
            ("setex", None),
            ("lrange", None),
        ],
    ),
    "a wrapper of a wrapper": (
        {
            "store.rb": """
class Store
  def put(key, value) = redis.set(key, value)
  def redis = Redis.new
end
""",
            "lock.rb": """
class Lock
  def self.hold(name)
    Store.new.put("lock:#{name}", 1)
    yield
  end
end
""",
            "pay.rb": 'class Pay\n  def call = Lock.hold("pay:#{@id}") { charge }\nend\n',
        },
        [("set", None), ("set", "lock:pay:*")],
    ),
    "two classes of one name": (
        {
            "a.rb": """
module A
  class Client
    def conn = Redis.new
  end

  class User
    def go = Client.new.conn.get("a")
  end
end

module B
  class Client
    def conn = Net::HTTP.new("x")
  end

  class User
    def go = Client.new.conn.get("/b")
  end
end
"""
        },
        [("get", "a")],
    ),
    "keys that a scan gave": (
        {
            "a.rb": """
R = Redis.new
keys = R.keys("tmp:*")
R.del(*keys)
R.scan_each(match: "old:*") { |k| R.unlink(k) }
"""
        },
        [("keys", "tmp:*"), ("del", "tmp:*"), ("scan", "old:*"), ("unlink", "old:*")],
    ),
    "a parameter by its callers": (
        {
            "a.rb": """
class Vacuum
  def run
    drop("index:a", ids)
    drop("index:b", ids)
  end

  private

  def drop(index, ids)
    Redis.new.srem(index, ids)
  end
end
"""
        },
        [("srem", "index:*")],
    ),
    "commands defined in a loop": (
        {
            "a.rb": """
class Prefixed
  def initialize(redis)
    @redis = redis
  end

  %i(get set).each do |name|
    define_method(name) { |key, *args| @redis.public_send(name, "app:#{key}", *args) }
  end
end
""",
            "b.rb": 'S = Prefixed.new(Redis.new)\nclass X\n  def go = S.get("theme:#{id}")\nend\n',
        },
        [("get", None), ("get", "app:theme:*"), ("set", "app:*")],
    ),
    "what has no such method is handed on": (
        {
            "a.rb": """
class Proxy
  def initialize(client) = @client = client
  def method_missing(name, *args, &block) = @client.send(name, *args, &block)
end
Proxy.new(Redis.new).lpush("log", "x")
"""
        },
        [("lpush", "log")],
    ),
    "a delegate, and a singleton": (
        {
            "a.rb": """
class Kv
  include Singleton
  delegate :get, :set, to: :conn

  def conn
    @conn ||= Redis.new
  end
end
Kv.instance.conn.get("a:b")
"""
        },
        [("get", "a:b")],
    ),
    "a lambda and a case": (
        {
            "a.rb": """
R = Redis.new
KEY = ->(id) { "u:#{id}" }
R.get(KEY.call(1))
R.publish(local ? "news:local" : "news:remote", "x")
"""
        },
        [("get", "u:1"), ("publish", "news:*")],
    ),
    "a client that is a default": (
        {
            "a.rb": """
class A
  def initialize(redis: Redis.new)
    @redis = redis
  end
  def go(id)
    @redis.get("a:#{id}")
  end
end
""",
        },
        [("get", "a:*")],
    ),
    "constants of self's class, and a pool that hands all on": (
        {
            "a.rb": """
class A
  KEY = "k:%d"
  class << self
    def redis
      @redis ||= ConnectionPool::Wrapper.new { Redis.new }
    end
  end
  def go
    self.class.redis.set(self.class::KEY % 3, 1)
    self.class.redis.set(format(self.class::KEY, id), 1)
  end
end
""",
        },
        [("set", "k:3"), ("set", "k:*")],
    ),
    "the name of a class, in its own words": (
        {
            "a.rb": """
class FooBar
  def go = Redis.current.incr("#{self.class.name.underscore}:n")
  def self.go = Redis.current.incr("#{name}:n")
end
""",
        },
        [("incr", "foo_bar:n"), ("incr", "FooBar:n")],
    ),
    "a pool's `then`, and what rescues": (
        {
            "a.rb": """
RP = ConnectionPool.new { Redis.new }
RP.then { |r| r.get("a") }
RP.with do |conn|
  conn.pipelined { |p| ids.each { |i| p.del "b:#{i}" } }
rescue Redis::BaseError
  conn.get("c")
end
""",
        },
        [("get", "a"), ("del", "b:*"), ("get", "c")],
    ),
    "an attribute of what is not known": (
        {
            "init.rb": """
App.config.redis = Redis.new
""",
            "a.rb": """
App.config.redis.hget "h:#{x}", "f"
""",
        },
        [("hget", "h:*")],
    ),
    "an accessor of a module": (
        {
            "a.rb": """
module App
  mattr_accessor :kv
  self.kv = Redis.new
end
App.kv.get("z")
""",
        },
        [("get", "z")],
    ),
    "a concern": (
        {
            "a.rb": """
module Counted
  extend ActiveSupport::Concern
  included do
    def bump = redis.incr("c:#{id}")
  end
  class_methods do
    def kv = @kv ||= Redis.new
  end
  def redis = self.class.kv
end
class X
  include Counted
  def t = redis.ttl("c:#{id}")
end
""",
        },
        [("incr", "c:*"), ("ttl", "c:*")],
    ),
    "keys of scripts, maps and BITOP": (
        {
            "a.rb": """
r = Redis.new
r.eval("return 1", keys: ["a:#{x}"], argv: [1])
r.evalsha(SHA, ["b"], [1])
r.mapped_mset("m:1" => 1)
r.bitop("AND", "dest", "src")
""",
        },
        [("eval", "a:*"), ("evalsha", "b"), ("mset", "m:1"), ("bitop", "dest")],
    ),
    "constants put together": (
        {
            "a.rb": """
NAME = :app
KEY = [NAME, "x"].join(":").freeze
R = Redis.new
R.get(KEY)
R.get("#{KEY}:#{NAME}")
R.get(:sym)
""",
        },
        [("get", "app:x"), ("get", "app:x:app"), ("get", "sym")],
    ),
    "names alone": (
        {
            "a.rb": """
$redis_pool.with { |c| c.setex("a:#{x}", 5, 1) }
$redis.get("b")
REDIS.hgetall("c")
""",
        },
        [("setex", "a:*"), ("get", "b"), ("hgetall", "c")],
    ),
    "a method that yields": (
        {
            "a.rb": """
class S
  def self.on
    yield client
  end
  def self.client = @c ||= Redis.new
end
S.on { |c| c.get("q") }
""",
        },
        [("get", "q")],
    ),
    "a method that calls its block": (
        {
            "a.rb": """
class S
  def on(&blk)
    pool.with { |c| blk.call(c) }
  end
  def pool = @pool ||= ConnectionPool.new { Redis.new }
end
S.new.on { |c| c.get("q") }
""",
        },
        [("get", "q")],
    ),
    "an object that is a key": (
        {
            "k.rb": """
class Key
  def initialize(id) = @id = id
  def to_s = "u:#{@id}"
  def name = "n:#{@id}:x"
end
""",
            "a.rb": """
R = Redis.new
k = Key.new(3)
R.get(k.name)
R.set(k.to_s, 1)
R.del("#{k}")
""",
        },
        [("get", "n:*:x"), ("set", "u:*"), ("del", "u:*")],
    ),
    "a method that only a class below it has": (
        {
            "a.rb": """
class Base
  def initialize(name) = @name = name
  def get = redis.get(key)
  def redis = Redis.new
  def key = "#{prefix}:#{@name}"
end
class S < Base
  def prefix = "s"
end
""",
        },
        [("get", "s:*")],
    ),
}
