"""What lines of settings set, with the keys down to it and its line, in each form of file."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.survey.found import Kind
from seawall.survey.reading import LONGEST, bare, expanded, values


def read(text: str, kind: Kind = Kind.CONFIG) -> list[tuple[str, str, int]]:
    return [(v.name, bare(v.text), v.line) for v in values(text, kind)[0] if v.name]


def test_dotenv_as_dotenv_reads_it():
    text = (
        "# REDIS_OLD=redis://old.acme.io\n"
        "export HOST=cache.acme.io\n"
        'URL="redis://${HOST}:6379/$DB"  # jobs\n'
        "LITERAL='redis://${HOST}'\n"
        "DEFAULT=${NOT_SET:-fallback.acme.io}\r\n"
        "  SPACED = x.acme.io\n"
        "no assignment\n"
    )
    assert read(text, Kind.DOTENV) == [
        ("HOST", "cache.acme.io", 2),
        ("URL", "redis://cache.acme.io:6379/$DB", 3),
        ("LITERAL", "redis://${HOST}", 4),
        ("DEFAULT", "fallback.acme.io", 5),
        ("SPACED", "x.acme.io", 6),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "production:\n  redis: # comment\n    host: h\n  db:\n    host: d\n",
            ["production.redis.host", "production.db.host"],
        ),
        ('{\n "redis": {\n  "host": "h",\n  "port": 1\n }\n}', ["redis.host", "redis.port"]),
        ('[redis.cache]\nhost = "h"\n[[db]]\nhost = "d"\n', ["redis.cache.host", "db.host"]),
        ("[mysql]\nhost = h\n; host = x\n", ["mysql.host"]),
        ("spring.redis.host=h\nspring.redis.port: 6379\n", ["spring.redis.host", "spring.redis.port"]),
        ("config.redis = {\n  url: 'h',\n}\n", ["config.redis.url"]),
        ("env:\n  - name: REDIS_URL\n    value: h\n", ["env.name", "REDIS_URL"]),
        ("services:\n  web:\n    environment:\n      - A_URL=h\n", ["services.web.environment.A_URL"]),
        ("ENV REDIS_URL h\nENV B=h\n", ["REDIS_URL", "B"]),
        ('redis:\n  primary: { host: "h", port: 6 }\n', ["redis.primary", "redis.primary.host", "redis.primary.port"]),
    ],
)
def test_the_keys_down_to_a_value(text: str, wanted: list[str]):
    assert [name for name, _, _ in read(text)] == wanted


def test_minified_json_is_unfolded():
    document = {"service": {"environment": [{"name": "REDIS_URL", "value": "x" * 80}], "redis": {"host": "h"}}}
    assert read(json.dumps(document, separators=(",", ":"))) == [
        ("service.environment.name", "REDIS_URL", 1),
        ("REDIS_URL", "x" * 80, 1),
        ("service.redis.host", "h", 1),
    ]


def test_a_line_that_is_too_long_is_named_and_left_out():
    for kind in (Kind.CONFIG, Kind.DOTENV, Kind.CODE):
        listed, long = values(f"A=1\nB={'x' * LONGEST}\nC=3\n", kind)
        assert (len(listed), long) == (2, [2])


@given(st.text(), st.sampled_from([Kind.CONFIG, Kind.DOTENV, Kind.CODE]))
def test_any_text_is_read(text: str, kind: Kind):
    listed, _ = values(text, kind)
    assert all(1 <= v.line <= text.count("\n") + 1 for v in listed)


@given(st.text("ab${}:-", max_size=60), st.dictionaries(st.sampled_from("ab"), st.text("xy", min_size=1), max_size=2))
def test_what_nobody_knows_stays(text: str, known: dict[str, str]):
    assert expanded(expanded(text, {}), {}) == expanded(expanded(expanded(text, {}), {}), {}) or "-" in text
    assert "$" in text or expanded(text, known) == text


def test_variables_of_variables_do_not_grow_without_end():
    lines = ["A0=xxxxxxxxxx", *(f"A{n}={f'$A{n - 1}' * 200}" for n in range(1, 60))]
    begun = time.process_time()
    listed, _ = values("\n".join(lines), Kind.DOTENV)
    assert time.process_time() - begun < 2
    assert max(len(v.text) for v in listed) <= LONGEST
