"""What looks like Redis and is not: no site may be found in any of these."""

from __future__ import annotations

TRAPS: dict[str, dict[str, str]] = {
    "methods of Ruby's own objects": {
        "a.rb": """
# redis is only a word here
h = { "a" => 1 }
h.keys.each { |k| h.delete(k) }
"text".scan(/x/)
File.delete("redis.log")
User.where(id: 1).exists?
user.type
ENV.keys
logger.info("redis")
Rails.cache.delete("x")
Rails.cache.read("user:1")
ActiveRecord::Base.transaction { user.save }
[1, 2].append(3)
set = Set.new
set.add(1)
session.delete(:redis)
params.delete(:get)
"""
    },
    "methods of Python's own objects": {
        "a.py": """
import logging
import os

import redis
import requests

os.environ.get("REDIS_URL")
d = {"a": 1}
d.get("a")
d.keys()
requests.get("http://redis")
logging.info("redis")
items = []
items.append(1)
items.sort()
seen = set()
seen.add(1)
redis.exceptions.ConnectionError("x")
"".join(d).strip()
subprocess.run(["redis-cli"]).wait()
"""
    },
    "other clients, pools and pipelines": {
        "a.rb": """
DB = ConnectionPool.new { PG.connect }
DB.with { |c| c.exec("select 1"); c.get("x") }
pipeline = Pipeline.new
pipeline.set("redis", 1)
client = Docker::Client.new
client.ping
client.info
HTTP = Net::HTTP.new("redis")
HTTP.get("/x")
HTTP.delete("/x")
""",
        "b.py": """
import docker

client = docker.from_env()
client.ping()
client.info()
pipeline = sklearn.Pipeline([])
pipeline.set("redis", 1)
""",
    },
    "a module of the program that is called redis": {
        "app/redis.py": """
def get(name):
    return name


class Store:
    def set(self, key, value):
        self.data = {key: value}
""",
        "app/use.py": """
from app import redis
from app.redis import Store

redis.get("x")
Store().set("a", 1)
""",
    },
    "an object whose methods have the names of commands": {
        "a.rb": """
class Basket # not in Redis
  def get(key) = @items[key]
  def del(key) = @items.delete(key)
end
Basket.new.get("a")
redis_basket = Basket.new
redis_basket.del("a")
"""
    },
    "what is no command of a client": {
        "a.rb": """
R = Redis.new
R.pipelined { }
R.multi { }
R.close
R.connected?
R.inspect
R.method(:get)
R.client.reconnect
""",
        "b.py": """
import redis

r = redis.Redis()
p = r.pipeline()
p.watch("a")
p.multi()
p.execute()
r.close()
r.connection_pool.disconnect()
r.register_script("return 1")
r.pubsub()
""",
    },
    "replies are not clients": {
        "a.py": """
import redis

r = redis.Redis()
n = r.connection_pool
n.get("x")
value = open("redis").read()
value.get("x")
"""
    },
    "a call in a comment of Lua": {"a.rb": "X = \"-- redis.call('GET', 1)\"\n"},
}
