"""Telling people of dates: a calendar, gauges, and messages.

dates.py       the dates of the estate; pure
calendar.py    as iCalendar;  prometheus.py  as gauges in text; both pure
message.py     the words of a notice; pure
routes.py      one message by one route, through apprise
send.py        the run of `seawall notify`: receipts, then messages
"""
