"""No password, token or user of a URL comes out, whatever it is made of, in whatever file it stands.

A secret is made of marks with any characters around them, so that every piece of it that comes out is seen.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seawall.survey.found import Kind

from .made import shown, survey_of, survey_of_environment

MARKS = ("qzfirst", "qzsecond.io", "qzthird")
CHARACTERS = [*"@/:#?&=%+~!$^*()[]{}<>|\\;,.'\"` \t-_\r\u2028é", "://", ".io", "${A}", "',", '",', " #"]
SPECIAL = st.lists(st.sampled_from(CHARACTERS), max_size=4).map("".join)
SECRET = st.builds(lambda *s: "".join(f"{a}{m}" for a, m in zip(s, MARKS, strict=False)) + s[-1], *[SPECIAL] * 4)
USERINFO = st.sampled_from(["{s}", ":{s}", "user:{s}", "{s}:x", "{s}:{s}"])
SCHEME = st.sampled_from(["redis", "rediss", "postgres", "amqp", "mongodb+srv", "https", "jdbc:mysql"])
HOST = st.sampled_from(["cache.acme.io:6379", "eu1-a.b.upstash.io", "db.x.eu-west-1.rds.amazonaws.com:5432/app"])


def texts(secret: str, url: str) -> list[tuple[Kind, str]]:
    """A secret and a URL with it, as files hold them: escaped as their form wants it, or not at all."""
    doubled = url.replace("'", "''")
    in_yaml = re.split(r"\s#", url)[0] == url  # there a comment begins: the URL would end before its host
    plain = [
        (Kind.CONFIG, f"redis:\n  url: {url}\n  password: {secret}\n"),
        (Kind.CONFIG, f"web: REDIS_URL={url} bundle exec puma"),
        (Kind.CONFIG, f"services:\n  a:\n    environment:\n      - REDIS_URL={url}\n      - PW={secret}"),
        (Kind.CONFIG, f"spring.redis.url={url}\nspring.redis.password={secret}"),
        (Kind.DOTENV, f"REDIS_PASSWORD={secret}\nREDIS_URL={url}"),
        (Kind.DOTENV, f"PW={secret}\nREDIS_URL=redis://:${{PW}}@cache.acme.io:6379"),
    ]
    return [
        *(plain if in_yaml else []),
        (Kind.DOTENV, f'REDIS_PASSWORD="{secret}"\nREDIS_URL="{url}"'),
        (Kind.DOTENV, f"export REDIS_PASSWORD='{secret}'\nREDIS_URL='{url}'"),
        (Kind.CONFIG, f"redis:\n  url: {json.dumps(url)}\n  password: {json.dumps(secret)}\n"),
        (Kind.CONFIG, f"redis:\n  url: '{doubled}'\n  mail: a@b.io"),
        (Kind.CONFIG, json.dumps({"redis": {"url": url, "password": secret}, "pad": "x" * 80})),
        (Kind.CONFIG, json.dumps({"redis": {"url": url, "password": secret}}, indent=2, ensure_ascii=False)),
        (Kind.CONFIG, f"[redis]\nurl = {json.dumps(url)}\n"),
        (Kind.CODE, f"Redis.new(url: {json.dumps(url)}, password: {json.dumps(secret)})"),
        (Kind.CODE, f"connect({json.dumps(secret)}, {json.dumps(url)})"),
    ]


def pieces_in(text: str) -> list[str]:
    return [mark for mark in (*MARKS, "qzsecond") if mark in text.lower()]


def check(secret: str, userinfo: str, scheme: str, host: str, escaped: bool) -> None:
    written = quote(secret, safe="") if escaped else secret
    url = f"{scheme}://{userinfo.format(s=written)}@{host}"
    for kind, text in texts(secret, url):
        assert not pieces_in(shown(survey_of(text, kind))), (kind, text)
    variables = {"REDIS_URL": url, "REDIS_PASSWORD": secret}
    assert not pieces_in(shown(survey_of_environment(variables), variables)), url


CASES = (SECRET, USERINFO, SCHEME, HOST, st.booleans())


@given(*CASES)
@example("qzsecond.io\u2028", "{s}", "redis", "cache.acme.io:6379", False)  # a line to some, not to others
@example("qzsecond.io #", "{s}", "jdbc:mysql", "cache.acme.io:6379", False)  # in quotes that is no comment
def test_no_piece_of_a_secret_comes_out(secret: str, userinfo: str, scheme: str, host: str, escaped: bool):
    check(secret, userinfo, scheme, host, escaped)


@pytest.mark.prove
@given(*CASES)
@settings(max_examples=10_000)
def test_no_piece_of_ten_thousand_secrets_comes_out(secret: str, userinfo: str, scheme: str, host: str, escaped: bool):
    check(secret, userinfo, scheme, host, escaped)


@given(SECRET, st.sampled_from(["cache.acme.io:6379", "eu1-a.b.upstash.io:6379"]))
def test_an_escaped_secret_hides_no_endpoint(secret: str, host: str):
    url = f"rediss://:{quote(secret, safe='')}@{host}"
    for kind, text in texts("x", url):
        found = survey_of(text, kind).endpoints
        assert host in [e.address for e in found] or "${PW}" in text, (kind, text)


def test_the_marks_would_be_seen():
    assert pieces_in(shown(survey_of("REDIS_URL=redis://qzfirst.acme.io", Kind.DOTENV))) == ["qzfirst"]
