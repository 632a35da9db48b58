"""Reads what starts code: schedules, routes, tasks, commands; a module for each way that people write them.

A module for code has WORDS, by which a file may matter, and `of_trees(files)`; one for settings (YAML, crontabs) has
`matches(path)` and `of_texts(texts)`. Each yields Triggers and guesses nothing: what it cannot read is left out.
"""
