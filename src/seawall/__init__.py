"""Seawall keeps production Redis and Valkey fast, movable, rebuildable and paid for."""

__version__ = "0.1.0"
