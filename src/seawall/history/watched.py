"""When a stream was watched without a gap: only there does no entry mean that there was none.

A span grows with each poll that lost nothing, and a new one begins after a loss. Entries that the ring still held when
somebody came back are no gap: coverage is by ids, not by when we were there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select, update

from seawall.history.schema import STREAMS, WATCHED


def cover(connection: Connection, stream_id: int, since: int | None, until: int) -> None:
    """The stream's newest span now ends at `until`; with `since` a new one begins there."""
    w = WATCHED.c
    if since is None:
        newest = select(w.id).where(w.stream_id == stream_id).order_by(w.until.desc(), w.id.desc()).limit(1)
        grown = update(WATCHED).where(w.id == newest.scalar_subquery(), w.until <= until).values(until=until)
        if connection.execute(grown).rowcount:
            return
        since = until
    # A span without a length covers nothing: where every poll loses something, one row moves instead of one a poll.
    empty = (w.stream_id == stream_id, w.since == w.until)
    connection.execute(delete(WATCHED).where(*empty))
    connection.execute(insert(WATCHED).values(stream_id=stream_id, since=min(since, until), until=until))


def spans(
    connection: Connection, since: int, until: int, nodes: Collection[str] | None
) -> dict[str, list[tuple[int, int]]]:
    """The spans of each node's slow log between the two times, in order; what overlaps or touches is one."""
    w, s = WATCHED.c, STREAMS.c
    query = (
        select(s.node, w.since, w.until)
        .join(STREAMS, s.id == w.stream_id)
        .where(s.log == "slow", w.until >= since, w.since <= until)
        .order_by(s.node, w.since)
    )
    if nodes is not None:
        query = query.where(s.node.in_(nodes))
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for node, begin, end in connection.execute(query):
        begin, end = max(begin, since), min(end, until)
        last = found[node][-1] if found[node] else None
        if last is not None and begin <= last[1]:
            found[node][-1] = (last[0], max(end, last[1]))
        else:
            found[node].append((begin, end))
    return dict(found)
