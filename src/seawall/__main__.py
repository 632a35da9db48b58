"""`python -m seawall` is `seawall`."""

from seawall.cli.main import run

run()
