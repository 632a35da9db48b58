"""Rules, schedules and targets as templates write them: frozen records and pure parsers. Time is an argument."""
