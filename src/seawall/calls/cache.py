"""Keeps what was found in a folder, under the content that it was found in.

    KEY = digest of (the code of this room, the parsers, [calls] of seawall.toml) and of (path, bytes) of every file
    FOLDER/KEY.json = digest of the rest, line feed, JSON

A folder in which one byte is different has another key: nothing is trusted but bytes, no time of change, no size. An
entry is written beside its place and renamed, so a reader sees all of it or none, and of two writers the last stays;
what is torn is not there, and is written again. The folder is its owner's alone (mode 0700), and one that others may
write is not used. Nothing here fails: a cache that cannot be had is an empty one.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import tempfile
from collections.abc import Mapping
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DIGEST_BYTES = 16
MOST_ENTRIES = 64
MOST_BYTES = 64 << 20  # 1,000 sites take 0.5 MB
_OURS = re.compile(r"[0-9a-f]{32}\.json|\.new-\w+")
_PARSERS = ("tree-sitter", *(f"tree-sitter-{name}" for name in ("ruby", "python", "javascript", "typescript")))


def key_of(texts: Mapping[str, bytes], said: str = "") -> str:
    """The key of these texts by their paths, in 32 hexadecimal digits. said: what else the result depends on."""
    total = blake2b(_code(), digest_size=DIGEST_BYTES)
    total.update(_framed(said.encode("utf-8", "surrogateescape")))
    for path in sorted(texts):
        total.update(_framed(path.encode("utf-8", "surrogateescape")))
        total.update(blake2b(texts[path], digest_size=DIGEST_BYTES).digest())
    return total.hexdigest()


def _framed(data: bytes) -> bytes:
    return len(data).to_bytes(8, "big") + data


def _code() -> bytes:
    """What the result depends on besides the texts: this room's own code, the parsers, Python."""
    total = blake2b(sys.version.encode(), digest_size=DIGEST_BYTES)
    for name in _PARSERS:
        with contextlib.suppress(PackageNotFoundError):
            total.update(_framed(f"{name} {version(name)}".encode()))
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        total.update(_framed(path.read_bytes()))
    return total.digest()


def load(folder: Path, key: str) -> bytes | None:
    """What was kept under this key, None where nothing whole was."""
    try:
        path = folder / f"{key}.json"
        if not _is_private(folder):
            return None
        digest, _, body = path.read_bytes().partition(b"\n")
        if blake2b(body, digest_size=DIGEST_BYTES).hexdigest().encode() != digest:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # the entries used last are kept longest
        return body
    except OSError:
        return None


def keep(folder: Path, key: str, body: bytes) -> None:
    """Keeps bytes under a key, and drops the entries used longest ago where there are too many."""
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(folder):
            return
        handle, name = tempfile.mkstemp(prefix=".new-", dir=folder)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(blake2b(body, digest_size=DIGEST_BYTES).hexdigest().encode() + b"\n" + body)
            temporary.replace(folder / f"{key}.json")
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _prune(folder)


def _is_private(folder: Path) -> bool:
    """Whether only we can write there: an entry of somebody else would be believed."""
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _prune(folder: Path) -> None:
    """Drops entries, and what a killed writer left. Another run may do the same at the same time."""
    entries: list[tuple[int, int, Path]] = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if _OURS.fullmatch(path.name):
                status = path.lstat()
                entries.append((status.st_mtime_ns, status.st_size, path))
    size = 0
    for place, (_, bytes_, path) in enumerate(sorted(entries, reverse=True)):
        size += bytes_
        if place and (place >= MOST_ENTRIES or size > MOST_BYTES):
            with contextlib.suppress(OSError):
                path.unlink()
