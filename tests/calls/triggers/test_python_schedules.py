"""Schedules inside of Python: rq-scheduler and its like, APScheduler, the schedule library; and their jobs."""

from __future__ import annotations

import pytest

from seawall.calls.triggers import rq, schedulers

from .python_sources import enters, read

RQ = {
    "jobs/schedule.py": """
        from datetime import datetime, timedelta
        from rq_scheduler import Scheduler
        from jobs.work import clean, report
        scheduler = Scheduler()

        def definitions():
            jobs = [
                {
                    "func": clean, "interval": timedelta(minutes=1), "timeout": 5},
                {"func": "jobs.work.dotted", "interval": 30},
                {"func": clean, "timeout": 30},
            ]
            jobs.append({"func": report, "cron": "0 4 * * *"})
            return jobs

        scheduler.schedule(datetime.utcnow(), func=report, interval=60)
        scheduler.cron("*/5 * * * *", func=clean, args=[1])
        calendar.schedule(func=clean, interval=60)
    """,
    "jobs/work.py": """
        from rq.decorators import job
        from huey import RedisHuey, crontab
        from other import job as foreign
        huey = RedisHuey()

        @job("default", timeout=5)
        def clean(): ...

        @foreign("x")
        def report(): ...

        @huey.periodic_task(crontab(minute="0", hour="*/3"))
        def hourly(): ...
    """,
    "jobs/worker.py": """
        from arq import cron
        from jobs.work import clean
        class WorkerSettings:
            cron_jobs = [cron(clean, hour={9, 12}, minute=30)]
    """,
}


def test_lists_and_calls_of_rq_scheduler() -> None:
    made = [one for one in read(rq, RQ) if one.kind == "rq-scheduler"]
    rows = [(one.name, one.line, one.schedule, one.timing and (one.timing.cron or one.timing.every)) for one in made]
    assert rows == [
        ("clean", 9, "timedelta(minutes=1)", 60.0),
        ("dotted", 10, "30", 30.0),
        ("report", 13, "0 4 * * *", "0 4 * * *"),
        ("report", 16, "60", 60.0),
        ("clean", 17, "*/5 * * * *", "*/5 * * * *"),
    ]
    assert made[1].entries[0].kind == "function"
    assert made[1].entries[0].name == "jobs.work.dotted"
    assert enters(RQ, made[0].entries[0]) == "clean"


def test_jobs_by_decorator_are_those_of_the_library() -> None:
    made = read(rq, RQ)
    assert [one.name for one in made if one.kind == "job"] == ["jobs.work.clean"]
    assert [(one.name, one.timing and one.timing.cron) for one in made if one.kind == "huey"] == [
        ("hourly", "0 */3 * * *")
    ]
    assert [(one.name, one.timing and one.timing.cron) for one in made if one.kind == "arq"] == [
        ("clean", "30 9,12 * * *")
    ]


APS = """
    import schedule
    from apscheduler.triggers.cron import CronTrigger
    from work import f, g
    scheduler.add_job(f, "interval", minutes=5, id="five")
    scheduler.add_job(func=f, trigger="cron", hour=3)
    scheduler.add_job(f, CronTrigger.from_crontab("0 9 * * 1-5", timezone="Europe/Paris"))
    scheduler.add_job(f, "date", run_date=now)
    scheduler.add_job(f, made_elsewhere)

    @scheduler.scheduled_job("interval", seconds=EVERY)
    def unknown(): ...

    schedule.every(10).minutes.do(g)
    schedule.every().day.at("04:30").do(g)
    schedule.every().monday.at("13:15").do(g)
    schedule.every(5).to(10).minutes.do(g)
    every.do(g)
"""


def test_apscheduler_and_the_schedule_library() -> None:
    made = read(schedulers, {"main.py": APS})
    rows = {one.line: (one.kind, one.name, one.timing and (one.timing.cron or one.timing.every)) for one in made}
    assert rows == {
        4: ("apscheduler", "five", 300.0),
        5: ("apscheduler", "f", "0 3 * * *"),
        6: ("apscheduler", "f", "0 9 * * 1-5"),
        10: ("apscheduler", "unknown", None),
        13: ("schedule", "g", 600.0),
        14: ("schedule", "g", "30 4 * * *"),
        15: ("schedule", "g", "15 13 * * 1"),
        16: ("schedule", "g", None),
    }
    assert next(one.timing for one in made if one.line == 6).zone == "Europe/Paris"  # type: ignore[union-attr]


@pytest.mark.parametrize("reader", [rq, schedulers])
def test_code_that_only_looks_alike_is_left_alone(reader: object) -> None:
    text = """
        import rq, schedule, apscheduler
        {"function": f, "interval": 5}
        queue.enqueue(f, 5)
        meeting.schedule(when, who)
        add(f).do(g)
    """
    assert read(reader, {"a.py": text}) == []  # type: ignore[arg-type]
