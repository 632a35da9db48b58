"""A date in a vendor's JSON, from a real HTTP server on loopback; and what is refused on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.fakes.tls import fake_tls
from tests.fakes.web import FakeWeb, Raw

from seawall.errors import BadReply, ConfigError, NotPermitted, SeawallError, Unreachable, UsageError
from seawall.vendors.facts.row import Observed
from seawall.vendors.sources import Read, parse
from seawall.vendors.sources import web as client
from seawall.vendors.sources.json_date import JsonSource, from_line

NOW = datetime(2026, 12, 1, tzinfo=UTC)
END = datetime(2026, 12, 31, 12, tzinfo=UTC)


def source(words: str) -> JsonSource:
    (line,) = parse("jobs", f"json {words}")
    return from_line(line)


def test_what_a_document_says(web: FakeWeb, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOKEN", "secret-token")
    web.needs = {"authorization": "Bearer secret-token"}
    plan = {"ends": "2026-12-31", "renews": False, "state": "Active\n"}
    web.answers["/v1/plans?id=7"] = {"plans": [{}, plan]}
    paths = "plans.1.ends converts=plans.1.renews status=plans.1.state token_env=TOKEN"
    found = source(f"{web.url}/v1/plans?id=7 {paths}")
    host = web.url.removeprefix("http://")
    name = f"json {host}/v1/plans"
    assert found.name == name
    expected = Observed("jobs", f"{name} plans.1.ends", NOW, ends=date(2026, 12, 31), converts=False, status="active")
    assert found.read(NOW) == Read((expected,), 1)
    ((method, _, _),) = web.requests
    assert method == "GET"


@pytest.mark.parametrize(
    ("value", "ends"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-12-31T12:00:00Z", END),
        ("2026-12-31T13:00:00+01:00", END),
        ("2026-12-31 12:00:00", END),
        (1798718400, END),
        (1798718400000, END),
        (1798718400.0, END),
    ],
)
def test_forms_of_a_date(web: FakeWeb, value: object, ends: date):
    web.answers["/"] = {"ends": value}
    (found,) = source(f"{web.url} ends").read(NOW).observed
    assert found.ends == ends
    assert type(found.ends) is type(ends)


@pytest.mark.parametrize(
    "value", [None, "", "soon", True, {}, [], 0, -1, 1e300, 10**30, "0001-01-01", "9999-12-31T23:59:59-01:00", "31.12."]
)
def test_what_is_no_date_is_an_error_and_no_end_far_away(web: FakeWeb, value: object):
    web.answers["/"] = {"ends": value}
    with pytest.raises(BadReply, match="at ends is not a date"):
        source(f"{web.url} ends").read(NOW)


@pytest.mark.parametrize("path", ["a", "ends.0", "list.2", "list.-1", "list.x", ".", "ends."])
def test_a_path_that_leads_nowhere(web: FakeWeb, path: str):
    web.answers["/"] = {"ends": "2026-12-31", "list": [1, 2]}
    with pytest.raises(BadReply, match="nothing is at"):
        source(f"{web.url} {path}").read(NOW)


@pytest.mark.parametrize("option", ["converts=ends", "status=flag", "converts=none"])
def test_other_values_of_the_wrong_kind(web: FakeWeb, option: str):
    web.answers["/"] = {"ends": "2026-12-31", "flag": True}
    with pytest.raises(BadReply):
        source(f"{web.url} ends {option}").read(NOW)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Raw(301, headers={"Location": "/other"}), BadReply, "a redirect, which is not followed"),
        (Raw(302, headers={"Location": "https://elsewhere.example/"}), BadReply, "HTTP 302"),
        (Raw(401), NotPermitted, "HTTP 401"),
        (Raw(403), NotPermitted, "HTTP 403"),
        (Raw(404), Unreachable, "HTTP 404"),
        (Raw(429), Unreachable, "HTTP 429"),
        (Raw(503), Unreachable, "HTTP 503"),
        (Raw(204), Unreachable, "HTTP 204"),
        (Raw(body=b"<html>secret-token"), BadReply, "is not JSON"),
        (Raw(body=b"[" * 100_000), BadReply, "is not JSON"),
        (Raw(body=b"\xff"), BadReply, "is not JSON"),
        (Raw(body=b""), BadReply, "is not JSON"),
        (Raw(body=b"{", headers={"Content-Length": "9"}), BadReply, "is not JSON"),
    ],
)
def test_answers_that_are_none(web: FakeWeb, answer: Raw, error: type[SeawallError], words: str):
    web.answers |= {"/v1?key=secret-token": answer, "/other": {"ends": "2026-12-31"}}
    with pytest.raises(error, match=words) as wrong:
        source(f"{web.url}/v1?key=secret-token ends").read(NOW)
    assert "secret-token" not in f"{wrong.value.what} {wrong.value.hint}"
    assert [path for _, path, _ in web.requests] == ["/v1?key=secret-token"]


def test_an_answer_without_end_is_not_read_to_it(web: FakeWeb, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "LIMIT", 1 << 20)
    web.answers["/"] = Raw(body=b" " * (1 << 16), repeat=1024)  # 64 MiB
    with pytest.raises(BadReply, match="over 1 MiB"):
        source(f"{web.url} ends").read(NOW)
    assert web.sent < 32 << 20  # and what fitted into the sockets' buffers


def test_a_certificate_that_is_not_trusted(certificates: Path):
    with (
        fake_tls(certificates / "server.pem", certificates / "server.key") as server,
        pytest.raises(Unreachable, match="its certificate is not trusted"),
    ):
        source(f"https://127.0.0.1:{server.port}/v1 ends").read(NOW)
    assert not server.sent


def test_a_token_that_is_not_there(web: FakeWeb, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TOKEN", raising=False)
    with pytest.raises(ConfigError, match="TOKEN is not set"):
        source(f"{web.url} ends token_env=TOKEN").read(NOW)
    monkeypatch.setenv("TOKEN", "secret\r\nX-Other: 1")
    with pytest.raises(BadReply) as wrong:
        source(f"{web.url} ends token_env=TOKEN").read(NOW)
    assert "secret" not in wrong.value.what
    assert not web.requests


@pytest.mark.parametrize(
    "words",
    [
        "",
        "https://a.example",
        "https://a.example ends more",
        "http://a.example ends",
        "ftp://a.example ends",
        "a.example/x ends",
        "https://user:secret@a.example ends",
        "https://a.example:99999 ends",
        "https://a.example:x ends",
        "https://[a ends",
        "https:// ends",
        "https://ä.example ends",
        "https://a.example ends token=secret",
    ],
)
def test_lines_that_cannot_be(words: str):
    with pytest.raises(UsageError) as wrong:
        source(words)
    assert "secret" not in f"{wrong.value.what} {wrong.value.hint}"
