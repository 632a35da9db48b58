"""How long `seawall calls list` takes for the source of an application, against semgrep with two patterns.

SRC names a folder; without it one is generated: 3,200 Ruby files, one in sixteen with a call site. All are listed,
tests too, each time by a process of its own, from start to end. Bounds: 5 s cold (nothing kept) and 1 s when nothing
changed, for 3,200 files; 500 MB; cold 10 times as fast as semgrep. A comment is also put into one file with a call
site, of a copy: that is shown without a bound. semgrep is no dependency: where it is not on PATH,
or does not run (it may want its network), the ratio is left out and the run says so.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILES = 3_200
EVERY = 16
COLD_BOUND_S = 5.0
WARM_BOUND_S = 1.0
MEMORY_BOUND_MB = 500
RATIO_BOUND = 10.0
ROUNDS = 3

PLAIN = """\
class Model{n}
  attr_reader :id, :name

  def initialize(id, name)
    @id = id
    @name = name
  end

  def rows(limit: 20)
    records = Model{next}.where(owner: id).order(:created_at).limit(limit)
    records.map {{ |row| [row.id, row.name.to_s.strip, row.active? ? 1 : 0] }}
  end

  def label = "model:#{{id}} #{{name}}"

  def save!
    raise ArgumentError, 'no name' if name.empty?

    Model{next}.new(id, name).rows.each do |row|
      next if row.nil?

      puts format('%s: %s', label, row.first)
    end
  end
end
"""
SITES = """\
class Feed{n}
  include Store

  def push(account, ids)
    redis.pipelined do |pipeline|
      ids.each {{ |id| pipeline.zadd(key(account), id, id) }}
    end
  end

  def all(account) = redis.zrange(key(account), 0, -1)

  private

  def key(account) = "feed{n}:#{{account}}"
end
"""
STORE = "module Store\n  POOL = ConnectionPool.new { Redis.new }\n  def redis = @redis ||= Redis.new\nend\n"
PATTERNS = "".join(
    f"- {{id: {name}, languages: [ruby, python], severity: WARNING, message: {name}, pattern: '$R.{name}(...)'}}\n"
    for name in ("zrange", "keys")
)


def generate(folder: Path) -> None:
    (folder / "store.rb").write_text(STORE, encoding="utf-8")
    for n in range(FILES - 1):
        text = (SITES if n % EVERY == 0 else PLAIN).format(n=n, next=n + 1)
        path = folder / f"app/part{n % 40}/file{n}.rb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(words: list[str], cache: Path) -> tuple[float, str]:
    """Seconds from start to end, and what was printed."""
    begun = time.perf_counter()
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, "XDG_CACHE_HOME": str(cache)}
    )
    if done.returncode not in (0, 3):  # 3: a file could not be read, which is said
        raise SystemExit(f"{words[0]} ended with {done.returncode}: {done.stderr[-300:]}")
    return time.perf_counter() - begun, done.stdout


def changed(listing: list[str], source: str, folder: Path, path: str) -> float:
    """Seconds for a copy of the source in which one file got a comment since the last listing: the median."""
    copy = folder / "copy"
    shutil.copytree(source, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "node_modules"))
    words = [str(copy) if word == source else word for word in listing]
    run(words, folder / "cache")
    seconds: list[float] = []
    for _ in range(ROUNDS):
        with (copy / path).open("ab") as file:
            file.write(b"\n// changed\n" if path.endswith(("s", "x")) else b"\n# changed\n")
        seconds.append(run(words, folder / "cache")[0])
    return statistics.median(seconds)


def peer(source: str, folder: Path) -> float | None:
    """Seconds of semgrep, None where it does not run."""
    semgrep = shutil.which("semgrep")
    if semgrep is None:
        print("semgrep is not on PATH: no ratio")
        return None
    rules = folder / "rules.yaml"
    rules.write_text(f"rules:\n{PATTERNS}", encoding="utf-8")
    words = [semgrep, "scan", "--config", str(rules), "--metrics=off", "--disable-version-check", "--json", "-j2"]
    begun = time.perf_counter()
    done = subprocess.run([*words, "--no-git-ignore", source], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    try:
        found = json.loads(done.stdout)
    except ValueError:
        print(f"semgrep did not run (exit code {done.returncode}): no ratio")
        return None
    files = len(found["paths"]["scanned"])
    print(f"semgrep with two patterns: {seconds:.1f} s, {files:,} files, {len(found['results']):,} matches")
    return seconds


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = os.environ.get("SRC", "")
        if not source:
            source = str(folder / "source")
            Path(source).mkdir()
            generate(Path(source))
        listing = [sys.executable, "-m", "seawall", "calls", "list", source, "--tests", "--format", "json"]
        colds = [run([*listing, "--no-cache"], folder / "cache") for _ in range(ROUNDS)]
        first = run(listing, folder / "cache")[1]
        warms = [run(listing, folder / "cache") for _ in range(ROUNDS)]
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        assert {out for _, out in (*colds, *warms)} == {first}, "what is kept is another result"
        cold, warm = (statistics.median(seconds for seconds, _ in runs) for runs in (colds, warms))
        document = json.loads(first)
        print(f"{document['files']:,} files, {document['parsed']:,} parsed, {len(document['sites']):,} call sites")
        share = max(1.0, document["files"] / FILES)
        print(f"cold: median {cold:.2f} s (bound {COLD_BOUND_S * share:.1f} s)")
        if document["sites"]:
            one = changed(listing, source, folder, document["sites"][0]["path"])
            print(f"one file with a call site changed: median {one:.2f} s")
        print(f"nothing changed: median {warm:.2f} s (bound {WARM_BOUND_S * share:.1f} s)")
        print(f"memory: {memory} MB at most (bound {MEMORY_BOUND_MB} MB)")
        theirs = peer(source, folder)
    good = cold <= COLD_BOUND_S * share and warm <= WARM_BOUND_S * share and memory <= MEMORY_BOUND_MB
    if theirs is not None:
        print(f"cold {theirs / cold:.1f} times as fast as semgrep (bound {RATIO_BOUND:g})")
        print(f"nothing changed {theirs / warm:.1f} times as fast as semgrep")
        good = good and theirs / cold >= RATIO_BOUND
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
