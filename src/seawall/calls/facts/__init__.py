"""Frozen records of source code and what they mean for Redis; pure."""
