"""Names as Rails makes them: `admin/oauth_tokens` to `Admin::OAuthTokensController`, `inbox` to `inboxes`.

The rules of plurals are the commonest of English; an application adds its own in config/initializers/inflections.rb.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from seawall.calls.triggers.rubywords import calls, plain, text, texts
from seawall.calls.triggers.source import Source

_PLURALS = (
    (r"(quiz)$", r"\1zes"),
    (r"(m|l)ouse$", r"\1ice"),
    (r"(matr|vert|ind)(?:ix|ex)$", r"\1ices"),
    (r"(x|ch|ss|sh)$", r"\1es"),
    (r"([^aeiouy]|qu)y$", r"\1ies"),
    (r"(?:([^f])fe|([lr])f)$", r"\1\2ves"),
    (r"sis$", "ses"),
    (r"([ti])um$", r"\1a"),
    (r"(buffal|tomat|potat|her)o$", r"\1oes"),
    (r"(bus|miss|gass)$", r"\1es"),
    (r"(alias|status)$", r"\1es"),
    (r"(octop|vir)us$", r"\1i"),
    (r"(ax|test)is$", r"\1es"),
    (r"s$", "s"),
    (r"$", "s"),
)
_SINGULARS = (
    (r"(database)s$", r"\1"),
    (r"(quiz)zes$", r"\1"),
    (r"(matr)ices$", r"\1ix"),
    (r"(vert|ind)ices$", r"\1ex"),
    (r"(alias|status)es$", r"\1"),
    (r"(cris|ax|test)es$", r"\1is"),
    (r"(shoe)s$", r"\1"),
    (r"(bus)es$", r"\1"),
    (r"(m|l)ice$", r"\1ouse"),
    (r"(x|ch|ss|sh)es$", r"\1"),
    (r"(m)ovies$", r"\1ovie"),
    (r"([^aeiouy]|qu)ies$", r"\1y"),
    (r"([lr])ves$", r"\1f"),
    (r"(tive|hive)s$", r"\1"),
    (r"([^f])ves$", r"\1fe"),
    (r"(analy|ba|diagno|parenthe|progno|synop|the)ses$", r"\1sis"),
    (r"([ti])a$", r"\1um"),
    (r"(ss)$", r"\1"),
    (r"s$", ""),
)
_IRREGULAR = {"person": "people", "man": "men", "child": "children", "sex": "sexes", "move": "moves"}
_UNCOUNTABLE = frozenset(
    ("equipment", "information", "rice", "money", "species", "series", "fish", "sheep", "jeans", "police", "news")
)


_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Inflections:
    """The rules of an application. acronyms: by their lower case."""

    acronyms: Mapping[str, str] = field(default_factory=dict[str, str])
    irregular: Mapping[str, str] = field(default_factory=dict[str, str])  # singular to plural
    uncountable: frozenset[str] = frozenset()

    def camelized(self, path: str) -> tuple[str, ...]:
        """The constants that a path may mean: with the acronyms first, then without."""
        with_, without = (self._camelized(path, acronyms) for acronyms in (self.acronyms, _NONE))
        return (with_,) if with_ == without else (with_, without)

    def _camelized(self, path: str, acronyms: Mapping[str, str]) -> str:
        return "::".join(
            "".join(acronyms.get(word.lower(), word[:1].upper() + word[1:]) for word in name.split("_"))
            for name in path.strip("/").split("/")
        )

    def plural(self, word: str) -> str:
        """`inbox` to `inboxes`."""
        return self._changed(word, {**_IRREGULAR, **self.irregular}, _PLURALS)

    def singular(self, word: str) -> str:
        """`inboxes` to `inbox`."""
        words = {plural: singular for singular, plural in {**_IRREGULAR, **self.irregular}.items()}
        return self._changed(word, words, _SINGULARS)

    def _changed(self, word: str, words: Mapping[str, str], rules: Sequence[tuple[str, str]]) -> str:
        start, line, last = word.rpartition("_")
        if last.lower() in _UNCOUNTABLE or last.lower() in self.uncountable or word in self.uncountable:
            return word
        if last in words:
            return start + line + words[last]
        for pattern, change in rules:
            changed, count = re.subn(pattern, change, word, count=1)
            if count:
                return changed
        return word


def of_sources(sources: Sequence[Source]) -> Inflections:
    """The rules that initializers add."""
    acronyms: dict[str, str] = {}
    irregular: dict[str, str] = {}
    uncountable: set[str] = set()
    for source in sources:
        for call in calls(source.file.body, "acronym", "irregular", "uncountable"):
            words = [text(arg) or "" for arg in plain(call)]
            if call.name == "acronym" and words[:1] and words[0]:
                acronyms[words[0].lower()] = words[0]
            elif call.name == "irregular" and len(words) == 2:
                irregular[words[0]] = words[1]
            elif call.name == "uncountable":
                uncountable.update(word for arg in plain(call) for word in texts(arg))
    return Inflections(acronyms, irregular, frozenset(uncountable))
