"""whenever: config/schedule.rb, `every 1.day, at: "4:30 am" do runner "Feed.clean" end`, which becomes a crontab."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.calls.facts import tree
from seawall.calls.facts.triggers import Entry, Trigger
from seawall.calls.triggers import rubytimes
from seawall.calls.triggers.commandline import calls_of, doors_of_line
from seawall.calls.triggers.rubywords import calls, in_ruby, keywords, plain, text, texts
from seawall.calls.triggers.source import Source

WORDS = re.compile(rb"^\s*every\b[ (]*[:'\"\d]", re.MULTILINE)
FILE = re.compile(r"(?:.*/)?(?:config/)?schedules?(?:/\w+|_\w+)?\.rb")
_WORDS = frozenset(("runner", "rake", "command", "script"))


def of_trees(sources: Sequence[Source]) -> Iterator[Trigger]:
    """The jobs of all schedules."""
    for source in in_ruby(sources):
        if FILE.fullmatch(source.path) and b"lockwork" not in source.data:
            body = source.file.body
            types = {name: line for call in calls(body, "job_type") for name, line in _type(call)}
            for call in calls(body, "every"):
                if call.receiver is None and call.block:
                    yield from _jobs(source, call, call.block, types)


def _type(call: tree.Call) -> Iterator[tuple[str, str]]:
    """`job_type :sweep, "cd :path && bin/sweep :task"`."""
    words = [text(arg) for arg in plain(call)]
    if len(words) == 2 and words[0] and words[1]:
        yield words[0], words[1]


def _jobs(source: Source, call: tree.Call, block: tree.Block, types: dict[str, str]) -> Iterator[Trigger]:
    period = next(iter(plain(call)), None)
    if period is None:
        return
    times = texts(keywords(call).get("at")) or [None]
    for job in block.body:
        if not isinstance(job, tree.Call) or job.receiver is not None:
            continue
        task = text(next(iter(plain(job)), None))
        entries = tuple(_entries(job.name, task, types)) if task else ()
        for at in times if entries else ():
            shown = source.written(period.span) + (f", at: {at}" if at else "")
            timed = rubytimes.whenever(period, at)
            yield Trigger("whenever", f"{job.name} {task}", source.path, source.line(job.span), shown, timed, entries)


def _entries(word: str, task: str, types: dict[str, str]) -> Iterator[Entry]:
    if word in types:
        yield from doors_of_line(types[word].replace(":task", task))
    elif word == "runner":
        yield from calls_of(task)
    elif word == "rake":
        yield from doors_of_line(f"rake {task}")
    elif word == "script":
        yield from doors_of_line(f"script/{task}")
    elif word == "command":
        yield from doors_of_line(task)
