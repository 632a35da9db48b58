"""A/A: the old form against itself is no difference, on this machine with all its noise."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from seawall import lab
from seawall.nodes.prove.choose import form_named
from seawall.nodes.prove.collect.measure import Wish, config, measure, prove
from seawall.nodes.prove.forms import FORMS
from seawall.nodes.prove.proof import Proof
from seawall.nodes.prove.verdict import STALL_RATIO, WORK_RATIO, Block, Effect, compare

SAMPLE = ("members-of-a-set", "positions-of-members", "delete-a-collection")
RUNS = 500
WRONG_AT_MOST = RUNS // 100


def quiet(_: str) -> None:
    """Says nothing."""


def is_wrong(proof: Proof) -> bool:
    effects = [proof.stall.effect, proof.work.effect]
    assert Effect.TOO_FEW not in effects
    return any(effect is not Effect.SAME for effect in effects)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_form_against_itself_is_no_difference(name: str, any_binary: lab.Binary):
    form = form_named(name)
    proof = prove(any_binary, form, form.size // 4, Wish(12, 60, aa=True), quiet)
    assert proof.is_aa
    assert proof.same_answer
    assert not is_wrong(proof), proof.as_json()
    assert wrong_share(proof) <= WRONG_AT_MOST


def wrong_share(proof: Proof) -> int:
    """How many of RUNS A/A proofs are called a difference, when their blocks are drawn from the noise of this one.

    Drawn are whole blocks, so what lasts longer than a job stays in them; which runs of it are called old is chance.
    """
    draw = random.Random(20261124)
    old, new = (
        list(zip([run.longest_us for run in side.runs], side.work_us, strict=True)) for side in (proof.old, proof.new)
    )
    runs = list(zip(old, new, strict=True))
    measured = [[*runs[n], *runs[n + 1]] for n in range(0, len(runs), 2)]
    wrong = 0
    for _ in range(RUNS):
        stalls: list[Block] = []
        works: list[Block] = []
        for _ in range(proof.rounds):
            a, b, c, d = draw.choice(measured)
            (first, second), (third, fourth) = draw.choice([((a, c), (b, d)), ((b, d), (a, c))])
            stalls.append(Block((first[0], second[0]), (third[0], fourth[0])))
            works.append(Block((first[1], second[1]), (third[1], fourth[1])))
        verdicts = compare(stalls, STALL_RATIO).effect, compare(works, WORK_RATIO).effect
        wrong += verdicts != (Effect.SAME, Effect.SAME)
    return wrong


def test_the_test_itself_keeps_its_promise_without_the_least_effect():
    """Noise of the worst kind, one in three jobs stretched tenfold, and every difference would count."""
    draw = random.Random(7)

    def job() -> float:
        return 100_000 * draw.lognormvariate(0, 0.5) * (10 if draw.random() < 1 / 3 else 1)

    wrong = {"test": 0, "medians": 0}
    for _ in range(RUNS):
        blocks = [Block((job(), job()), (job(), job())) for _ in range(12)]
        found = compare(blocks, 1.0)
        wrong["test"] += found.effect is not Effect.SAME
        wrong["medians"] += not 1 / STALL_RATIO < found.ratio < STALL_RATIO
    assert wrong["test"] <= WRONG_AT_MOST
    assert wrong["medians"] > 10 * WRONG_AT_MOST, "comparing medians alone would do as well: this noise proves nothing"


@pytest.mark.prove
@pytest.mark.parametrize("name", ["Redis 7", "Valkey 9"])
def test_every_form_against_itself(name: str, find_server: Callable[[str], lab.Binary]):
    """One of a hundred may be wrong by chance; two of these are a fault."""
    binary = find_server(name)
    with lab.start(binary, config=config(binary, {})) as server:
        proofs = [measure(server, form, form.size, Wish(12, 60, aa=True), quiet) for form in FORMS]
    assert sum(is_wrong(proof) for proof in proofs) <= 1
