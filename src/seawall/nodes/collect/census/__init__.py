"""Asks one node what it holds: names, sizes, expiries, types. Read-only; see `asker.py` for what is sent.

target.py says which node is asked, pace.py how fast, walk.py in which order.
"""

from seawall.nodes.collect.census.asker import Asker
from seawall.nodes.collect.census.pace import Pace
from seawall.nodes.collect.census.target import Node, reach
from seawall.nodes.collect.census.walk import ask, walk, walk_and_ask

__all__ = ["PLAN", "Asker", "Node", "Pace", "ask", "reach", "walk", "walk_and_ask"]

# What a census sends, as `--dry-run` lists it and as the least ACL line needs it.
PLAN: tuple[tuple[str, str], ...] = (
    ("CLIENT SETNAME seawall", "client|setname"),
    ("INFO", "info"),
    ("INFO commandstats", "info"),
    ("PING (the round trip; again ten times a second)", "ping"),
    ("READONLY (only to a Cluster's replica)", "readonly"),
    ("SELECT db (each database that holds keys)", "select"),
    ("SCAN cursor COUNT n (50 to 1,000, by how long a call takes)", "scan"),
    ("MEMORY USAGE key (default samples)", "memory|usage"),
    ("TIME", "time"),
    ("PTTL key (only where INFO says that keys expire)", "pttl"),
    ("TYPE key (of a part)", "type"),
    ("SCARD, ZCARD, HLEN, LLEN or XLEN key (the largest of a pattern)", "scard zcard hlen llen xlen"),
    ("INFO commandstats", "info"),
)
