"""Contracts, trials, cards, domains and certificates: what ends when, who owns it, and what happens then."""
