"""What the host does to a server, as far as INFO says and, for a server on this machine, /proc."""

from __future__ import annotations

from pathlib import Path

from seawall.nodes.facts.node import Host
from seawall.nodes.facts.server import Server
from seawall.wire import Address


def host(server: Server, address: Address) -> Host:
    """Forks by INFO and LATENCY; steal and swap where the server runs on this machine."""
    forks: list[tuple[int, int]] = []
    saved, took = server.number("rdb_last_save_time"), server.number("rdb_last_bgsave_time_sec")
    if saved and took is not None and took >= 0:
        forks.append((saved - took, saved))
    forks += [(e.at, e.at) for e in server.latency if e.name == "fork"]
    pid = server.number("process_id")
    if pid is None or not (address.path or address.host in ("localhost", "127.0.0.1", "::1")):
        return Host(forks=tuple(forks))
    return Host(_steal(), _swapped_kb(pid), tuple(forks))


def _proc(path: str) -> str:
    try:
        return Path("/proc", path).read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux, or another host behind a tunnel
        return ""


def _steal() -> float | None:
    """The share of CPU time since the machine's start that the hypervisor gave to others (proc(5), /proc/stat)."""
    fields = _proc("stat").partition("\n")[0].split()[1:9]
    ticks = [int(f) for f in fields] if len(fields) == 8 else []
    return ticks[7] / sum(ticks) if ticks and sum(ticks) else None


def _swapped_kb(pid: int) -> int | None:
    """The server's memory that is swapped out, if that process is a server (behind a tunnel it is another one)."""
    status = _proc(f"{pid}/status")
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    if not any(word in fields.get("Name", "") for word in ("redis", "valkey")):
        return None
    swapped = fields.get("VmSwap", "").split()
    return int(swapped[0]) if swapped and swapped[0].isdigit() else None
