"""The keys of a command as a call gives them, and its other arguments, as far as they are constants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seawall.calls.facts import tree
from seawall.calls.facts.commands import FAMILIES, SPOKEN, Command, family_of, named, spelled
from seawall.calls.facts.meaning import collections, strings
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.patterns import Text, literal, merge
from seawall.calls.facts.seeds import SENDS
from seawall.calls.facts.sites import Argument
from seawall.calls.facts.values import Const, Frame, Many, Unknown, Value, Words, either, unknown

KEY_WORDS = ("name", "key", "keys", "names", "src", "source", "channel", "first", "channels")
GLOBS = frozenset(("keys", "scan", "psubscribe"))


@dataclass(frozen=True, slots=True)
class Given:
    """One argument with what it is."""

    value: Value
    keyword: str = ""
    spread: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A command as it is sent. family: the method holds the second word of it (`config_get`)."""

    command: Command
    args: tuple[Given, ...]
    family: bool = False

    @property
    def positional(self) -> list[Given]:
        """The arguments without a keyword."""
        return [g for g in self.args if not g.keyword]

    @property
    def open_end(self) -> bool:
        """Whether it cannot be counted how many there are."""
        return any(g.spread or any(isinstance(a, Many) for a in g.value) for g in self.args)


def sent_by(engine: Engine, call: tree.Call, frame: Frame, name: str = "") -> Sent | None:
    """What a method of a client sends, None where it is no command. name: of the method where it is handed on."""
    args = tuple(
        Given(engine.value(a.value, frame), a.keyword, a.spread)
        for a in call.args
        if a.spread != "&" and not isinstance(a.value, tree.Block)
    )
    name = name or call.name
    if name in SENDS and args:
        word = strings.texts(args[0].value)[0].literal
        name, args = word or "", args[1:]
    spoken = SPOKEN.get(name.lower())
    if spoken is not None:
        return _spoken(args, *spoken)
    command = spelled(name)
    if command is not None and name in FAMILIES and not any(not g.keyword for g in args):
        return None  # `redis.client` and `redis.pubsub()` are parts of a client: the commands have a second word
    return Sent(command, args, bool(family_of(name))) if command is not None else None


def _spoken(args: tuple[Given, ...], skip: int, listed: bool) -> Sent | None:
    rest = args[skip:]
    first = next((a for a in rest[0].value if isinstance(a, Many)), None) if rest else None
    if first is not None and (listed or rest[0].spread or len(rest) == 1):
        words = tuple(Given(value) for _, value in first.items)
        rest = (words or (Given(first.of),)) + rest[1:]
    if not rest:
        return None
    word = strings.texts(rest[0].value)[0].literal
    command = named(word) if word else None
    if command is None:
        return None
    second = " " in (word or "").strip()
    return Sent(command, rest[1:], second)


def fits(sent: Sent) -> bool:
    """Whether the number of arguments is one that the command takes."""
    if sent.open_end:
        return True
    count = len(sent.positional) + len([g for g in sent.args if g.keyword in KEY_WORDS])
    least = sent.command.least - (1 if sent.family or sent.command.name in ("scan", "info") else 0)
    return count >= min(least, 2 if sent.command.numbered else least) or (
        least > 1 and count >= 1 and len(sent.args) >= least
    )


def key_values(sent: Sent) -> list[Value] | None:
    """What each key may be; None of a command that has none."""
    command = sent.command
    by_word = {g.keyword: g.value for g in sent.args if g.keyword}
    positional = sent.positional
    if command.name in ("keys", "scan"):
        return _globbed(command, by_word, positional)
    if command.name in ("xread", "xreadgroup"):
        streams = by_word.get("streams")
        maps = [g.value for g in positional if any(isinstance(a, Many) for a in g.value)]
        found = streams or (maps[0] if maps else positional[0].value if positional else None)
        return [collections.elements(found)] if found else None
    if command.numbered:
        if "keys" in by_word:
            return [_flat(by_word["keys"])]
        place = next((i for i, g in enumerate(positional) if any(isinstance(a, Many) for a in g.value)), -1)
        if place < 0:
            place = command.numbered
            if command.numbered == 1 and len(positional) > 0 and _is_text(positional[0].value):
                place = 0
        return [_flat(positional[place].value)] if place < len(positional) else None
    if not command.first:
        return None
    first = 1 if sent.family else command.first
    word = next((w for w in KEY_WORDS if w in by_word), None)
    if word is not None and len(positional) < first:
        return [_flat(by_word[word])]
    if len(positional) >= first:
        return _from(positional, first, command)
    if by_word and command.group == "string" and command.last == -1:
        return [tuple(Words(literal(key)) for key in by_word)]
    return [unknown("its key is not written here")]


def _from(positional: Sequence[Given], first: int, command: Command) -> list[Value]:
    last = len(positional) if command.last == -1 else len(positional) - 1 if command.last == -2 else command.last
    keys = [_flat(g.value, spread=bool(g.spread)) for g in positional[first - 1 : max(last, first) : command.step]]
    return keys or [unknown("its key is not written here")]


def _is_text(value: Value) -> bool:
    return any(isinstance(a, Words) for a in value)


def _flat(value: Value, *, spread: bool = False) -> Value:
    """The value, or the elements of it where it is a collection."""
    return either(
        collections.elements((a,)) if isinstance(a, Many) or (spread and isinstance(a, Unknown)) else (a,)
        for a in value
    )


def _globbed(command: Command, by_word: dict[str, Value], positional: Sequence[Given]) -> list[Value] | None:
    for word in ("match", "pattern", "MATCH"):
        if word in by_word:
            return [by_word[word]]
    if command.name == "keys":
        return [positional[0].value] if positional else None
    for place, given in enumerate(positional):
        words = [t.literal for t in strings.texts(given.value)]
        if words and str(words[0]).upper() == "MATCH" and place + 1 < len(positional):
            return [positional[place + 1].value]
        many = next((a for a in given.value if isinstance(a, Many)), None)
        match = next((v for k, v in many.items if str(k).lower() == "match"), None) if many else None
        if match is not None:
            return [match]
    texts = [g.value for g in positional if _is_text(g.value)]
    return [texts[0]] if texts else None


def facts_of(sent: Sent) -> tuple[Argument, ...]:
    """The arguments as the rules see them."""
    return tuple(_fact(g) for g in sent.args)


def _fact(given: Given) -> Argument:
    numbers = {a.value for a in given.value if isinstance(a, Const) and not isinstance(a.value, bool | None)}
    number = numbers.pop() if len(numbers) == 1 and len(given.value) == 1 else None
    many = next((a for a in given.value if isinstance(a, Many)), None)
    texts = strings.texts(given.value)
    told = [t for t in texts if t.says_something or t.literal is not None]
    text = str(merge(texts)) if told and many is None else None
    return Argument(
        given.keyword,
        text,
        number,
        bool(given.spread),
        many is not None,
        many.size if many is not None else None,
        many.most if many is not None else None,
    )


def wire(texts: Sequence[Text], name: str) -> str:
    """The pattern that covers these keys of a command."""
    return merge(texts).pattern(glob=name in GLOBS).text
