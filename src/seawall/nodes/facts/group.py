"""Groups: the entries of one command, key pattern and argument shape, and which entries a script has sent.

`reduce` turns a record with people's data into an Entry without: key names stay in memory for learning patterns and for
asking sizes, and appear in nothing that is printed or stored.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from seawall.keyspace import Key, KeyPattern, Memory, learn, printable
from seawall.nodes.facts.arguments import Arguments, read_arguments
from seawall.nodes.facts.command import Catalogue, CommandSpec, Names
from seawall.nodes.facts.entry import SCRIPT_PEERS, RawEntry, argument
from seawall.nodes.facts.key_specs import find_keys

_SCRIPT_CALL = re.compile(rb"""p?call\s*\(\s*['"]([A-Za-z.]{2,32})['"]""")
_KEPT_BYTES = 64
_KEYS_OF_AN_ENTRY = 8  # that its pattern is learned from: a DEL shows up to 31, most of them alike


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key of an entry, and what the command does to it (the flags of its key spec)."""

    key: Key
    flags: Names


@dataclass(frozen=True, slots=True)
class Entry:
    """A slow-log record without its values.

    command: upper case as in findings. us: microseconds. keys: those shown; more_keys: those the server cut off.
    script_calls: the commands that the shown text of a script names; script_hides: whether it may call others, because
    it is not shown to its end or computes their names. bytes: of all arguments shown, what was cut off them included.
    kept: the arguments, only with --keep-arguments.
    """

    id: int | None
    at: int | None
    us: int
    command: str
    spec: CommandSpec | None
    arguments: Arguments
    argc: int | None
    keys: tuple[KeyUse, ...] = ()
    more_keys: int = 0
    peer: str | None = None
    client: str = ""
    is_script: bool = False
    script_calls: Names = frozenset()
    script_hides: bool = False
    bytes: int = 0
    kept: tuple[str, ...] = field(default=(), repr=False)

    @property
    def from_script(self) -> bool:
        """Whether the record itself shows that a script sent it (Redis; Valkey records the script's client)."""
        return self.peer in SCRIPT_PEERS and not self.is_script


@dataclass(frozen=True, slots=True)
class Inside:
    """What a script sent, of one command and key pattern, as far as the log shows it."""

    command: str
    key_pattern: str | None
    times: int
    max_us: int
    total_us: int


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one command, key pattern and argument shape. `entries` has at least one.

    inside: what its scripts sent. apart_us: what they may have sent as well, but stands in groups of its own.
    """

    command: str
    key_pattern: str | None
    shape: str
    entries: tuple[Entry, ...]
    inside: tuple[Inside, ...] = ()
    apart_us: int = 0

    @property
    def worst(self) -> Entry:
        """The longest entry."""
        return max(self.entries, key=lambda e: e.us)

    @property
    def max_us(self) -> int:
        """Microseconds of the longest entry."""
        return self.worst.us

    @property
    def total_us(self) -> int:
        """Microseconds of all entries, without what is counted in other groups."""
        return sum(e.us for e in self.entries) - self.apart_us

    @property
    def spec(self) -> CommandSpec | None:
        """What the server says about the command."""
        return self.entries[0].spec

    @property
    def from_script(self) -> bool:
        """Whether scripts sent these commands, and the script's own entry is not in the log."""
        return all(e.from_script for e in self.entries)


def reduce(raw: RawEntry, catalogue: Catalogue, *, keep_arguments: bool = False) -> Entry:
    """The entry without its values. keep_arguments: keep them as printable text, because the user asked for it."""
    argv = [argument(word) for word in raw.argv]
    words = [a.shown for a in argv]
    argc = len(words) if raw.argc is None else raw.argc
    spec = catalogue.find(words)
    found = find_keys(spec, words, argc) if spec else None
    command = spec.name.replace("|", " ").upper() if spec else printable(words[0]).upper()[:64]
    is_script = command.startswith(("EVAL", "FCALL"))
    text = words[1] if command in ("EVAL", "EVAL_RO") and len(words) > 1 else b""
    calls = [m.decode().upper() for m in _SCRIPT_CALL.findall(text)]
    return Entry(
        id=raw.id,
        at=raw.at,
        us=raw.us,
        command=command,
        spec=spec,
        arguments=read_arguments(spec, words, argc),
        argc=raw.argc,
        bytes=sum(a.length for a in argv),
        keys=tuple(KeyUse(Key(argv[k.index].shown, argv[k.index].cut), k.flags) for k in found.shown) if found else (),
        more_keys=found.hidden if found else 0,
        peer=raw.peer,
        client=printable(raw.client)[:128],
        is_script=is_script,
        script_calls=frozenset(calls),
        script_hides=is_script and (not text or argv[1].cut or text.count(b"call") > len(calls)),
        kept=tuple(printable(w[:_KEPT_BYTES]) for w in words[1:]) if keep_arguments else (),
    )


def group(entries: Iterable[Entry], *, marked: bool | None = None, memory: Memory | None = None) -> tuple[Group, ...]:
    """The entries as groups, most total time first; no microsecond is counted in two of them.

    marked: whether this server records who sent a script's commands as nobody (Redis does, Valkey from 8 on does not);
    None where the server is not known. memory: what was learned from earlier entries, where there are some.
    """
    everything = list(entries)
    owners, apart = _scripts_of(everything, marked=marked)
    patterns = _patterns(everything, memory)
    outside: defaultdict[tuple[str, str | None, str], list[int]] = defaultdict(list)
    sent: defaultdict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(everything):
        owner = owners.get(place)
        if owner is None:
            outside[entry.command, patterns[place], entry.arguments.shape].append(place)
        else:
            sent[owner].append(place)
    groups: list[Group] = []
    for (command, pattern, shape), places in outside.items():
        inner = [(everything[i], patterns[i]) for place in places for i in sent.get(place, ())]
        own = tuple(everything[place] for place in places)
        groups.append(Group(command, pattern, shape, own, _inside(inner), sum(apart.get(p, 0) for p in places)))
    return tuple(sorted(groups, key=lambda g: (-g.total_us, g.command, g.key_pattern or "", g.shape)))


def _inside(sent: Iterable[tuple[Entry, str | None]]) -> tuple[Inside, ...]:
    by_subject: defaultdict[tuple[str, str | None], list[int]] = defaultdict(list)
    for entry, pattern in sent:
        by_subject[entry.command, pattern].append(entry.us)
    rows = [Inside(c, p, len(us), max(us), sum(us)) for (c, p), us in by_subject.items()]
    return tuple(sorted(rows, key=lambda r: -r.total_us))


def _patterns(entries: Sequence[Entry], memory: Memory | None) -> dict[int, str | None]:
    """The key pattern of each entry by its place: learned among keys that behave alike, of one command and one use."""
    alike: defaultdict[tuple[str, Names], list[Key]] = defaultdict(list)
    for entry in entries:
        for use in entry.keys[:_KEYS_OF_AN_ENTRY]:
            alike[entry.command, use.flags].append(use.key)
    learned = {
        (command, use): memory.learn(command, use, keys) if memory else learn(keys)
        for (command, use), keys in alike.items()
    }
    texts: dict[int, str | None] = {}
    for place, entry in enumerate(entries):
        glob = entry.arguments.glob
        if entry.keys:
            texts[place] = _joined(
                [learned[entry.command, use.flags][use.key] for use in entry.keys[:_KEYS_OF_AN_ENTRY]]
            )
        else:
            texts[place] = KeyPattern.of_glob(glob).text if glob is not None else None
    return texts


def _joined(patterns: Sequence[KeyPattern]) -> str:
    """The distinct patterns of a command with several keys, in their order, at most three of them."""
    distinct = list(dict.fromkeys(p.text for p in patterns))
    return " ".join(distinct[:3]) + (" ..." if len(distinct) > 3 else "")


def _scripts_of(entries: Sequence[Entry], *, marked: bool | None) -> tuple[dict[int, int], dict[int, int]]:
    """For each entry that a script sent, the script's place; and by script, microseconds of those it may have sent.

    A script's own entry follows those of its commands. Redis shows them by their peer. Valkey gives them the script's
    client, so there only entries that directly precede it, by the same client, can be its own: they are where the
    script's shown text names their command and its keys are theirs, they are not where its whole text does not, and
    where the text is not shown they may be: such an entry stands in a group of its own, and its time is taken off the
    script's. So nothing is counted twice, and nothing vanishes. What all took together never exceeds the script.
    """
    if marked is None and any(entry.from_script for entry in entries):
        marked = True
    order = sorted((i for i, e in enumerate(entries) if e.id is not None), key=lambda i: -(entries[i].id or 0))
    owners: dict[int, int] = {}
    apart: defaultdict[int, int] = defaultdict(int)
    script: int | None = None
    left = 0
    follows = 0
    for place in order:
        entry = entries[place]
        if entry.is_script:
            script, left, follows = place, entry.us, entry.id or 0
            continue
        if script is None:
            continue
        owner = entries[script]
        follows -= 1
        could = entry.us <= left and _is_near(entry, owner)
        if entry.from_script:
            if could:
                owners[place] = script
                left -= entry.us
        elif could and not marked and entry.id == follows and _names(entry, owner):
            owners[place] = script
            left -= entry.us
        elif could and not marked and entry.id == follows and _may_have_sent(owner, entry):
            apart[script] += entry.us
            left -= entry.us
        else:
            script = None
    return owners, apart


def _is_near(entry: Entry, owner: Entry) -> bool:
    """Whether the entry ended while the script ran, as far as whole seconds tell."""
    return entry.at is None or owner.at is None or 0 <= owner.at - entry.at <= owner.us // 1_000_000 + 1


def _names(entry: Entry, owner: Entry) -> bool:
    """Whether the script's text says that it sends this command, to these keys if it declares any."""
    declared = {use.key for use in owner.keys}
    fits = not declared or owner.more_keys > 0 or all(use.key in declared for use in entry.keys)
    return _is_same_client(entry, owner) and entry.command in owner.script_calls and fits


def _may_have_sent(owner: Entry, entry: Entry) -> bool:
    return owner.script_hides and _is_same_client(entry, owner)


def _is_same_client(entry: Entry, owner: Entry) -> bool:
    return (entry.peer, entry.client) == (owner.peer, owner.client)
