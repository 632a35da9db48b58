"""Rows, observations and deadlines: frozen records and arithmetic. Time is an argument."""
