"""Call sites in source code: which line sends which command to which keys."""
