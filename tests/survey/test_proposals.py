"""From what was found to rows, and to a text that seawall reads as it is and that lacks nothing afterwards."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall import config
from seawall.cli.vendors.judged import judge
from seawall.config import Estate
from seawall.survey.found import Endpoint, Kind, Place, Resource, Surveyed
from seawall.survey.page import page, pasted
from seawall.survey.proposals import propose
from seawall.survey.rows import Row, distinct, name_for

from .made import survey_of, survey_of_environment

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Jobs:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupId: jobs-prod
      Engine: valkey
  Memcached:
    Type: AWS::ElastiCache::CacheCluster
    Properties:
      ClusterName: pages
      Engine: memcached
  Computed:
    Type: AWS::MemoryDB::Cluster
    Properties:
      ClusterName: !Sub "${Stage}-geo"
  Parameters:
    Type: AWS::ElastiCache::ParameterGroup
"""


def rows_of(surveyed: Surveyed, estate: Estate | None = None) -> dict[tuple[str, str], dict[str, object]]:
    rows = propose(surveyed, estate or Estate(), {})
    assert len({(r.table, r.name) for r in rows}) == len(rows)
    return {(r.table, r.name): dict(r.fields) for r in rows}


def test_one_row_for_a_server_however_often_it_is_named():
    text = (
        "REDIS_HOST=redis-1.c1.ec2.cloud.redislabs.com\n"
        "REDIS_URL=redis://u:pw@redis-1.c1.ec2.cloud.redislabs.com:17042/2\n"
        "SIDEKIQ_URL=rediss://redis-1.c1.ec2.cloud.redislabs.com:17042/2\n"
        "OTHER_URL=redis://redis-2.c1.ec2.cloud.redislabs.com:17042\n"
    )
    assert rows_of(survey_of(text, Kind.DOTENV, ".env")) == {
        ("redis", "redis"): {
            "name": "redis",
            "url": "rediss://redis-1.c1.ec2.cloud.redislabs.com:17042/2",
            "owner": "",
        },
        ("redis", "other"): {"name": "other", "url": "redis://redis-2.c1.ec2.cloud.redislabs.com:17042", "owner": ""},
        ("vendors", "Redis Cloud"): {
            "name": "Redis Cloud",
            "owner": "",
            "deputy": "",
            "endpoints": [
                "redis-1.c1.ec2.cloud.redislabs.com:17042",
                "redis-2.c1.ec2.cloud.redislabs.com:17042",
            ],
        },
    }


def test_two_databases_of_a_server_are_one_row_without_a_database():
    text = "A_URL=redis://a.acme.io/1\nB_URL=redis://a.acme.io:6379/2\n"
    assert rows_of(survey_of(text, Kind.DOTENV))["redis", "a"]["url"] == "redis://a.acme.io"


def test_what_a_template_makes():
    surveyed = survey_of(TEMPLATE)
    assert [(r.place.name, r.identity) for r in surveyed.resources] == [
        ("Jobs", "jobs-prod"),
        ("Memcached", "pages"),
        ("Computed", ""),
    ]
    rows = rows_of(surveyed)
    assert set(rows) == {
        ("redis", "jobs-prod"),
        ("vendors", "Amazon ElastiCache"),
        ("vendors", "Amazon MemoryDB"),
    }
    assert rows["redis", "jobs-prod"]["aws"] == {"elasticache": "jobs-prod"}


def test_a_cache_whose_url_is_known_is_not_listed_again_by_its_name():
    surveyed = survey_of(f"{TEMPLATE}  url: redis://master.jobs-prod.abc123.use1.cache.amazonaws.com:6379\n")
    assert [name for table, name in rows_of(surveyed) if table == "redis"] == ["resources"]


def test_a_vendor_with_a_row_gets_a_second_name_and_says_so():
    estate = Estate(vendors=(config.VendorEntry("Upstash", endpoints=("rediss://:x@a.b.upstash.io:1",)),))
    surveyed = survey_of("A_URL=rediss://a.b.upstash.io\nB_URL=rediss://c.d.upstash.io\n", Kind.DOTENV)
    (row,) = [r for r in propose(surveyed, estate, {}) if r.table == "vendors"]
    assert (row.name, row.fields["endpoints"]) == ("Upstash-2", ["c.d.upstash.io"])
    assert row.says[0].startswith("Upstash has a row")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("SIDEKIQ_REDIS_URL", "sidekiq-redis"),
        ("services.web.environment.FEED_URL", "feed"),
        ("production.redisHost", "production-redis"),
        ("URL", "cache"),
        ("parameter.value", "parameter"),
        ("LOCATION", "cache"),
        ("", "cache"),
    ],
)
def test_what_a_server_is_called(name: str, wanted: str):
    assert name_for(Endpoint("redis", "cache.acme.io", 0, Place("a", 1, name))) == wanted


@given(st.lists(st.sampled_from(["a", "a-2", "b"]), max_size=6))
def test_names_are_distinct(wanted: list[str]):
    taken: set[str] = set()
    for name in wanted:
        taken.add(distinct(name, taken))
    assert len(taken) == len(wanted)


def load(tmp_path: Path, text: str) -> Estate:
    file = tmp_path / "seawall.toml"
    file.write_text(text, encoding="utf-8")
    return config.load(file)


PLACE = st.builds(Place, st.text(max_size=30), st.integers(1, 99), st.text(max_size=30))
ENDPOINT = st.builds(
    Endpoint,
    scheme=st.sampled_from(["redis", "rediss", "", "postgres", "https"]),
    host=st.one_of(st.sampled_from(["a.b.upstash.io", "cache.acme.io", "10.0.0.1", "2600::1"]), st.text(min_size=1)),
    port=st.integers(0, 65_535),
    place=PLACE,
    secret=st.booleans(),
    database=st.sampled_from(["", "2"]),
)
RESOURCE = st.builds(
    Resource,
    st.sampled_from(["AWS::ElastiCache::ReplicationGroup", "AWS::RDS::DBCluster"]),
    st.text(),
    st.just(""),
    PLACE,
)
SURVEYED = st.builds(Surveyed, st.lists(ENDPOINT, max_size=6).map(tuple), st.lists(RESOURCE, max_size=3).map(tuple))


@given(SURVEYED)
def test_nothing_that_was_found_can_open_a_table_or_a_key(tmp_path_factory: pytest.TempPathFactory, surveyed: Surveyed):
    """Even were a host any text at all: the file has the rows and their keys, and seawall reads it."""
    rows = propose(surveyed, Estate(), {})
    text = page(rows)
    assert text.replace("\n", "").isprintable()
    table = tomllib.loads(text)
    assert set(table) <= {"redis", "vendors"}
    for kind in ("redis", "vendors"):
        wanted = [row for row in rows if row.table == kind]
        assert [list(entry) for entry in table.get(kind, [])] == [list(row.fields) for row in wanted]
    estate = load(tmp_path_factory.mktemp("estate"), text)
    assert (len(estate.redis), len(estate.vendors)) == tuple(
        sum(r.table == k for r in rows) for k in ("redis", "vendors")
    )


LABEL = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True)
LINE = st.builds(
    "{}_{}={}://:pw@{}.{}:{}/{}".format,
    st.sampled_from(["A", "B", "REDIS"]),
    st.sampled_from(["URL", "HOST"]),
    st.sampled_from(["redis", "rediss", "postgres"]),
    LABEL,
    st.sampled_from(["acme.io", "x.upstash.io", "y.use1.cache.amazonaws.com"]),
    st.integers(1, 3),
    st.integers(0, 2),
)


@given(st.lists(LINE, max_size=6))
@settings(max_examples=30)  # each writes and reads an estate, and judges it
def test_an_estate_made_of_a_proposal_lacks_nothing_but_owners(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
):
    surveyed = survey_of("\n".join(lines), Kind.DOTENV)
    half = Surveyed(surveyed.endpoints[::2])
    folder = tmp_path_factory.mktemp("estate")
    text = page(propose(half, Estate(), {}))
    text += pasted(propose(surveyed, load(folder, text), {}))
    estate = load(folder, text)
    assert not propose(surveyed, estate, {})
    if estate.vendors:
        rules = {finding.rule for finding in judge(estate.file, "2026-12-01").findings}
        assert "SW606" in rules  # nobody owns them
        assert "SW612" not in rules  # every server in use has a vendor


def test_a_variable_that_is_set_is_named_in_the_place_of_its_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    variables = {"JOBS_URL": "redis://:s3cr3t@jobs.acme.io:6380/1", "HOST_URL": "redis://jobs.acme.io:6380,b.acme.io"}
    rows = propose(survey_of_environment(variables), Estate(), variables)
    text = page(rows)
    assert "s3cr3t" not in text
    monkeypatch.setenv("JOBS_URL", variables["JOBS_URL"])
    estate = load(tmp_path, text)
    assert ("jobs", variables["JOBS_URL"]) in [(r.name, r.url) for r in estate.redis]
    assert all(isinstance(row, Row) for row in rows)
