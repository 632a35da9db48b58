"""A driver platform on Redis: drivers go on line by the hour, send their positions, and are paid by the trip.

    drivers:positions              sorted set (geo)   driver:17 -> where it is now                20,000 drivers
    drivers:online:2026-11-24-08   set                the drivers on line in that hour (UTC)      40,000 drivers
    drivers:ratings                hash               driver:17 -> stars                          40,000 drivers
    trips:feed                     sorted set         trip:001234 by the second it ended         300,000 trips
    trips:month:2026-08            sorted set         the same of a month that is closed         300,000 trips
    user:123:profile               string             what a user typed in                       150,000 users
    session:123                    string             a user's session                            50,000 sessions

Each module below reads or writes some of these keys. Whatever it does with one command that works on everything (the
harmful form) stands beside a second function that gives the same answer in slices (the good form). `jobs.py` says
which job uses which, and is where a schedule comes in.
"""
