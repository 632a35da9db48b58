"""What kind of client a spot has, as far as a rewrite must know it. Pure."""

from __future__ import annotations

import re

from seawall.calls.facts.sites import PIPELINE
from seawall.calls.fixes.spots import Spot

_ASYNC = re.compile(r"async|aioredis|coredis|glide")
_RAW = re.compile(r"\bRedisClient\b|Sidekiq")


def is_async(spot: Spot) -> bool:
    """Whether its calls have to be awaited, as far as can be told."""
    told = any(_ASYNC.search(reason.says) for reason in spot.site.why)
    return spot.awaited or told or re.search(rb"redis\.asyncio|aioredis|valkey\.asyncio", spot.source.data) is not None


def without_steps(spot: Spot) -> str:
    """Why a command cannot become several calls of a scan; empty where it can."""
    if spot.site.around.mode != "client":
        return f"it is put into a {spot.site.around.mode}, and a scan needs the reply of each step"
    if PIPELINE in spot.site.others:
        return "its receiver may be a pipeline, and a scan needs the reply of each step"
    if spot.source.ruby and any(_RAW.search(reason.says) for reason in spot.site.why):
        return "its client has no iterator over a scan"
    if spot.call.safe or spot.call.receiver is None:
        return "its receiver may be nil" if spot.call.safe else "it is sent by the object itself"
    if spot.call.block is not None or spot.heredoc():
        return "it has a block, or text on later lines"
    if is_async(spot) and not spot.awaited:
        return "it may have to be awaited, and is not awaited here"
    return ""
