"""Whose a host is, and that the names of the table are those of the documented behaviours."""

from __future__ import annotations

import pytest

from seawall.survey.hosts import hoster_of, hosters, is_web_site, why_not
from seawall.vendors.documented import documented
from seawall.vendors.facts.behaviour import find


@pytest.mark.parametrize(
    ("host", "vendor"),
    [
        ("master.jobs.abc123.use1.cache.amazonaws.com", "Amazon ElastiCache"),
        ("feed-abc123.serverless.euw1.cache.amazonaws.com", "Amazon ElastiCache"),
        ("clustercfg.geo.abc123.memorydb.eu-west-1.amazonaws.com", "Amazon MemoryDB"),
        ("redis-17042.c1.us-east-1-2.ec2.redns.redis-cloud.com", "Redis Cloud"),
        ("redis-17042.c1.us-east-1-2.ec2.cloud.redislabs.com", "Redis Cloud"),
        ("eu1-cool-1234.upstash.io", "Upstash"),
        ("db.abc123.us-east-1.rds.amazonaws.com", "Amazon RDS"),
        ("r-bp1.redis.rds.aliyuncs.com", "Alibaba Cloud Redis"),
        ("b-1.k.abc123.c2.kafka.eu-west-1.amazonaws.com", "Amazon MSK"),
        ("pkc-1.us-east-1.aws.confluent.cloud", "Confluent"),
        ("cluster0.ab1cd.mongodb.net", "MongoDB Atlas"),
        ("pg-1-acme.a.aivencloud.com", "Aiven"),
        ("db-1-do-user-2-0.b.db.ondigitalocean.com", "DigitalOcean"),
        ("ep-cool-1.eu-central-1.aws.neon.tech", "Neon"),
        ("sqs.eu-west-1.amazonaws.com", "Amazon SQS"),
        ("cache.redis.cache.windows.net", "Azure Cache for Redis"),
        ("upstash.io", None),
        ("notupstash.io", None),
        ("x.upstash.io.evil.io", None),
        ("cache.amazonaws.com", None),
        ("ec2-1-2-3-4.compute-1.amazonaws.com", None),
    ],
)
def test_whose_a_host_is(host: str, vendor: str | None):
    found = hoster_of(host)
    assert (found.vendor if found else None) == vendor
    assert not why_not(host)


def test_a_vendor_of_whom_a_document_speaks_is_called_so_that_it_is_found():
    """Those that no document speaks of are listed here, so that a new entry of either table is looked at."""
    unknown = {
        h.vendor for h in hosters() if all(find(documented(), h.vendor, c) is None for c in ("", "trial", "card"))
    }
    assert {h.vendor for h in hosters()} - unknown == {
        "Redis Cloud",
        "Upstash",
        "Amazon ElastiCache",
        "Alibaba Cloud Redis",
        "Alibaba Cloud Kafka",
        "BytePlus Redis",
        "Confluent",
        "MongoDB Atlas",
        "Aiven",
        "DigitalOcean",
        "Heroku",
        "Supabase",
        "PlanetScale",
        "Neon",
        "Snowflake",
        "Akamai (Linode)",
        "Astra",
        "Qdrant",
        "Zilliz",
        "DoubleCloud",
        "Qameta TestOps",
        "Cloudflare",
        "Fastly",
        "Datadog",
    }


def test_the_table_has_each_vendor_and_each_end_once():
    assert len({h.vendor for h in hosters()}) == len(hosters())
    ends = [e for h in hosters() for e in (*h.suffixes, *h.hosts)]
    assert len(set(ends)) == len(ends)
    for hoster in hosters():
        for end in hoster.suffixes:
            assert hoster_of(f"x.{end.replace('*', 'eu-west-1')}") == hoster
        for end in hoster.hosts:
            assert hoster_of(end.replace("*", "eu-west-1")) == hoster


def test_web_sites_are_no_endpoints():
    assert is_web_site("docs.upstash.io")
    assert not is_web_site("docsearch.upstash.io")
