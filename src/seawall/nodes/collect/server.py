"""What a server says of itself and of its commands, for a scan and for a watch."""

from __future__ import annotations

from collections.abc import Sequence

from seawall.nodes.catalogue import generated
from seawall.nodes.collect.session import CLIENT_NAME, Session, text
from seawall.nodes.facts import server as words
from seawall.nodes.facts.command import Catalogue, merge, parse_docs, parse_info
from seawall.nodes.facts.entry import RawEntry
from seawall.nodes.facts.server import Server
from seawall.wire import Reply

CALIBRATION_CALLS = 5  # 0.2 ms in all; one call lasts 30 us, in which a hiccup is a third of the result
CONFIG_PATTERNS = ("slowlog-*", "lazyfree-*", "latency-monitor-threshold", "appendfsync", "maxmemory*")


def clock_of(reply: Reply) -> int | None:
    """Epoch seconds of a TIME reply; None where it is no such."""
    if isinstance(reply, list) and reply and isinstance(reply[0], bytes) and len(reply[0]) < 19 and reply[0].isdigit():
        return int(reply[0])
    return None


def server_of(info: Reply, stats: Reply, config: Sequence[Reply], latency: Reply) -> Server:
    """The server in its own words, from the replies to INFO, INFO commandstats, CONFIG GET and LATENCY LATEST."""
    settings: dict[str, str] = {}
    for reply in config:
        settings.update(words.parse_config(reply))
    told = text(info)
    return Server(
        info=words.parse_info(told),
        config=settings,
        stats=words.parse_commandstats(text(stats)),
        latency=words.parse_latency(latency),
        databases=words.parse_databases(told),
    )


def own(raw: Sequence[RawEntry], session: Session) -> set[int]:
    """Our own entries: those of connections with our name, and those of this connection before it had one."""
    here = session.connection.local_name
    return {id(r) for r in raw if r.client == CLIENT_NAME or (here and r.peer == here)}


def describe(
    session: Session, server: Server, raw: Sequence[RawEntry], *, calibrate: bool = True
) -> tuple[Catalogue, int]:
    """The commands of the log as this server describes them, and how many names COMMAND LIST gave in all its calls."""
    names = sorted({r.argv[0].lower() for r in raw if 0 < len(r.argv[0]) <= 64})
    known = generated()
    if not names:
        return Catalogue(known), 0
    newer = server.version >= (7,)
    commands: list[Sequence[str | bytes]] = [["COMMAND", "INFO", *names]]
    if newer:
        commands += [["COMMAND", "DOCS", *names], *([["COMMAND", "LIST"]] * (CALIBRATION_CALLS if calibrate else 0))]
    info, *rest = session.ask_all(commands)
    docs, *lists = rest or [None]
    specs = merge(parse_info(info), parse_docs(docs), known)
    return Catalogue({**known, **specs}), sum(len(names) for names in lists if isinstance(names, list))
