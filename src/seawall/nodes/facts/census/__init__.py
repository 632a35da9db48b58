"""What a census counts and concludes; pure. See `seawall.nodes.census` for how its parts work together.

tally.py is what has been seen of the keys of one pattern in one database, book.py all of them; interval.py says in
which range the truth is, allocation.py of which patterns to ask more, result.py makes the rows of a census.
"""
