"""Snippets that name connections after the job or route that uses them, so that a trace is exact: `calls snippet`."""

from __future__ import annotations

from importlib.resources import files

# What each is made of, in this order.
PARTS = {
    "sidekiq": ("names.rb", "sidekiq.rb"),
    "rack": ("names.rb", "rack.rb"),
    "celery": ("names.py.txt", "celery.py.txt"),
    "asgi": ("names.py.txt", "asgi.py.txt"),
}


def snippet(name: str) -> str:
    """The source text for one framework, by its name in PARTS."""
    folder = files("seawall.calls") / "snippets"
    return "".join((folder / part).read_text(encoding="utf-8") for part in PARTS[name])
