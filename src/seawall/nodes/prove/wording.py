"""A proof in words: for the terminal, and as a row of the table of all forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from seawall.nodes.prove.form import Form
from seawall.nodes.prove.proof import Proof
from seawall.nodes.prove.verdict import FEWEST, STALL_RATIO, Comparison, Effect
from seawall.nodes.wording import count
from seawall.nodes.wording import ms as milliseconds

HEADINGS = ("form", "rules", "size", "longest call", "main thread", "another's p99", "the stall", "the work")
KEY = "key"
SHORT_US = 5  # below it two digits after the point are 0.00


def ms(us: float) -> str:
    """`28.5 ms`; `<0.01 ms` for what would be rounded to nothing."""
    return milliseconds(us) if us >= SHORT_US else "<0.01 ms"


def told(proof: Proof) -> list[str]:
    """The proof as lines, of at most 120 columns but for remarks."""
    form = proof.form
    new = form.old if proof.is_aa else form.new
    made = f"a key of {form.amount(proof.size)} ({proof.key})" if proof.key else form.amount(proof.size)
    return [
        f"{form.name}: {form.job} ({', '.join(form.rules)})",
        f"{proof.server}, {made}",
        f"{count(proof.rounds, 'round')} of two jobs in each form, one job every {proof.every_ms:,.0f} ms",
        "",
        f"  old  {form.old.sends}",
        f"  new  {new.sends}" + ("   (the old form again: an A/A run)" if proof.is_aa else ""),
        "",
        *_table(proof),
        "",
        *_verdicts(proof),
        *(f"Note: {remark}" for remark in proof.remarks),
    ]


def _table(proof: Proof) -> list[str]:
    def row(what: str, old: str, new: str, alone: str = "") -> str:
        return f"  {what:<36}{old:>10}{new:>12}{alone:>12}".rstrip()

    def wait(what: str, name: str) -> str:
        values = [getattr(waits, name) for waits in (proof.old.waits, proof.new.waits, proof.alone)]
        return row(f"another client waits, {what}", *map(_wait, values))

    old, new = proof.old, proof.new
    return [
        row("", "old", "new", "no job"),
        row("calls of a job", f"{old.calls:,.0f}", f"{new.calls:,.0f}"),
        row("longest call of a job, median", ms(old.longest_us), ms(new.longest_us)),
        row("longest call of any job", *(ms(max(run.longest_us for run in side.runs)) for side in (old, new))),
        row("all calls of a job, median", ms(old.total_us), ms(new.total_us)),
        row("main thread's work for it, median", ms(proof.work.old_us), ms(proof.work.new_us)),
        wait("p50", "p50_ms"),
        wait("p99", "p99_ms"),
        wait("longest", "longest_ms"),
    ]


def _wait(value: float | None) -> str:
    return "-" if value is None else ms(1000 * value)


def _verdicts(proof: Proof) -> list[str]:
    answer = (
        "Both forms gave the same answer."
        if proof.same_answer
        else "The two forms did NOT give the same answer: this proves nothing."
    )
    stall, work = proof.stall, proof.work
    if stall.effect is Effect.TOO_FEW:
        ran = f"{proof.rounds} {'was' if proof.rounds == 1 else 'were'} run"
        return [
            f"No verdict: it needs {FEWEST} rounds, and {ran}. Give more --rounds, or more --seconds for them.",
            answer,
        ]
    seen = ", by the longest wait of the other client" if proof.stall_seen_by == "foreground" else ""
    lines = [f"The stall: {effect(stall)}{seen}.", f"The work:  {effect(work)}."]
    if stall.effect is not Effect.BETTER and not proof.is_aa:
        lines.append(f"On {proof.server} the new form does not shorten the stall {STALL_RATIO:g} times or more.")
    return [*lines, answer]


def effect(found: Comparison) -> str:
    """`better, 27 times less`; `no difference`."""
    if found.effect in (Effect.SAME, Effect.TOO_FEW):
        return found.effect.value
    if found.effect is Effect.BETTER:
        return f"{found.effect.value}, {factor(found.ratio)} times less"
    return f"{found.effect.value}, {factor(1 / found.ratio)} times more"


def factor(times: float) -> str:
    """`1.6`, `27`, `12,000`."""
    return f"{times:.1f}" if times < 10 else f"{float(f'{times:.2g}'):,.0f}"


def listed(forms: Sequence[Form], no_form: Mapping[str, str]) -> list[str]:
    """The catalogue: each form with its rules and both forms; then the rules without one, and why."""
    lines: list[str] = []
    for form in forms:
        lines += [
            f"{form.name}: {form.job} ({', '.join(form.rules)}; {form.amount(form.size)})",
            f"  old  {form.old.sends}",
            f"  new  {form.new.sends}",
        ]
    return [*lines, "", "Without a form:", *(f"  {code}: {why}" for code, why in sorted(no_form.items()))]


def planned(form: Form, size: int, server: str, rounds: int, settings: Mapping[str, str]) -> list[str]:
    """What a proof would start, make and send."""

    def of(counted: Counter[str]) -> str:
        return ", ".join(f"{number:,} {command}" for command, number in counted.items())

    seeding = of(Counter(str(words[0]) for words in form.seed(KEY, size)))
    lines = [f"would start a private {server}, which ends with the proof"]
    lines += [f"  with {name} {value}" for name, value in settings.items()]
    lines += [f"make there {form.amount(size)}" + (f" ({form.type}, {form.encoding})" if form.type else "")]
    lines += [f"  by {seeding}"] if seeding else []
    lines += [f"and send, in {count(rounds, 'round')} of old new new old:"]
    lines += [f"  old  {form.old.sends}", f"  new  {form.new.sends}"]
    return [*lines, "while another client asks PING and GET. Nothing is sent to any other server."]


def table_row(proof: Proof) -> tuple[str, ...]:
    """The proof as cells under HEADINGS."""
    old, new = proof.old, proof.new
    return (
        f"`{proof.form.name}`",
        ", ".join(proof.form.rules),
        proof.form.amount(proof.size),
        f"{ms(old.longest_us)} → {ms(new.longest_us)}",
        f"{ms(proof.work.old_us)} → {ms(proof.work.new_us)}",
        f"{_wait(old.waits.p99_ms)} → {_wait(new.waits.p99_ms)}",
        effect(proof.stall),
        effect(proof.work),
    )
