"""The rules SW9xx: each is a module beside its page."""
