"""The sample platform and its story: what `seawall demo` shows, on a private server, with real traffic.

    app/           a small driver platform on Redis: the code that sends the commands, each in a harmful and a good form
    seed.py        the data it works on
    traffic.py     rounds of all its jobs, in one of the two forms
    foreground.py  a user of the same server, in a process of its own, who measures how long each answer takes
    story.py       seed, harmful traffic, scan, good traffic, scan: the numbers of both

It is an ordinary program: a scan of its server finds its commands, and a trace of its source finds the lines.
"""
