"""What a URL or a `[[redis]]` names: seeds, logins, detours, and what AWS adds; asked of real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.deployments import HOST, replicated
from tests.fakes.aws import FakeAws, Refusal, fake_aws

from seawall import config, lab
from seawall.aws.kept import KEPT_S
from seawall.errors import Unreachable, UsageError
from seawall.nodes.collect.deployment import Deployment, Login, deployment_of, parse_deployment
from seawall.nodes.collect.topology import discover
from seawall.wire import Address

SECRET = "s3cr3t"


def seeds(url: str) -> list[tuple[str, int]]:
    return [(seed.host, seed.port) for seed in parse_deployment(url).seeds]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("h", [("h", 6379)]),
        ("h:7,i", [("h", 7), ("i", 6379)]),
        ("redis://u:p,q@h:7,[::1]:8,[::2]/2", [("h", 7), ("::1", 8), ("::2", 6379)]),
        ("rediss+sentinel://h,i:1/mymaster", [("h", 26379), ("i", 1)]),
        ("unix:///tmp/a,b.sock", [("", 6379)]),
    ],
)
def test_seeds(url: str, expected: list[tuple[str, int]]):
    assert seeds(url) == expected


def test_a_sentinel_url():
    found = parse_deployment(
        f"rediss+sentinel://u:{SECRET}@h,i:1/my%20master/3?sentinel_user=s&sentinel_password=t&ssl_cert_reqs=none"
    )
    assert (found.is_sentinel, found.master, found.sentinel) == (True, "my master", Login("s", "t"))
    seed = found.seeds[0]
    assert (seed.user, seed.password, seed.database, seed.tls) == ("u", SECRET, 3, True)
    assert seed.options == {"ssl_cert_reqs": "none"}
    assert SECRET not in repr(found)
    assert parse_deployment("redis+sentinel://h").master == ""
    assert parse_deployment("redis+sentinel://h/m", sentinel_password="t").sentinel == Login("", "t")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"redis+sentinel://u:{SECRET}@h/a/b/c", "not /name or /name/database"),
        (f"redis+sentinel://u:{SECRET}@h/a/b", "the database"),
        (f"http+sentinel://u:{SECRET}@h/a", "unknown kind of URL: http://"),
        (f"redis://u:{SECRET}@h,", "without a host"),
        (f"redis://u:{SECRET}@h,i:port", "the port is not a number"),
        (f"redis://u:{SECRET}@", "without a host"),
    ],
)
def test_a_wrong_url_is_refused_without_being_repeated(url: str, words: str):
    with pytest.raises(UsageError, match=words) as wrong:
        parse_deployment(url)
    assert SECRET not in wrong.value.what + wrong.value.hint


@given(st.text(alphabet=st.sampled_from("redis+sentinel:/@,?#[]%h1.\x1b"), max_size=60))
def test_any_text_is_a_deployment_or_refused(url: str):
    found, refused = None, None
    try:
        found = parse_deployment(url)
    except UsageError as wrong:
        refused = wrong
    assert (found is None) != (refused is None)
    assert refused is None or refused.what.isprintable()
    assert found is None or all(seed.host or seed.path for seed in found.seeds)


# ---- [[redis]] ------------------------------------------------------------------------------------------------------


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with fake_aws({}) as fake:
        fake.lead(monkeypatch)
        yield fake


def entry(folder: Path, text: str) -> config.RedisEntry:
    file = folder / "seawall.toml"
    file.write_text(f'[[redis]]\nname = "jobs"\n{text}\n')
    return config.load(file).redis[0]


def group(*names: str) -> dict[str, Any]:
    members = [
        {"CacheClusterId": name, "ReadEndpoint": {"Address": name, "Port": 6379}, "CurrentRole": "replica"}
        for name in names
    ]
    shard = {"NodeGroupId": "0001", "NodeGroupMembers": members}
    return {"ReplicationGroups": [{"ReplicationGroupId": "jobs", "NodeGroups": [shard]}]}


def test_nodes_that_aws_lists_with_a_password_that_aws_keeps(
    find_server: Callable[[str], lab.Binary], tmp_path: Path, aws: FakeAws
):
    """Two real servers stand behind AWS's names, by detours as through a bastion; their password changes meanwhile."""
    clock = [0.0]
    aws.answers = {
        "elasticache.DescribeReplicationGroups": group("jobs-001", "jobs-002"),
        "secretsmanager.GetSecretValue": {"SecretString": '{"password": "pw"}'},
    }
    with replicated(find_server("Redis 7"), replicas=1, password="pw") as it:
        primary, replica = it.servers
        named = entry(
            tmp_path,
            'aws = { elasticache = "jobs" }\npassword_aws = "secretsmanager:redis#password"\n'
            f'addresses = {{ "jobs-001:6379" = "{primary.name}", "jobs-002:6379" = "{replica.name}" }}',
        )
        deployment = deployment_of(named, "of the environment", timeout=20, clock=lambda: clock[0])
        seen = discover(deployment)
        assert [(node.name, node.address.port, node.role, node.via) for node in seen.nodes] == [
            ("jobs-001:6379", primary.port, "primary", "AWS"),
            ("jobs-002:6379", replica.port, "replica", "AWS"),
        ]
        assert all(node.down is None and node.run_id for node in seen.nodes)
        assert "pw" not in repr(deployment) + repr(seen)

        for server in it.servers:
            server.ask("CONFIG", "SET", "requirepass", "new")
        aws.answers["secretsmanager.GetSecretValue"] = {"SecretString": '{"password": "new"}'}
        assert all(node.down is not None for node in discover(deployment).nodes)
        clock[0] = KEPT_S
        assert all(node.down is None for node in discover(deployment).nodes)
        assert deployment.fresh(seen.nodes[0].address).password == "new"
        once = ["elasticache.DescribeReplicationGroups", "secretsmanager.GetSecretValue"]
        assert aws.operations() == [*once, *once]

        aws.answers["elasticache.DescribeReplicationGroups"] = group("jobs-001")
        clock[0] = 2 * KEPT_S
        assert [node.name for node in discover(deployment).nodes] == ["jobs-001:6379"]  # AWS's word, not the primary's


def test_a_serverless_cache_is_found_by_its_endpoint(
    find_server: Callable[[str], lab.Binary], tmp_path: Path, aws: FakeAws
):
    """Which has TLS in any case; what stands there in this test has none, so it is down, under its own name."""
    end = {"Address": "jobs.serverless", "Port": 6379}
    cache = {"ServerlessCacheName": "jobs", "Endpoint": end}
    aws.answers = {
        "elasticache.DescribeReplicationGroups": Refusal("ReplicationGroupNotFoundFault", status=404),
        "elasticache.DescribeServerlessCaches": {"ServerlessCaches": [cache]},
    }
    with lab.start(find_server("Redis 7"), tcp=True) as server:
        there = parse_deployment(server.url).seeds[0]
        detour = f'addresses = {{ "jobs.serverless:6379" = "{there.name}" }}'
        named = entry(tmp_path, f'aws = {{ elasticache = "jobs" }}\niam_user = "app"\n{detour}')
        (node,) = discover(deployment_of(named, timeout=20), timeout=0.5).nodes
    assert (node.name, node.address.port, node.address.tls) == ("jobs.serverless:6379", there.port, True)
    assert node.down is not None
    assert "TLS" in node.down.reason
    assert node.address.user == "app"
    assert "ResourceType=ServerlessCache" in node.address.password
    assert node.address.password not in repr(node)


def test_a_token_of_iam_is_made_anew_for_each_connection(tmp_path: Path, aws: FakeAws, monkeypatch: pytest.MonkeyPatch):
    aws.answers = {"memorydb.DescribeClusters": {"Clusters": [{"Name": "jobs", "TLSEnabled": True}]}}
    named = entry(tmp_path, 'aws = { memorydb = "jobs", region = "eu-west-1" }\niam_user = "app"')
    deployment = deployment_of(named, "of the environment", timeout=20)
    one = deployment.fresh(Address("h"))
    monkeypatch.setenv("AWS_SESSION_TOKEN", "rotated")  # a session keeps its own credentials
    two = deployment_of(named, timeout=20).fresh(Address("h"))
    assert one.user == two.user == "app"
    assert one.password.startswith("jobs/?Action=connect&User=app&")
    assert "eu-west-1%2Fmemorydb" in one.password
    assert "rotated" in two.password
    assert not aws.requests  # of MemoryDB nothing needs to be known for it


def test_where_aws_says_nothing_the_known_nodes_are_down(tmp_path: Path, aws: FakeAws):
    aws.answers = {"memorydb.DescribeClusters": Refusal("AccessDeniedException", status=400)}
    named = entry(tmp_path, 'aws = { memorydb = "jobs" }')
    seen = discover(deployment_of(named, timeout=20))
    assert seen.nodes == ()
    assert (seen.problems[0].target, "AccessDenied" in seen.problems[0].reason) == ("jobs", True)
    assert "memorydb:DescribeClusters" in seen.problems[0].hint


def test_a_url_keeps_its_user_when_aws_keeps_its_password(tmp_path: Path, aws: FakeAws):
    aws.answers = {"ssm.GetParameter": {"Parameter": {"Value": SECRET}}}
    named = entry(tmp_path, 'url = "redis://app@h"\npassword_aws = "ssm:/redis"')
    deployment = deployment_of(named, "of the environment", timeout=20)
    assert deployment.seeds[0].password == ""
    fresh = deployment.fresh(deployment.seeds[0])
    assert (fresh.user, fresh.password) == ("app", SECRET)
    aws.answers = {"ssm.GetParameter": Refusal("ParameterNotFound")}
    with pytest.raises(Unreachable, match="ParameterNotFound"):
        deployment_of(named, timeout=20).fresh(Address("h"))


@pytest.mark.usefixtures("aws")
def test_without_aws_nothing_of_it_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PW", SECRET)
    monkeypatch.setenv("SP", "sp")
    named = entry(
        tmp_path,
        f'url = "redis+sentinel://{HOST}:1/m"\npassword_env = "PW"\nsentinel_password_env = "SP"\nnodes = "all"',
    )
    deployment = deployment_of(named, "of the environment")
    assert (deployment.name, deployment.seeds[0].password, deployment.sentinel) == ("jobs", SECRET, Login("", "sp"))
    assert deployment.login is None
    assert deployment.fresh(deployment.seeds[0]) is deployment.seeds[0]
    assert SECRET not in repr(named) + repr(deployment)
    assert Deployment().title == "the deployment"
