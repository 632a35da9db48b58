"""A raw RESP connection on hiredis, for what client libraries lose.

Client libraries join the arguments of a slow-log entry with spaces and drop its seventh field; here a reply is what the
server sent: bytes, integers, lists, None, and `ServerError` where the server answered with an error. RESP2 only.

Every wait is bounded: one deadline for the whole connection, and one limit on the size of a reply. A server that hangs,
trickles, floods or speaks something else ends in one error of `seawall.errors`, never in a wait without end.
"""

from seawall.wire.address import DEFAULT_PORT, Address, parse_url
from seawall.wire.connection import REPLY_LIMIT, Connection, encode, encode_each
from seawall.wire.reply import Reply, ServerError

__all__ = [
    "DEFAULT_PORT",
    "REPLY_LIMIT",
    "Address",
    "Connection",
    "Reply",
    "ServerError",
    "encode",
    "encode_each",
    "parse_url",
]
