"""The one algebra of keys: what a key pattern is, which keys it matches, and how patterns are learned from keys.

A key pattern is a key with `*` for each part that varies: `user:*:cart`. Nodes produce patterns from real keys, calls
produce them from source code, and both meet here. Pure: bytes in, frozen records out.
"""

from seawall.keyspace.bulk import OTHER, UNKNOWN, Classifier
from seawall.keyspace.learning import learn
from seawall.keyspace.memory import Memory
from seawall.keyspace.pattern import Key, KeyPattern
from seawall.keyspace.printing import printable

__all__ = ["OTHER", "UNKNOWN", "Classifier", "Key", "KeyPattern", "Memory", "learn", "printable"]
