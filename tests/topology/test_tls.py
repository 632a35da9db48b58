"""TLS and its options are inherited from the seed, in a Cluster that announces plain ports only.

So does Redis 7.0 unless its own bus is encrypted too. The seed says which node it is, so it is found by TLS all the
same; to the others an address map leads.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.deployments import HOST, cluster
from tests.missing import CURVE, openssl

from seawall import lab
from seawall.nodes.collect.deployment import parse_deployment
from seawall.nodes.collect.topology import discover


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that is its own authority; its key stands beside it."""
    folder = tmp_path_factory.mktemp("tls")
    names = ("-subj", "/CN=a", "-addext", f"subjectAltName=IP:{HOST}", "-keyout", "key.pem", "-out", "cert.pem")
    openssl(folder, "req", "-x509", *CURVE, "-nodes", "-days", "2", *names)
    return folder / "cert.pem"


def test_tls_is_inherited(find_server: Callable[[str], lab.Binary], certificate: Path):
    config = {
        "tls-cert-file": str(certificate),
        "tls-key-file": str(certificate.with_name("key.pem")),
        "tls-ca-cert-file": str(certificate),
        "tls-auth-clients": "no",
    }
    with cluster(find_server("Redis 7"), shards=1, replicas=1, config=config) as it:  # the wheels' have no TLS
        primary, replica = it.servers
        ports = {server: lab.free_port() for server in it.servers}
        for server, port in ports.items():
            server.ask("CONFIG", "SET", "tls-port", port)
        url = f"rediss://{HOST}:{ports[primary]}?ssl_ca_certs={certificate}"
        seen = discover(parse_deployment(url), timeout=1.0)
        lost = {node.name: node.down.reason for node in seen.nodes if node.down}
        assert lost.keys() == {replica.name}
        assert "no TLS with" in lost[replica.name]

        seen = discover(parse_deployment(url, addresses={replica.name: f"{HOST}:{ports[replica]}"}), timeout=5.0)
        assert {(node.name, node.address.port, node.run_id) for node in seen.nodes} == {
            (server.name, port, server.info("server")["run_id"]) for server, port in ports.items()
        }
        assert all(node.address.tls and node.address.options for node in seen.nodes)
