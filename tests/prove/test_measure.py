"""A proof on real servers: the figures are the server's own, the verdict is the one that is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from seawall import lab
from seawall.errors import BadReply
from seawall.nodes.prove.choose import form_named
from seawall.nodes.prove.collect.measure import Wish, config, measure, prove
from seawall.nodes.prove.collect.prover import Prover
from seawall.nodes.prove.form import Form, Side, Steps
from seawall.nodes.prove.verdict import FEWEST, Effect
from seawall.nodes.prove.wording import told
from seawall.wire import Connection, parse_url

ENOUGH = Wish(FEWEST, 60)


def quiet(_: str) -> None:
    """Says nothing."""


def test_the_figures_are_those_of_the_slow_log(binary: lab.Binary):
    form = form_named("positions-of-members")
    said: list[str] = []
    proof = prove(binary, form, 3500, Wish(2, 30), said.append)
    assert [run.calls for run in proof.old.runs] == [1] * 4
    assert [run.calls for run in proof.new.runs] == [4] * 4
    assert all(run.longest_us == run.total_us for run in proof.old.runs)
    assert all(run.longest_us < run.total_us <= 4 * run.longest_us for run in proof.new.runs)
    assert (proof.rounds, proof.size, proof.key, proof.server) == (2, 3500, "zset, skiplist", str(binary))
    assert proof.same_answer
    assert proof.stall.effect is Effect.TOO_FEW
    for waits in (proof.old.waits, proof.new.waits, proof.alone):
        assert waits.requests > 10
        assert 0 < (waits.p50_ms or 0) <= (waits.p99_ms or 0) <= (waits.longest_ms or 0)
    assert said[0] == f"starting {binary}"
    assert said[-1] == "round 2 of 2"
    document = json.loads(json.dumps(proof.as_json()))
    assert document["new"]["calls"] == 4
    assert document["work"]["seen_by"] == "main thread"
    assert len(document["new"]["work_us"]) == 4
    assert len(document["old"]["longest_us"]) == 4


def test_a_stall_of_the_old_form_is_felt_by_the_other_client(any_binary: lab.Binary):
    form = form_named("first-page-in-order")
    proof = prove(any_binary, form, 20_000, ENOUGH, quiet)
    assert proof.stall.effect is Effect.BETTER
    assert proof.work.effect is Effect.BETTER
    assert 0.3 < proof.work.old_us / proof.old.total_us < 1.5, "the one call is nearly all of the work"
    assert (proof.old.waits.p99_ms or 0) > 0.5 * proof.old.longest_us / 1000, "the other client did not wait for it"
    assert "The stall: better" in "\n".join(told(proof))


@pytest.mark.parametrize("lazy", ["no", "yes"])
@pytest.mark.parametrize("name", ["Redis 7", "Valkey 9"])
def test_what_the_server_makes_pointless_is_no_difference(
    name: str, lazy: str, find_server: Callable[[str], lab.Binary]
):
    """With the setting of the finding's server: UNLINK instead of DEL. Large: a hiccup of the host is milliseconds."""
    wish = replace(ENOUGH, settings={"lazyfree-lazy-user-del": lazy})
    proof = prove(find_server(name), form_named("delete-a-collection"), 200_000, wish, quiet)
    assert proof.stall.effect is (Effect.BETTER if lazy == "no" else Effect.SAME)
    assert proof.same_answer


def test_redis_8_flushes_while_only_its_own_client_waits(find_server: Callable[[str], lab.Binary]):
    """Its entry is long, and nobody else was held up: the slow log must not decide."""
    proof = prove(find_server("Redis 8"), form_named("flush-everything"), 150_000, Wish(2, 60), quiet)
    assert proof.old.longest_us > 3 * proof.new.longest_us, "then there would be nothing to see here"
    assert proof.stall_seen_by == "foreground"
    assert proof.work.old_us < proof.old.longest_us / 2, "the main thread did not work while that client waited"


def test_no_round_begins_after_its_time(any_binary: lab.Binary):
    proof = prove(any_binary, form_named("members-of-a-set"), 2000, Wish(100, 0.0), quiet)
    assert proof.rounds == 1
    assert "No verdict: it needs 9 rounds, and 1 was run" in "\n".join(told(proof))


def test_another_encoding_is_said(any_binary: lab.Binary):
    proof = prove(any_binary, form_named("fields-of-a-hash"), 20, Wish(1, 30), quiet)
    assert proof.key == "hash, listpack" if int(any_binary.version[0]) > 6 else "hash, ziplist"
    assert any("of 40,000 elements it is a hash, hashtable" in remark for remark in proof.remarks)


def refused(key: str, size: int) -> Steps[object]:
    del size
    return (yield ("SMEMBERS", key, "one", "too", "many"))


def other_answer(key: str, size: int) -> Steps[object]:
    del size
    return (yield ("SCARD", key))


def with_new(job: Callable[[str, int], Steps[object]]) -> Form:
    return replace(form_named("members-of-a-set"), new=Side("something else", job))


def test_a_refused_command_and_another_answer_are_no_proof(any_binary: lab.Binary):
    with lab.start(any_binary, config=config(any_binary, {})) as server:
        with pytest.raises(BadReply, match="the private server refused SMEMBERS: ERR wrong number of arguments"):
            measure(server, with_new(refused), 50, Wish(1, 30), quiet)
        proof = measure(server, with_new(other_answer), 50, Wish(1, 30), quiet)
    assert not proof.same_answer
    assert "did NOT give the same answer" in "\n".join(told(proof))


def test_a_ring_that_lost_entries_is_no_measurement(any_binary: lab.Binary):
    settings = {**config(any_binary, {}), "slowlog-max-len": "3"}
    with (
        lab.start(any_binary, config=settings) as server,
        Connection(parse_url(server.url), timeout=60) as connection,
    ):
        prover = Prover(connection, form_named("positions-of-members"), 5000)
        prover.seed()
        with pytest.raises(BadReply, match=r"the slow log of the private server has [123] of 5 calls"):
            prover.run(form_named("positions-of-members").new, 0)
