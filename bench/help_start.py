"""How long `seawall --help` takes, against `pip --help` in the same run. Bound: 0.25 s."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
BOUND_S = 0.25


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> int:
    ours = [str(Path(sys.executable).with_name("seawall")), "--help"]
    peer = [sys.executable, "-m", "pip", "--help"]
    pairs = [(seconds(ours), seconds(peer)) for _ in range(ROUNDS + 1)][1:]  # the first warms the caches
    mine = statistics.median(a for a, _ in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"seawall --help: median {mine:.3f} s (bound {BOUND_S} s), {ratio:.2f} times pip --help")
    return 0 if mine <= BOUND_S else 1


if __name__ == "__main__":
    sys.exit(main())
