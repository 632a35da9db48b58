"""An AWS that speaks the wire formats of the real one: boto3 is real, requests and answers are checked by its models.

    with fake_aws({"ssm.GetParameter": {"Parameter": {"Name": "/a", "Value": "b"}}}) as aws:
        aws.lead(monkeypatch)     boto3 asks this one, and nothing else of this machine
        ...
        aws.requests      what was asked: (service, operation, parameters)

An answer is a dict in the form that boto3 returns, `Refusal(code, message)`, `Words(text)` as no AWS sends them, a
function of the parameters that gives one of these, or a list of answers for one call after the other. A service more
costs its answers and nothing else: what is sent is made from botocore's model of the service, for the protocols query,
json, rest-json (without parts in the path) and smithy-rpc-v2-cbor. An answer that is not of its operation's form fails
with what is wrong, as a request does that is not, or whose signature does not fit.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
import json
import os
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.session
import pytest
from botocore.validate import ParamValidator

from .cbor import decode, encode
from .sigv4 import signature

KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
REGION = "eu-central-1"


@dataclass(frozen=True)
class Refusal:
    """An error of AWS."""

    code: str
    message: str = "as the test wished"
    status: int = 400


@dataclass(frozen=True)
class Words:
    """An answer that is not AWS's, as a proxy gives it."""

    text: str


Answer = Mapping[str, Any] | Refusal | Words
Answers = Mapping[str, "Answer | list[Answer] | Callable[[dict[str, Any]], Answer]"]


@dataclass
class FakeAws:
    """A running one. mistakes: what a test has done wrong, or boto3; the block fails with them at its end."""

    url: str
    answers: dict[str, Any]
    requests: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list[tuple[str, str, dict[str, Any]]])
    mistakes: list[str] = field(default_factory=list[str])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def lead(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Makes boto3 ask this one, with its credentials."""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        environment = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
            "NO_PROXY": "127.0.0.1",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

    def operations(self) -> list[str]:
        """What was asked, in order: `elasticache.DescribeReplicationGroups`."""
        return [f"{service}.{operation}" for service, operation, _ in self.requests]


@contextlib.contextmanager
def fake_aws(answers: Answers) -> Generator[FakeAws, None, None]:
    """An AWS on a loopback port for the length of the block. The answers may be changed meanwhile: `.answers`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.aws = FakeAws(f"http://127.0.0.1:{server.server_port}", dict(answers))  # type: ignore[attr-defined]
    aws: FakeAws = server.aws  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert not aws.mistakes, aws.mistakes


_NAMED = {"monitoring": "cloudwatch", "email": "sesv2", "aws-marketplace": "marketplace-agreement"}
_models: dict[str, Any] = {}
_lock = threading.Lock()


def model_of(signing_name: str) -> Any:
    """botocore's model of the service that signs so; most sign with their own name."""
    with _lock:
        if signing_name not in _models:
            session = botocore.session.get_session()
            _models[signing_name] = session.get_service_model(_NAMED.get(signing_name, signing_name))
        return _models[signing_name]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a reply's head and body are two packets: else each call takes 40 ms

    def log_message(self, format: str, *args: object) -> None: ...

    def do_POST(self) -> None:
        aws: FakeAws = self.server.aws  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            status, kind, reply, error = self._answered(aws, body)
        except Exception as wrong:
            aws.mistakes.append(f"{type(wrong).__name__}: {wrong}")
            status, kind, reply, error = 500, "text/plain", b"the fake AWS was used wrongly", ""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(reply)))
        self.send_header("x-amzn-RequestId", "0")
        if kind == "application/cbor":
            self.send_header("smithy-protocol", "rpc-v2-cbor")
        if error and kind == "application/json":
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(reply)

    def _answered(self, aws: FakeAws, body: bytes) -> tuple[int, str, bytes, str]:
        """Status, type and body of the reply, and AWS's code where it is an error."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        scope = _signed(headers, self.path, body)
        model = model_of(scope.split("/")[2])
        protocol, name, parameters = _request(model, self.path, headers, body)
        operation = model.operation_model(name)
        _valid(parameters, operation.input_shape, f"the request {name}")
        key = f"{model.service_name}.{name}"
        with aws.lock:
            aws.requests.append((model.service_name, name, parameters))
            answer = aws.answers.get(key, Refusal("AccessDenied", f"the test gives no answer to {key}", 403))
            if isinstance(answer, list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if callable(answer):
            answer = answer(parameters)
        if isinstance(answer, Refusal):
            return answer.status, *_refusal(protocol, answer), answer.code
        if isinstance(answer, Words):
            return 200, "text/html", answer.text.encode(), ""
        _valid(answer, operation.output_shape, f"the answer to {name}")
        return 200, *_reply(protocol, operation, cast("Mapping[str, Any]", answer)), ""


def _valid(parameters: object, shape: Any, what: str) -> None:
    report = ParamValidator().validate(parameters, shape)
    assert not report.has_errors(), f"{what} is not as AWS's model says: {report.generate_report()}"


def _signed(headers: Mapping[str, str], path: str, body: bytes) -> str:
    """The scope of the request's signature, which is computed again."""
    kind, _, rest = headers["authorization"].partition(" ")
    assert kind == "AWS4-HMAC-SHA256", kind
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    key, _, scope = fields["Credential"].partition("/")
    assert key == KEY_ID, key
    signed = fields["SignedHeaders"].split(";")
    assert {"host", "x-amz-date"} <= set(signed), signed
    expected = signature(
        SECRET,
        scope,
        headers["x-amz-date"],
        method="POST",
        path=path,
        query=(),
        headers=headers,
        signed=signed,
        payload=hashlib.sha256(body).hexdigest(),
    )
    assert fields["Signature"] == expected, "the signature does not fit"
    return scope


# --- requests ---------------------------------------------------------------------------------------------------------


def _request(model: Any, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str, dict[str, Any]]:
    """Protocol, operation and parameters."""
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        parameters = decode(body) if body else {}
        assert isinstance(parameters, dict)
        return "smithy-rpc-v2-cbor", path.rpartition("/operation/")[2], parameters
    if "x-amz-target" in headers:
        prefix, _, name = headers["x-amz-target"].partition(".")
        assert prefix == model.metadata["targetPrefix"], prefix
        return "json", name, json.loads(body)
    if model.metadata["protocol"] == "rest-json":
        operations = map(model.operation_model, model.operation_names)
        (name,) = [o.name for o in operations if (o.http["method"], o.http["requestUri"]) == ("POST", path)]
        return "rest-json", name, json.loads(body)
    flat = dict(parse_qsl(body.decode(), keep_blank_values=True))
    name = flat.pop("Action")
    assert flat.pop("Version") == model.api_version
    return "query", name, _nested(flat, model.operation_model(name).input_shape, "")


def _nested(flat: Mapping[str, str], shape: Any, prefix: str) -> Any:
    """The value of a shape out of a form's fields: `Filters.member.1.Name=engine`."""
    if shape.type_name == "structure":
        members = {n: (m, f"{prefix}{m.serialization.get('name', n)}") for n, m in shape.members.items()}
        return {
            name: _nested(flat, member, f"{start}." if member.type_name in ("structure", "list") else start)
            for name, (member, start) in members.items()
            if any(key == start or key.startswith(f"{start}.") for key in flat)
        }
    if shape.type_name == "list":
        start = prefix + shape.member.serialization.get("name", "member") + "."
        places = sorted({int(key.removeprefix(start).split(".")[0]) for key in flat if key.startswith(start)})
        deep = "." if shape.member.type_name in ("structure", "list") else ""
        return [_nested(flat, shape.member, f"{start}{place}{deep}") for place in places]
    text = flat[prefix]
    if shape.type_name in ("integer", "long"):
        return int(text)
    return {"true": True, "false": False}[text] if shape.type_name == "boolean" else text


# --- replies ----------------------------------------------------------------------------------------------------------


def _reply(protocol: str, operation: Any, answer: Mapping[str, Any]) -> tuple[str, bytes]:
    shape = operation.output_shape
    if protocol == "smithy-rpc-v2-cbor":
        return "application/cbor", encode(answer)
    if protocol == "json":
        return "application/x-amz-json-1.1", json.dumps(_json(answer, shape)).encode()
    if protocol == "rest-json":
        return "application/json", json.dumps(_json(answer, shape)).encode()
    wrapper = shape.serialization.get("resultWrapper", f"{operation.name}Result")
    namespace = operation.service_model.metadata["xmlNamespace"]
    return "text/xml", (
        f'<{operation.name}Response xmlns="{namespace}"><{wrapper}>{_xml(answer, shape)}</{wrapper}>'
        f"<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{operation.name}Response>"
    ).encode()


def _refusal(protocol: str, refusal: Refusal) -> tuple[str, bytes]:
    told = {"__type": refusal.code, "message": refusal.message}
    if protocol == "smithy-rpc-v2-cbor":
        return "application/cbor", encode(told)
    if protocol == "json":
        return "application/x-amz-json-1.1", json.dumps(told).encode()
    if protocol == "rest-json":  # its code is in a header
        return "application/json", json.dumps({"message": refusal.message}).encode()
    return "text/xml", (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{escape(refusal.code)}</Code>"
        f"<Message>{escape(refusal.message)}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
    ).encode()


def _json(value: Any, shape: Any) -> Any:
    if shape.type_name == "structure":
        members = shape.members
        return {members[n].serialization.get("name", n): _json(v, members[n]) for n, v in value.items()}
    if shape.type_name == "list":
        return [_json(one, shape.member) for one in value]
    if shape.type_name == "map":
        return {name: _json(one, shape.value) for name, one in value.items()}
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _xml(value: Any, shape: Any) -> str:
    """What stands between the tags of a shape."""
    if shape.type_name == "structure":
        return "".join(_tag(n, value[n], m) for n, m in shape.members.items() if n in value)
    if shape.type_name == "list":
        name = shape.member.serialization.get("name", "member")
        return "".join(f"<{name}>{_xml(one, shape.member)}</{name}>" for one in value)
    if shape.type_name == "map":
        pairs = [(_xml(k, shape.key), _xml(v, shape.value)) for k, v in value.items()]
        return "".join(f"<entry><key>{k}</key><value>{v}</value></entry>" for k, v in pairs)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return escape(base64.b64encode(value).decode() if isinstance(value, bytes) else str(value))


def _tag(name: str, value: Any, shape: Any) -> str:
    tag = shape.serialization.get("name", name)
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        return "".join(f"<{tag}>{_xml(one, shape.member)}</{tag}>" for one in value)
    return f"<{tag}>{_xml(value, shape)}</{tag}>"
