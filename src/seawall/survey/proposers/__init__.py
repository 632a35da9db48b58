"""A file for each table of seawall.toml that is proposed, named as the table; what lies here is asked, by name.

Each has `propose(surveyed, estate, variables) -> Iterator[Row]`: the rows that the estate lacks. Pure.
"""
