"""Proves every form of the catalogue on Redis 7 and Valkey 9, and writes the table of docs/design/slow-log.md.

`make prove` runs it. It takes about three minutes. Servers are the redis-server on PATH and the embedded Valkey.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from seawall import lab
from seawall.nodes.prove.collect.measure import Wish, config, measure
from seawall.nodes.prove.collect.programs import installed
from seawall.nodes.prove.forms import FORMS
from seawall.nodes.prove.proof import Proof
from seawall.nodes.prove.wording import HEADINGS, table_row

PAGE = Path(__file__).resolve().parent.parent / "docs/design/slow-log.md"
BEGIN = "<!-- begin of the table; written by scripts/prove_table.py (`make prove`) -->\n"
END = "<!-- end of the table -->\n"
SERVERS = (("Redis", "7"), ("Valkey", "9"))
WISH = Wish(rounds=12, seconds=20.0)


def programs() -> list[lab.Binary]:
    """One program for each of SERVERS."""
    found: list[lab.Binary] = []
    here = installed()
    for product, major in SERVERS:
        fits = [b for b in here if b.name == product and b.version.split(".")[0] == major]
        if not fits:
            sys.exit(f"prove_table: there is no {product} {major} on this machine")
        found.append(fits[0])
    return found


def prove_all(program: lab.Binary) -> Iterator[Proof]:
    """Every form at its own size, one server for all of them."""
    with lab.start(program, config=config(program, {})) as server:
        for form in FORMS:
            proof = measure(server, form, form.size, WISH, lambda _: None)
            print(" | ".join(table_row(proof)), flush=True)
            if not proof.same_answer:
                sys.exit(f"prove_table: {form.name}: old and new form gave different answers on {program}")
            yield proof


def table(proofs: list[Proof]) -> str:
    """The proofs of one server as a Markdown table."""
    rows = [HEADINGS, tuple("---" for _ in HEADINGS), *map(table_row, proofs)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def written(page: str, tables: str) -> str:
    """The page with the tables between the two marks. Raises ValueError where they are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has not the two marks of the table")
    return f"{before}{begin}{tables}{end}{after}"


def main() -> None:
    """Proves, then writes: the page holds the old table or the whole new one."""
    parts: list[str] = []
    for program in programs():
        print(f"--- {program}", flush=True)
        parts.append(f"\n{program}, {WISH.rounds} rounds:\n\n{table(list(prove_all(program)))}")
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), "".join(parts) + "\n"), encoding="utf-8")


if __name__ == "__main__":
    main()
