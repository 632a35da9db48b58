"""What a folder and an environment say of the estate: the endpoints found there, and the rows proposed for them.

    surveyed = survey(folder, environment)      collect.py: the only code that opens files
    rows = propose(surveyed, estate)            proposals.py: one file of `proposers` for each table of seawall.toml
    text = page(rows)                           page.py

Above the rooms, as what it proposes is theirs. Only hosts, ports, places and names of variables are kept: no userinfo,
path or query of a URL, and no value that is no endpoint.
"""
