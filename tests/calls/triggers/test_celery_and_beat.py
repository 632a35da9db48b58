"""Celery: which functions are tasks, under which names, and what the beat starts and when."""

from __future__ import annotations

from seawall.calls.triggers import beat, celery
from seawall.cron import Service

from .python_sources import enters, read

TASKS = {
    "src/shop/app.py": """
        from celery import Celery
        app = Celery("shop")
    """,
    "src/shop/decorators.py": """
        from functools import partial
        from celery import shared_task
        quiet_task = partial(shared_task, ignore_result=True)

        def timed_task(name, **options):
            def wrap(func):
                return shared_task(name=name, **options)(func)
            return wrap

        def not_a_task(func):
            shared_task(name="inner")(print)
            return func
    """,
    "src/shop/tasks.py": """
        from celery import shared_task, Task
        from shop.app import app
        from shop.decorators import not_a_task, quiet_task, timed_task
        NAME = "shop.named"

        @app.task(bind=True)
        def sweep(self): ...

        @shared_task(name=NAME)
        def named(): ...

        @quiet_task
        def quiet(): ...

        @timed_task("x", name="timed")
        def timed(): ...

        @not_a_task
        def plain(): ...

        class Pruner(Task):
            name = "prune"
            def run(self): ...

        class Other:
            def run(self): ...
    """,
    "src/shop/crowd.py": """
        from locust import task
        import invoke

        @task
        def visit(self): ...  # a celery in words only

        @invoke.task
        def build(c): ...
    """,
}


def test_tasks_are_known_by_what_their_decorator_is() -> None:
    found = {one.name: one for one in read(celery, TASKS)}
    assert set(found) == {"shop.tasks.sweep", "shop.named", "shop.tasks.quiet", "timed", "prune"}
    assert {name: enters(TASKS, one.entries[0]) for name, one in found.items()} == {
        "shop.tasks.sweep": "sweep",
        "shop.named": "named",
        "shop.tasks.quiet": "quiet",
        "timed": "timed",
        "prune": "run",
    }
    assert found["shop.named"].doors == ("task:shop.named",)
    assert "task:shop.tasks.sweep" in found["shop.tasks.sweep"].doors
    assert (found["shop.tasks.sweep"].path, found["shop.tasks.sweep"].line) == ("src/shop/tasks.py", 7)


def test_a_short_name_is_that_of_the_nearest_file() -> None:
    body = "from celery import shared_task\n\n@shared_task\ndef f(): ...\n"
    found = {one.path: one.doors for one in read(celery, {"tasks.py": body, "old/copy/tasks.py": body})}
    assert found["tasks.py"] == ("task:tasks.f",)
    assert "task:tasks.f" not in found["old/copy/tasks.py"]


BEAT = {
    "shop/settings.py": """
        from datetime import timedelta
        from celery.schedules import crontab, solar
        CELERY_TIMEZONE = "Europe/Berlin"
        MINUTE = 60
        NIGHTLY = crontab(minute=30, hour="3")
        CELERY_BEAT_SCHEDULE = {
            "sweep": {"task": "shop.tasks.sweep", "schedule": crontab(minute="*/5", hour=[1, 2])},
            "number": {"task": "shop.tasks.number", "schedule": 2 * MINUTE},
            "delta": {"task": "shop.tasks.delta", "schedule": timedelta(hours=1, minutes=30)},
            "sun": {"task": "shop.tasks.sun", "schedule": solar("sunset", 1, 2)},
            "off": {"task": "shop.tasks.off", "schedule": 5, "enabled": False},
            "env": {"task": "shop.tasks.env", "schedule": timedelta(seconds=settings.EVERY)},
            "no-entry": {"task": "x", "queue": "schedule"},
        }
        CELERY_BEAT_SCHEDULE.update({"later": {"task": "shop.tasks.later", "schedule": NIGHTLY}})
        CELERY_BEAT_SCHEDULE["put"] = {"task": "shop.tasks.put", "schedule": 1.5}
    """,
    "shop/app.py": """
        from shop.tasks import sweep
        @app.on_after_configure.connect
        def setup_periodic_tasks(sender, **kwargs):
            sender.add_periodic_task(30.0, sweep.s("x"), name="every 30")
            sender.add_periodic_task(
                crontab(0, 0, "1"),
                sweep.si(),
            )
    """,
}


def test_entries_of_the_beat_wherever_they_are_put_together() -> None:
    found = {one.name: one for one in read(beat, BEAT)}
    assert set(found) == {"sweep", "number", "delta", "sun", "env", "later", "put", "every 30"}
    when = {name: one.timing and (one.timing.cron, one.timing.every, one.timing.zone) for name, one in found.items()}
    assert when["number"] == ("", 120.0, "")
    assert when["delta"] == ("", 5400.0, "")
    assert when["sun"] is None
    assert when["env"] is None
    assert when["later"] == ("30 3 * * *", None, "Europe/Berlin")
    assert when["put"] == ("", 1.5, "")
    assert found["number"].entries[0].name == "task:shop.tasks.number"
    assert found["number"].schedule == "2 * MINUTE"
    assert found["delta"].line == 9
    assert found["later"].timing is not None
    assert found["later"].timing.service is Service.CELERY


def test_what_is_added_at_start_enters_the_task_itself() -> None:
    made = [one for one in read(beat, BEAT) if one.path == "shop/app.py"]
    assert [(one.name, one.line, enters(BEAT, one.entries[0])) for one in made] == [
        ("every 30", 4, "sweep"),
        ("sweep", 5, "sweep"),
    ]
    assert made[1].timing is None  # the third place differs between versions of Celery
