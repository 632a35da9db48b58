"""A private PostgreSQL for the tests: on a unix socket in a folder of its own, gone when the tests are."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any
from urllib.parse import quote

import psycopg
from tests.missing import missing

USER, PASSWORD = "seawall", "se/cr@t word"
PATIENCE_S = 30.0
PROGRAMS = ("initdb", "postgres")
# The server ends with whoever holds our end of the pipe: with the tests, be they killed; then its folder goes.
WATCHED = '"$1" -D "$2" -k "$2" -c listen_addresses= -c fsync=off & read -r _; kill -QUIT $!; wait $!; rm -rf "$3"'
_numbers = count(1)


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL; its socket lies in `folder`."""

    folder: Path

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """A statement of the superuser, outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def schema(self) -> str:
        """The URL of a new and empty schema: as good as a database of its own, without its 7 MB."""
        name = f"s{next(_numbers)}"
        self.run(f"CREATE SCHEMA {name}")
        return f"{self.url('postgres')}&options=-csearch_path%3D{name}"

    def database(self) -> str:
        """The URL of a new and empty database."""
        name = f"d{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)


@contextmanager
def cluster() -> Generator[Cluster, None, None]:
    """A cluster for the length of the block. Where PostgreSQL is missing the test is skipped; in CI it fails."""
    initdb, postgres = (find(program) for program in PROGRAMS)
    folder = Path(tempfile.mkdtemp(prefix="seawall-pg-", dir="/tmp"))  # a socket's path has at most 103 bytes
    try:
        account = unprivileged(folder)
        password = folder / "password"
        password.write_text(f"{PASSWORD}\n", encoding="utf-8")
        password.chmod(0o644)
        data = folder / "data"
        words = [initdb, "-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "-N"]
        subprocess.run([*words, "--locale=C"], check=True, stdout=DEVNULL, cwd="/", **account)
        with (folder / "log").open("wb") as log:
            command = ["/bin/sh", "-c", WATCHED, "seawall-postgres", postgres, data, folder]
            server = subprocess.Popen(command, stdin=PIPE, stdout=log, stderr=log, cwd="/", **account)
        try:
            ready = Cluster(data)
            wait(lambda: answers(ready))
            yield ready
        finally:
            server.communicate()  # closes the pipe
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find(program: str) -> str:
    """The path of a program of PostgreSQL. Debian keeps them off the PATH."""
    found = shutil.which(program) or next(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}")), None)
    if found is None:
        missing(f"{program} of PostgreSQL")
    return found


def unprivileged(folder: Path) -> dict[str, Any]:
    """Options of subprocess for a user that is not root, who then owns the folder: PostgreSQL refuses to be root."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def answers(ready: Cluster) -> bool:
    try:
        ready.run("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.002)
