"""A capture beside servers that are none, or that lie: a good one is captured, the others are named, nothing breaks."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from tests.front_door import seawall
from tests.promises.test_bad_input import ANSWERED, LIES, STRANGERS
from tests.strangers import lies, stranger

from seawall import lab
from seawall.errors import SeawallError
from seawall.history import open_history
from seawall.nodes.books import Books
from seawall.nodes.collect.poll import Watch
from seawall.wire import parse_url


def test_strangers_hide_no_good_node(any_binary: lab.Binary, tmp_path: Path):
    with contextlib.ExitStack() as stack:
        ports = [stack.enter_context(stranger(script)) for script, _ in STRANGERS.values()]
        good = stack.enter_context(lab.start(any_binary, config={"slowlog-log-slower-than": "0"}))
        urls = [f"127.0.0.1:{port}" for port in ports]
        urls.insert(len(urls) // 2, good.url)
        targets = [word for url in urls for word in ("--redis", url)]
        store = ("--store", str(tmp_path / "slow.db"), "--for", "3s", "--timeout", "1", "--format", "json")
        ended = seawall("nodes", "capture", *targets, *store)
    said = json.loads(ended.out)
    assert ended.code == 3, ended.err
    assert {n["target"] for n in said["not_checked"]} == {f"127.0.0.1:{port}" for port in ports}
    (record,) = said["capture"]
    assert record["seen"] > 0
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("command", [*ANSWERED, "SLOWLOG GET"])
def test_a_lie_about_one_command_ends_in_an_error_of_ours_or_in_none(
    command: str, any_binary: lab.Binary, tmp_path: Path
):
    """And the store takes nothing that a server cannot have given."""
    with lab.start(any_binary, config={"slowlog-log-slower-than": "0"}) as server:
        for name, lie in LIES.items():
            with (
                stranger(lies(server.url.removeprefix("unix://"), {command: lie})) as port,
                open_history(tmp_path / "slow.db") as history,
            ):
                watch = Watch(f"node {name}", parse_url(f"127.0.0.1:{port}"), timeout=2)
                books = Books(history)
                with contextlib.suppress(SeawallError):
                    watch.open()
                    for _ in range(2):
                        books.write(watch, watch.poll(books.known(watch)))
                watch.close()
                for position in history.positions():
                    assert position.lost is None or position.lost >= 0
                    assert position.seen >= 0
