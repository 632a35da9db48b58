r"""A scan as JSON: the contract of docs/reference, and one finding a line for pipes.

Pure ASCII: whatever came from outside stands exactly as it was, its control and non-ASCII characters as `\uNNNN`.
"""

from __future__ import annotations

import json
import math

from seawall.model import Json, Scan


def to_json(scan: Scan) -> str:
    """The scan document, indented by 2, ending in a newline. A number that JSON cannot hold (NaN) is null."""
    return json.dumps(_finite(scan.as_json()), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def to_jsonl(scan: Scan) -> str:
    """One finding a line, in the order of the scan; empty where there is none."""
    rows = (json.dumps(_finite(f.as_json()), ensure_ascii=True, allow_nan=False) for f in scan.findings)
    return "".join(row + "\n" for row in rows)


def _finite(value: Json) -> Json:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_finite(v) for v in value]
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    return value
