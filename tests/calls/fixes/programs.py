"""The same application in Ruby and Python, one method for each shape that a fixer knows. It prints its replies as JSON.

It is mended and run again; what it prints and leaves in the server must be the same. `stable` members are there all the
time; whatever a concurrent writer adds and removes is called `moving`.
"""

RUBY = r"""
require "json"
require "redis"

REDIS = Redis.new(url: ENV.fetch("APP_URL"))
BATCH = 3_000

def forget(*names)
  REDIS.del(*names)
end

def forget_some(ids)
  REDIS.del(*ids.map { |id| "user:#{id}" })
  nil
end

def count_forgotten(ids)
  [REDIS.del(*ids)]
end

def in_a_pipeline(id)
  REDIS.pipelined do |pipeline|
    pipeline.del("one:#{id}")
    pipeline.del("two:#{id}", "three:#{id}")
  end
end

def in_words(id)
  REDIS.call("DEL", "word:#{id}")
end

def by_script(id)
  REDIS.eval("return redis.call('DEL', KEYS[1])", keys: ["script:#{id}"])
end

def walked
  REDIS.sscan_each("members", count: BATCH).to_a
end

def store(id, value)
  REDIS.set("stored:#{id}", value)
  REDIS.expire("stored:#{id}", 500)
  nil
end

def names
  REDIS.keys("stable:*")
end

def members
  REDIS.smembers("members").map { |member| member }
end

def fields
  REDIS.hgetall("fields").map { |field, value| [field, value] }
end

def write(ids)
  REDIS.sadd("written", ids.map(&:to_s))
end

def push(ids)
  REDIS.rpush("pushed", ids.map(&:to_s))
  nil
end

def near
  REDIS.georadius("places", 13.4, 52.5, 60, "km", "WITHDIST", sort: "asc", count: 5)
end

def near_member
  REDIS.georadiusbymember("places", "stable:1", 90, "km")
end

def everybody
  REDIS.georadius("places", 0, 0, 20_016, "km", "WITHCOORD")
end

def everybody_by_name
  REDIS.georadius("places", 0, 0, 22_000, "km")
end

def cache(id, value)
  REDIS.setex("cached:#{id}", 1000, value)
end

ids = (1..2500).to_a
puts JSON.generate(
  forget: forget("a", "b"), forget_none: forget, forget_some: [forget_some([1, 2]), forget_some([])],
  count_forgotten: [count_forgotten(%w[c d]), count_forgotten([])], pipeline: in_a_pipeline(1), words: in_words(1),
  script: by_script(1), walked: walked.uniq.sort, store: store(1, "v"), names: names.sort, members: members.sort,
  fields: fields.sort, write: write(ids), push: push(ids), near: near, near_member: near_member.sort,
  everybody: everybody.sort, by_name: everybody_by_name.sort, cache: [cache(1, "v"), cache(2, "v")]
)
"""

PYTHON = r"""
import json
import os

import redis

client = redis.Redis.from_url(os.environ["APP_URL"], decode_responses=True)
BATCH = 3 * 1000


def forget(*names):
    return client.delete(*names)


def forget_some(ids):
    client.delete(*[f"user:{one}" for one in ids])


def in_a_pipeline(one):
    with client.pipeline() as pipe:
        pipe.delete(f"one:{one}")
        pipe.delete(f"two:{one}", f"three:{one}")
        return pipe.execute()


def in_words(one):
    return client.execute_command("DEL", f"word:{one}")


def by_script(one):
    return client.eval("return redis.call('DEL', KEYS[1])", 1, f"script:{one}")


def walked():
    return list(client.sscan_iter("members", count=BATCH))


def store(one, value):
    client.set(f"stored:{one}", value)
    client.expire(f"stored:{one}", 500)


def names():
    return client.keys("stable:*")


def members():
    return [member for member in client.smembers("members")]


def fields():
    return [[field, value] for field, value in client.hgetall("fields").items()]


def write(ids):
    client.sadd("written", *[str(one) for one in ids])


def push(ids):
    client.rpush("pushed", *ids)


def near():
    return client.georadius("places", 13.4, 52.5, 60, "km", withdist=True, sort="ASC", count=5)


def near_member():
    return client.georadiusbymember("places", "stable:1", 90, "km")


def everybody():
    found = client.georadius("places", 0, 0, 20016, "km", withcoord=True)
    return found


def everybody_by_name():
    return client.georadius("places", 0, 0, 22000, unit="km")


def cache(one, value):
    return client.setex(f"cached:{one}", 1000, value)


ids = list(range(1, 2501))
print(
    json.dumps(
        {
            "forget": forget("a", "b"),
            "forget_some": forget_some([1, 2]),
            "pipeline": in_a_pipeline(1),
            "words": in_words(1),
            "script": by_script(1),
            "walked": sorted(set(walked())),
            "store": store(1, "v"),
            "names": sorted(names()),
            "members": sorted(members()),
            "fields": sorted(fields()),
            "write": write(ids),
            "push": push(ids),
            "near": near(),
            "near_member": sorted(near_member()),
            "everybody": sorted(everybody()),
            "by_name": sorted(everybody_by_name()),
            "cache": [cache(1, "v"), cache(2, "v")],
        }
    )
)
"""
