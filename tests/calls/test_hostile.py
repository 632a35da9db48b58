"""Hostile source: every file is read or said to be unread, in bounded time and memory, and its neighbours listed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from seawall.calls.collect import Listed, collect

HEAD = b"redis = Redis.new\n"
TAIL = b"\nredis.del('tail:1')\n"
PYTHON = b"import redis\nr = redis.Redis()\n"
# Where the last line is a call site, it must be found: nothing above it may swallow it.
FOUND = {
    "parentheses.rb": HEAD + b"x = " + b"(" * 30_000 + b"1" + b")" * 30_000 + TAIL,
    "arrays.rb": HEAD + b"x = " + b"[" * 30_000 + b"]" * 30_000 + TAIL,
    "blocks.rb": HEAD + b"if x\n" * 5_000 + b"y\n" + b"end\n" * 5_000 + TAIL,
    "sum.rb": HEAD + b"x = " + b" + ".join([b"a"] * 20_000) + TAIL,
    "circles.rb": HEAD
    + b"".join(b"def a%d = a%d + a%d\n" % (n, (n + 1) % 900, n * 7 % 900) for n in range(900))
    + TAIL,
    "self.rb": HEAD + b"class A < A\n  include A\n  A = A\n  def a = a\n  def redis = redis\nend\n" + TAIL,
    "latin.rb": HEAD + b"# \xff\xfe\n'\xe9'" + TAIL,
    "crlf.rb": HEAD + b"x = 1\r\n" * 1000 + TAIL,
    "one_line.rb": (HEAD + b"x(y) { |z| z }\n" * 5_000).replace(b"\n", b"; ") + TAIL,
    "deep.py": PYTHON + b"x = " + b"[" * 10_000 + b"]" * 10_000 + b"\nr.delete('tail:1')\n",
    "chain.py": PYTHON + b"x = r" + b".a()" * 5_000 + b"\nr.delete('tail:1')\n",
    "lambda.py": PYTHON + b"x = " + b"lambda: " * 300 + b"1\nr.delete('tail:1')\n",
}
RANDOM = Random(6)
SAID = {
    "noise.rb": HEAD + RANDOM.randbytes(50_000),
    "noise.py": PYTHON + RANDOM.randbytes(50_000),
    "nul.rb": b"redis\0" + HEAD + TAIL,
    "open.rb": HEAD + b"def a(\n" * 200,
    "open.py": PYTHON + b"x = (" * 2_000,
}
SECONDS = 8.0  # for each; the slowest takes under 2 s on a busy machine


def listed(folder: Path) -> tuple[Listed, float]:
    (folder / "neighbour.rb").write_bytes(b"$store = Redis.new\n$store.ping\n")
    begun = time.process_time()
    found = collect(folder, clock=time.process_time)
    assert ("neighbour.rb", "ping") in [(s.path, s.command) for s in found.sites]
    return found, time.process_time() - begun


@pytest.mark.parametrize("name", FOUND)
def test_a_call_beside_the_hostile_is_found(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(FOUND[name])
    found, seconds = listed(tmp_path)
    assert [(s.command, s.key_pattern) for s in found.sites if s.path == name] == [("del", "tail:1")]
    assert found.not_checked == ()
    assert seconds < SECONDS


@pytest.mark.parametrize("name", SAID)
def test_what_is_not_understood_is_said(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(SAID[name])
    found, seconds = listed(tmp_path)
    assert [one.target for one in found.not_checked] == [name]
    assert seconds < SECONDS


def test_any_cut_of_a_file_is_read_or_said(tmp_path: Path):
    """A file that was half written: wherever it ends, there is an answer."""
    whole = (
        b'class Feed\n  def drop(id)\n    Redis.new.pipelined { |p| p.del("a:#{id}", *%w(b c)) }\n'
        b"    <<~LUA\n      redis.call('del', KEYS[1])\n    LUA\n  end\nend\n"
    )
    for end in range(len(whole)):
        (tmp_path / "cut.rb").write_bytes(whole[:end])
        listed(tmp_path)


# ---- large ----------------------------------------------------------------------------------------------------------

MEASURE = """
import re, sys, time
from pathlib import Path
from seawall.calls.collect import collect
found = collect(Path(sys.argv[1]), clock=time.process_time)
peak = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())  # ru_maxrss has the parent's in it
print(len(found.sites), len(found.not_checked), int(peak[1]) // 1024, time.process_time())
"""


def measured(folder: Path) -> tuple[int, int, int, float]:
    """Sites, files not checked, the most memory, in MB, and seconds of a process of its own."""
    done = subprocess.run([sys.executable, "-c", MEASURE, str(folder)], check=True, capture_output=True, text=True)
    sites, missing, memory, seconds = done.stdout.split()
    return int(sites), int(missing), int(memory), float(seconds)


def test_fifty_megabytes_are_said_and_cost_no_memory(tmp_path: Path):
    line = b"redis.get('a')\n"
    (tmp_path / "large.rb").write_bytes(line * (50_000_000 // len(line)))
    (tmp_path / "small.rb").write_bytes(HEAD + TAIL)
    sites, missing, memory, seconds = measured(tmp_path)
    assert (sites, missing) == (1, 1)
    assert memory < 100
    assert seconds < SECONDS


def test_many_files_that_cannot_matter_cost_little_memory(tmp_path: Path):
    for number in range(4_000):
        words = " ".join(f"w{number}x{n}" for n in range(100))
        (tmp_path / f"{number}.rb").write_text(f"# {words}\n", encoding="utf-8")
    (tmp_path / "small.rb").write_bytes(HEAD + TAIL)
    sites, missing, memory, _ = measured(tmp_path)
    assert (sites, missing) == (1, 0)
    assert memory < 70  # 43; with all words of all files it is 91
