"""A deployment as its user names it: where to begin, how to enter, and which detours lead to its nodes.

    redis://user:password@host:6379,host2:6379/0        any nodes of it; one that answers is enough
    redis+sentinel://user:password@host:26379,host2/mymaster/0?sentinel_password=...

User and password of a Sentinel URL are those of the data nodes. The Sentinels' own are `sentinel_user` and
`sentinel_password`; without them a Sentinel gets none, and only if it wants one, that of the data nodes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote

from seawall.aws.account import Account
from seawall.aws.caches import Cache, describe
from seawall.aws.kept import Kept
from seawall.aws.secrets import fetch
from seawall.aws.tokens import token
from seawall.config import RedisEntry
from seawall.errors import UsageError
from seawall.nodes.facts.topology import place
from seawall.wire import Address, parse_url

SENTINEL_PORT = 26379
_SENTINEL = "+sentinel"
_SENTINEL_HINT = "Write redis+sentinel://user:password@host:26379,host2:26379/mymaster, rediss+sentinel:// for TLS."


@dataclass(frozen=True, slots=True)
class Login:
    """What AUTH is given. Neither is printed: a token holds the user too."""

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where to begin and how to enter. Every node gets the login, the TLS options and the database of the first seed.

    name: of seawall.toml, or empty. seeds: some of its nodes; Sentinels where `is_sentinel`. master: the primary's
    name there, empty for all that they watch. sentinel: the Sentinels' own login. addresses: where a node is reached,
    `host:port`, by its name as the servers announce it. login: for credentials that change; asked before every
    connection. listing: the nodes as AWS lists them, in the place of seeds.
    """

    seeds: tuple[Address, ...] = ()
    name: str = ""
    is_sentinel: bool = False
    master: str = ""
    sentinel: Login | None = None
    addresses: Mapping[str, str] = field(default_factory=dict[str, str])
    login: Callable[[], Login] | None = field(default=None, repr=False)
    listing: Callable[[], Cache] | None = field(default=None, repr=False)

    @property
    def title(self) -> str:
        """The name, else that of the first seed."""
        return self.name or (bare(self.seeds[0]) if self.seeds else "the deployment")

    def fresh(self, address: Address) -> Address:
        """The address with the credentials of this moment: to be asked right before every connection to a data node.

        Raises TargetError where they cannot be had. Costs nothing where they never change.
        """
        if self.login is None:
            return address
        now = self.login()
        return replace(address, user=now.user, password=now.password)

    def at(self, host: str, port: int, like: Address) -> Address:
        """Where the node is reached that is announced as host and port; all else as `like`."""
        detour = self.addresses.get(place(host, port))
        if detour is None:
            is_there = (host, port) == (like.host, like.port)
            return replace(like, host=host, port=port, path="", tls_name=like.tls_name if is_there else "")
        there = parse_url(f"redis://{detour}")
        return replace(like, host=there.host, port=there.port, path="", tls_name=host)

    def announced(self, address: Address) -> str:
        """The name under which the servers announce the node that is reached there; its own where no detour leads."""
        own = bare(address)
        return next((name for name, detour in self.addresses.items() if detour == own), own)


def bare(address: Address) -> str:
    """A node's name: the address without the database."""
    return replace(address, database=0).name


def parse_deployment(
    url: str,
    *,
    name: str = "",
    password: str | None = None,
    sentinel_password: str | None = None,
    addresses: Mapping[str, str] | None = None,
) -> Deployment:
    """The deployment of a URL; several hosts are parted by commas. password: used where the URL holds none.

    Raises UsageError; its text never repeats the URL, which may hold a secret.
    """
    scheme, separator, rest = url.partition("://")
    is_sentinel = bool(separator) and scheme.endswith(_SENTINEL)
    if (separator and "unix" in scheme) or scheme == "redis-socket":
        return Deployment((parse_url(url, password=password),), name, addresses=dict(addresses or {}))
    if not separator:
        scheme, rest = "redis", url
    ends = [i for i in (rest.find("/"), rest.find("?"), rest.find("#")) if i >= 0]
    authority, tail = rest[: min(ends, default=len(rest))], rest[min(ends, default=len(rest)) :]
    login, at, hosts = authority.rpartition("@")
    master, own = "", None
    if is_sentinel:
        scheme = scheme.removesuffix(_SENTINEL)
        master, tail, own = _sentinel_part(tail, sentinel_password)
    elif sentinel_password:  # the server behind a plain URL may turn out to be a Sentinel
        own = Login("", sentinel_password)
    default = f":{SENTINEL_PORT}" if is_sentinel else ""
    seeds = [
        parse_url(f"{scheme}://{login}{at}{host}{'' if _has_port(host) else default}{tail}", password=password)
        for host in hosts.split(",")
    ]
    deployment = Deployment((), name, is_sentinel, master, own, dict(addresses or {}))
    return replace(deployment, seeds=tuple(deployment.at(s.host, s.port, s) for s in seeds))


def deployment_of(
    entry: RedisEntry,
    password: str | None = None,
    *,
    timeout: float = 4.0,
    clock: Callable[[], float] = time.monotonic,
) -> Deployment:
    """The deployment of a `[[redis]]`. password: used where neither the URL nor the entry holds one.

    timeout: seconds for one question to AWS. None is asked here: list and secrets are fetched when they are needed,
    and again after a minute; a token of IAM is made anew each time. Raises UsageError for a URL that cannot be read.
    """
    if entry.iam_user or entry.password_aws:
        password = None
    if entry.url:
        deployment = parse_deployment(
            entry.url,
            name=entry.name,
            password=entry.password or password,
            sentinel_password=entry.sentinel_password,
            addresses=entry.addresses,
        )
        user = deployment.seeds[0].user
    else:
        deployment, user = Deployment(name=entry.name, addresses=entry.addresses), entry.user
    aws, reference = entry.aws, entry.password_aws
    account = Account(aws.region or (reference.region if reference else ""), aws.profile, timeout=timeout)
    if aws.service:
        service, name = aws.service, aws.cache
        listing = Kept(lambda: describe(account, service, name), clock)
        deployment = replace(deployment, listing=listing)
        if entry.iam_user:

            def token_login() -> Login:
                serverless = service == "elasticache" and listing().serverless
                return Login(entry.iam_user, token(account, service, name, entry.iam_user, serverless=serverless))

            return replace(deployment, login=token_login)
    if reference is not None:
        secret = Kept(lambda: fetch(account, reference), clock)
        return replace(deployment, login=lambda: Login(user, secret()))
    if not entry.url and (given := entry.password or password):
        return replace(deployment, login=lambda: Login(user, given))
    return deployment


def _sentinel_part(tail: str, password: str | None) -> tuple[str, str, Login | None]:
    """The primary's name, what is left of the URL behind it, and the Sentinels' login."""
    path, mark, query = tail.partition("?")
    words = [word for word in path.split("/") if word]
    if len(words) > 2 or "#" in path:
        raise UsageError("the path of a Sentinel's URL is not /name or /name/database", _SENTINEL_HINT)
    options = dict(parse_qsl(query))
    secret = options.get("sentinel_password") or password
    own = Login(options.get("sentinel_user", ""), secret) if secret else None
    database = f"/{words[1]}" if len(words) > 1 else ""
    return (unquote(words[0]) if words else ""), f"{database}{mark}{query}", own


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]
