"""The page language of the room `vendors`: a ```toml block is a seawall.toml, judged at one moment.

Directives stand before it, as comments:

    # now 2026-12-01T09:00:00+00:00           when it is judged; every block has one
    # saw NAME status=active at=TIME          what a source saw of a vendor, by default now:
                                              status, ends, converts (yes, no), card (2026-12), charge,
                                              notice (days), without (contacts: billing,security)
    # alarm NAME NAMESPACE METRIC DIMENSION=VALUE... missing=ignore     an alarm that a source listed
    # in-use HOST PLACE                       a host that the code connects to
    # read SOURCE 2 before 3                  how many vendors a source named, and before

Where a block has no [people], Ada and Ben are the people. A Bad block must make the page's rule speak, and no other;
after a Good block the whole room is silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from seawall import config, rulebook
from seawall.model import Finding
from seawall.vendors.facts.alarm import Alarm, Metric
from seawall.vendors.facts.row import Observed, Reading, VendorFacts
from seawall.vendors.rows import rows

from .language import Block, PageError

PEOPLE = '\n[people.ada]\nname = "Ada"\n[people.ben]\nname = "Ben"\n'
_FENCE = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def estates(page: str) -> Iterator[Block]:
    """The ```toml blocks of a page's Bad and Good sections."""
    for section in ("Bad", "Good"):
        text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
        for match in _FENCE.finditer(text):
            yield Block(section, "toml", match[1])


def facts_of(block: Block, folder: Path) -> VendorFacts:
    """The facts that a block describes; its TOML is read as any estate is. Raises PageError."""
    file = folder / "seawall.toml"
    file.write_text(block.text + ("" if "[people" in block.text else PEOPLE), encoding="utf-8")
    estate = config.load(file)
    lines = [line.split()[1:] for line in block.text.splitlines() if line.startswith("# ")]
    now = next((datetime.fromisoformat(words[1]) for words in lines if words[0] == "now"), None)
    if now is None or any(words[0] not in ("now", "saw", "in-use", "read", "alarm") for words in lines):
        raise PageError(f"no `# now`, or a directive that does not exist:\n{block.text}")
    return VendorFacts(
        now=now,
        vendors=rows(estate),
        people=estate.people,
        observed=tuple(_observed(words[1], words[2:], now) for words in lines if words[0] == "saw"),
        in_use={words[1]: words[2] for words in lines if words[0] == "in-use"},
        readings=(
            *(Reading(w[1], int(w[2]), int(w[4])) for w in lines if w[0] == "read"),
            Reading("a source", 1, alarms=tuple(_alarm(w[1:]) for w in lines if w[0] == "alarm")),
        ),
    )


def findings(block: Block, folder: Path) -> list[Finding]:
    """What the rules of the room say about a block."""
    return rulebook.run("vendors", facts_of(block, folder))


def _observed(vendor: str, words: list[str], now: datetime) -> Observed:
    said = dict(word.split("=", 1) for word in words)
    card = said.get("card")
    return Observed(
        vendor=vendor,
        source="a source",
        at=datetime.fromisoformat(said["at"]) if "at" in said else now,
        ends=_when(said["ends"]) if "ends" in said else None,
        converts={"yes": True, "no": False}[said["converts"]] if "converts" in said else None,
        status=said.get("status", ""),
        card_ends=(int(card[:4]), int(card[5:])) if card else None,
        next_charge=_when(said["charge"]) if "charge" in said else None,
        notice_days=int(said["notice"]) if "notice" in said else None,
        without_contact=tuple(said["without"].split(",")) if "without" in said else (),
    )


def _alarm(words: list[str]) -> Alarm:
    name, namespace, metric, *rest = words
    said = dict(word.split("=", 1) for word in rest)
    missing = said.pop("missing")
    return Alarm("", "a source", name, (Metric(namespace, metric, tuple(said.items())),), missing)


def _when(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(UTC) if "T" in text else date.fromisoformat(text)
