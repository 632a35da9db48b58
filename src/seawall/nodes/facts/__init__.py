"""Frozen records about nodes and pure parsers of what servers say."""
