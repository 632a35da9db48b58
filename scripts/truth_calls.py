"""Scores call sites against lines that a person judged: `python scripts/truth_calls.py FOLDER TRUTH.jsonl`.

A line of TRUTH has path, line, col, command and key_pattern of a site, or `not_redis` where it only looks like one.
Pipelines and transactions are no sites. A call of a wrapper and the wrapper's own call count as one: either may be the
one that was written down. Prints precision, recall, the share of keys that are exactly right, and every miss. Exit code
1 below 0.97, 0.95 or 0.80. The folder is code that others wrote: nothing of it is kept.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from seawall.calls.collect import collect
from seawall.calls.facts.sites import Site

PRECISION, RECALL, EXACT = 0.97, 0.95, 0.80
NO_SITES = {"pipelined", "pipeline", "multi", "exec", "execute", "watch", "unwatch", "discard"}
Place = tuple[str, int, int]


def main(arguments: list[str]) -> int:
    """Scores, prints, and says by its exit code whether the promise holds."""
    if len(arguments) != 2:
        print("usage: scripts/truth_calls.py FOLDER TRUTH.jsonl", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in Path(arguments[1]).read_text(encoding="utf-8").splitlines()]
    traps = {(row["path"], row["line"], row["method"]) for row in rows if row.get("not_redis")}
    true: dict[Place, dict[str, object]] = {
        (row["path"], row["line"], row["col"]): row
        for row in rows
        if not row.get("not_redis") and row["command"] not in NO_SITES
    }
    sites = collect(Path(arguments[0]), clock=time.process_time).sites
    found = {(site.path, site.line, site.col): site for site in sites if site.via != "lua"}
    hits = {place for place in found if place in true and found[place].command == true[place]["command"]}
    exact = {place for place in hits if found[place].key_pattern == true[place]["key_pattern"]}
    extra = [site for place, site in found.items() if place not in hits]
    either = [site for site in extra if site.wrapper or site.through]
    wrong = [site for site in extra if site not in either]
    for place in sorted(true.keys() - hits):
        print("missed ", *place, true[place]["command"], true[place]["key_pattern"])
    for site in extra:
        trap = "a trap" if (site.path, site.line, site.method) in traps else "not in the truth"
        print("extra  ", *_place(site), site.command, site.key_pattern, "a wrapper" if site in either else trap)
    for place in sorted(hits - exact):
        print("key    ", *place, found[place].key_pattern, "is", true[place]["key_pattern"], found[place].holes)
    precision = len(hits) / max(1, len(hits) + len(wrong))
    recall, keys = len(hits) / max(1, len(true)), len(exact) / max(1, len(true))
    strict = len(hits) / max(1, len(found))
    print(
        f"{len(true)} sites true, {len(found)} found: precision {precision:.3f} ({strict:.3f} with wrappers)", end=", "
    )
    print(
        f"recall {recall:.3f}, key exact {keys:.3f}, traps taken {sum(_place(s)[:2] in _lines(traps) for s in wrong)}"
    )
    return 0 if precision >= PRECISION and recall >= RECALL and keys >= EXACT else 1


def _place(site: Site) -> Place:
    return site.path, site.line, site.col


def _lines(traps: set[tuple[str, int, str]]) -> set[tuple[str, int]]:
    return {(path, line) for path, line, _ in traps}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
