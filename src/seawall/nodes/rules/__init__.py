"""Rules about nodes: a fault in `name_of_fault.py` beside its page `name_of_fault.md`. Two files add a rule."""
