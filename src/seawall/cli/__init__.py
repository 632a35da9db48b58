"""The command line: one file per command group. It parses and prints; it never thinks."""
