"""Which values are endpoints, in each form of file; and which are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.survey.endpoints import AMBIGUOUS, UNSET
from seawall.survey.found import Kind
from seawall.survey.hosts import EXAMPLE, ONE_WORD, THIS_MACHINE

from .made import found_in, survey_of, survey_of_environment


@pytest.mark.parametrize(
    ("kind", "path", "text", "wanted"),
    [
        (Kind.DOTENV, ".env", "REDIS_URL=redis://:pw@cache.acme.io:6380/2", [("REDIS_URL", "cache.acme.io:6380")]),
        (Kind.DOTENV, ".env", "X=rediss://CACHE.Acme.io.", [("X", "cache.acme.io")]),
        (Kind.DOTENV, ".env", "REDIS_HOST=h.acme.io\nREDIS_PORT=6390", [("REDIS_HOST", "h.acme.io:6390")]),
        (Kind.DOTENV, ".env", "GEO_URL=https://api.geo.io/v1?key=x", [("GEO_URL", "api.geo.io")]),
        (Kind.CONFIG, "a.yml", "geo_url: https://api.geo.io/v1", []),  # any page has such a name; a vendor's counts
        (
            Kind.CONFIG,
            "a.yml",
            "search:\n  elasticsearch_url: https://s.acme.io:9200",
            [("search.elasticsearch_url", "s.acme.io:9200")],
        ),
        (Kind.DOTENV, ".env", "REDIS_URL=tcp://r.acme.io:6379", [("REDIS_URL", "r.acme.io:6379")]),
        (Kind.CONFIG, "a.yml", "redis:\n  host: ${H:s.acme.io}\n", [("redis.host", "s.acme.io")]),
        (Kind.CONFIG, "a.yml", "docker: tcp://r.acme.io:2375", []),
        (Kind.CONFIG, "sidekiq.yml", ":url: redis://j.acme.io", [("url", "j.acme.io")]),
        (
            Kind.CONFIG,
            "a.json",
            '"env": {\n "REDIS_URL": {\n  "value": "redis://j.acme.io"\n }\n}',
            [("env.REDIS_URL.value", "j.acme.io")],
        ),
        (Kind.CONFIG, "a.yml", "dsn: https://k@o1.ingest.sentry.io/7", [("dsn", "o1.ingest.sentry.io")]),
        (Kind.CONFIG, "a.yml", "redis:\n  host: 10.0.0.5\n  port: 6380\n", [("redis.host", "10.0.0.5:6380")]),
        (
            Kind.CONFIG,
            "a.yml",
            "a:\n  redis_host: a.acme.io\n  redis_port: 1\nb:\n  redis_host: b.acme.io\n  redis_port: 2\n",
            [("a.redis_host", "a.acme.io:1"), ("b.redis_host", "b.acme.io:2")],
        ),
        (Kind.CONFIG, "database.yml", "production:\n  host: pg.acme.io", [("production.host", "pg.acme.io")]),
        (Kind.CONFIG, "app.yml", "production:\n  host: www.acme.io", []),  # of nothing that we know
        (Kind.CONFIG, "a.ini", "url=jdbc:postgresql://db.acme.io:5432/x", [("url", "db.acme.io:5432")]),
        (Kind.CONFIG, "a.yml", "u: postgresql+psycopg2://u:p@db.acme.io/x", [("u", "db.acme.io")]),
        (
            Kind.CONFIG,
            "a.yml",
            "u: mongodb://u:p@a.acme.io:1,b.acme.io:2/x",
            [("u", "a.acme.io:1"), ("u", "b.acme.io:2")],
        ),
        (
            Kind.DOTENV,
            ".env",
            "KAFKA_BROKERS=b-1.k.a.c2.kafka.eu-west-1.amazonaws.com:9092,b-2.acme.io:9092",
            [("KAFKA_BROKERS", "b-1.k.a.c2.kafka.eu-west-1.amazonaws.com:9092")],
        ),
        (
            Kind.DOTENV,
            ".env",
            "KAFKA_BROKERS=a.acme.io:9092,b.acme.io:9092",
            [("KAFKA_BROKERS", "a.acme.io:9092"), ("KAFKA_BROKERS", "b.acme.io:9092")],
        ),
        (Kind.CONFIG, "a.yml", "u: redis://[2600:1f18::1]:6379", [("u", "[2600:1f18::1]:6379")]),
        (
            Kind.CONFIG,
            "a.yml",
            "dsn: host=x.abc.eu-west-1.rds.amazonaws.com user=u",
            [("dsn", "x.abc.eu-west-1.rds.amazonaws.com")],
        ),
        (Kind.CONFIG, "a.json", '"u": "redis:\\/\\/cache.acme.io"', [("u", "cache.acme.io")]),
        (Kind.CONFIG, "Procfile", "web: A_URL=redis://a.acme.io puma", [("A_URL", "a.acme.io")]),
        (
            Kind.CONFIG,
            "c.yml",
            "- Q_URL=${Q_URL:-amqps://u:p@h.rmq.cloudamqp.com/v}",
            [("Q_URL", "h.rmq.cloudamqp.com")],
        ),
        (Kind.CODE, "a.rb", 'url = ENV.fetch("JOBS_URL", "redis://j.acme.io:1")', [("JOBS_URL", "j.acme.io:1")]),
        (Kind.CODE, "a.rb", "url: ENV['JOBS_URL'] || 'redis://j.acme.io:1'", [("JOBS_URL", "j.acme.io:1")]),
        (Kind.CODE, "a.py", 'connect("s3cr3t", "redis://j.acme.io:1")', [("", "j.acme.io:1")]),
        (Kind.CODE, "a.py", "    # redis://j.acme.io:1", []),
        (Kind.CODE, "a.py", 'host = "redis.acme.io"', []),  # code: only URLs, and hosts of known vendors
        (Kind.CODE, "a.py", 'site = "upstash.io"', []),
        (Kind.CODE, "a.py", 'host = "eu1.a-1.upstash.io"', [("", "eu1.a-1.upstash.io")]),
        (Kind.CONFIG, "a.yml", "timeout: 5 # see redis://docs.acme.io", []),
        (Kind.CONFIG, "a.yml", "help: https://docs.upstash.io/redis", []),
        (Kind.CONFIG, "a.yml", "mail: me@x.upstash.io@y", []),
        (Kind.CONFIG, "a.yml", "redis_host: 999.1.1.1", []),
        (Kind.CONFIG, "a.yml", "u: redis://a.acme.io:99999", []),
        (Kind.CONFIG, "a.yml", "port: ²\nredis_host: a.acme.io", [("redis_host", "a.acme.io")]),
        (Kind.CONFIG, "a.yml", "u: unix:///run/redis.sock", []),
        (Kind.CONFIG, "a.yml", "u: ftp://files.acme.io", []),
    ],
)
def test_what_is_an_endpoint(kind: Kind, path: str, text: str, wanted: list[tuple[str, str]]):
    assert found_in(text, kind, path) == wanted


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("U=redis://localhost:6379", THIS_MACHINE),
        ("U=redis://127.0.0.1:6379", THIS_MACHINE),
        ("U=redis://[::1]:6379", THIS_MACHINE),
        ("U=redis://0.0.0.0", THIS_MACHINE),
        ("U=redis://app.localhost", THIS_MACHINE),
        ("U=redis://cache.example.com", EXAMPLE),
        ("U=redis://cache.example", EXAMPLE),
        ("U=redis://203.0.113.9", EXAMPLE),
        ("U=redis://your-endpoint.redis-cloud.com:1", EXAMPLE),
        ("U=redis://redis:6379", ONE_WORD),
        ("U=redis://${REDIS_HOST}:6379", UNSET),
        ("U=redis://:a/b@cache.acme.io", AMBIGUOUS),
        ("U=redis://:a#b@cache.acme.io", AMBIGUOUS),
        ("U=redis://a.io b@cache.acme.io", AMBIGUOUS),
        ('U="redis://a.io"b@cache.acme.io"', AMBIGUOUS),
    ],
)
def test_what_is_passed_over_and_why(text: str, reason: str):
    surveyed = survey_of(text, Kind.DOTENV, ".env")
    assert not surveyed.endpoints
    assert [(p.what, p.reason) for p in surveyed.passed] == [(".env:1 (U)", reason)]


def test_the_environment_and_only_services_and_known_vendors_in_it():
    surveyed = survey_of_environment(
        {
            "REDIS_URL": "redis://:pw@cache.acme.io",
            "PACKAGE_INDEX_URL": "https://index.acme.io/simple",
            "SENTRY_DSN": "https://k@o1.ingest.sentry.io/7",
            "DB_HOST": "db.acme.io",
            "HOSTNAME": "web-1.acme.io",
            "HTTPS_PROXY": "http://proxy.acme.io:3128",
            "TOKEN": "aaaa.bbbb.cccc",
        }
    )
    assert [e.place.says for e in surveyed.endpoints] == [
        "the environment (DB_HOST)",
        "the environment (REDIS_URL)",
        "the environment (SENTRY_DSN)",
    ]


LABEL = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?", fullmatch=True)
HOST = st.builds(lambda *labels: ".".join(labels) + ".acme.io", LABEL, LABEL)


@given(HOST, st.integers(1, 65_535), st.sampled_from(["redis", "rediss", "postgres", "amqps", "valkey"]))
def test_every_form_gives_the_same_endpoint(host: str, port: int, scheme: str):
    url = f"{scheme}://u:p%40w@{host}:{port}/1?x=y"
    forms = [
        (Kind.DOTENV, f"export THE_URL={url}"),
        (Kind.DOTENV, f'THE_URL = "{url}" # note'),
        (Kind.CONFIG, f"THE_URL: {url}"),
        (Kind.CONFIG, f"a:\n  - name: THE_URL\n    value: '{url}'\n"),
        (Kind.CONFIG, f'{{"a":{{"THE_URL":"{url}"}},"pad":"{"x" * 60}"}}'),
        (Kind.CONFIG, f"- THE_URL={url}"),
        (Kind.CONFIG, f"THE_URL = '{url}', mail: 'a@b.io'"),
        (Kind.CODE, f'u = os.environ.get("THE_URL", "{url}")'),
        (Kind.CODE, f"THE_URL = '{url}'"),
    ]
    for kind, text in forms:
        (endpoint,) = survey_of(text, kind).endpoints
        assert (endpoint.scheme, endpoint.host, endpoint.port, endpoint.secret) == (scheme, host, port, True), text
        assert endpoint.place.name.rpartition(".")[2] == "THE_URL", text
    (endpoint,) = survey_of_environment({"THE_URL": url}).endpoints
    assert (endpoint.host, endpoint.port) == (host, port)


@given(st.text(), st.sampled_from(list(Kind)))
def test_any_text_is_surveyed(text: str, kind: Kind):
    survey_of(f"REDIS_URL=redis://{text}\nREDIS_HOST={text}\n{text}", kind)
