"""What of the code a command starts: a crontab's line, the command of a container, a task that runs a command.

    rake x, rails x            door rake:x        thor a:b             door thor:a:b
    rails runner "X.y"         method X, y        flask x              door flask:x
    python manage.py x         door manage:x      celery call a.b      door task:a.b
    python -m a.b              door module:a.b    curl -X POST URL     door http:POST /path
    python bin/x.py, bin/x     door script:bin/x

A program that runs another one (bundle exec, env, timeout, docker exec, sh -c) is passed over. Of a program that is not
known here nothing is said, but of one that is named by a path below the folder it is: it may be a script of the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from seawall.calls.facts.triggers import Entry
from seawall.calls.triggers.shell import commands

DEEPEST = 6  # of `sh -c "sh -c ..."` and `env timeout 5 nice ...`
MOST = 50  # entries of one text
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_RUNNER = re.compile(r"\s*(?:::)?([A-Z]\w*(?:::[A-Z]\w*)*)(?:\.new(?:\([^()]*\))?)?\.([a-z_]\w*[?!]?)")
_TASK = re.compile(r"[a-z_][\w:-]*", re.IGNORECASE)
_OURS = re.compile(r"(?!.*://)[\w.@+-]+(?:/[\w.@+-]+)*")  # a path that a repository may have
_JOBS = {"perform_async": "perform", "perform_later": "perform", "perform_now": "perform", "perform_inline": "perform"}


@dataclass(frozen=True, slots=True)
class _Wrapper:
    """A program that runs what its arguments say. first: words that make it one. valued: options that take a word.

    skipped: words before the command.
    """

    valued: frozenset[str] = frozenset()
    skipped: int = 0
    first: frozenset[str] = frozenset()


def _wrapper(valued: str = "", skipped: int = 0, first: str = "") -> _Wrapper:
    return _Wrapper(frozenset(valued.split()), skipped, frozenset(first.split()))


_DOCKER = "-e --env -u --user -w --workdir --name -v --volume --network --env-file -p --entrypoint -f --file --profile"
WRAPPERS = {
    **dict.fromkeys(("nohup", "exec", "command", "setsid", "chronic", "cronic", "caffeinate"), _wrapper()),
    **dict.fromkeys(("dumb-init", "tini", "catchsegv", "ddtrace-run", "opentelemetry-instrument"), _wrapper()),
    "env": _wrapper("-u --unset -C --chdir"),
    "sudo": _wrapper("-u -g -h -p -C -D -R -T --user --group"),
    "nice": _wrapper("-n --adjustment"),
    "ionice": _wrapper("-c -n --class --classdata"),
    "timeout": _wrapper("-s -k --signal --kill-after", 1),
    "flock": _wrapper("-w -E --timeout --wait --conflict-exit-code", 1),
    "lockrun": _wrapper("-L --lockfile"),
    "stdbuf": _wrapper("-o -e -i"),
    "newrelic-admin": _wrapper(first="run-program"),
    "bundle": _wrapper(first="exec"),
    **dict.fromkeys(
        ("poetry", "pipenv", "uv", "pdm", "rye", "hatch"), _wrapper("--with --extra --python -p", 0, "run")
    ),
    "heroku": _wrapper("-a --app -s --size", 0, "run run:detached"),
    "docker": _wrapper(_DOCKER, 1, "exec run"),
    "docker-compose": _wrapper(_DOCKER, 1, "exec run"),
    "kubectl": _wrapper("-n --namespace -c --container --context", 1, "exec"),
}
SHELLS = frozenset(("sh", "bash", "zsh", "dash", "ash"))
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*")


def doors_of_line(text: str) -> tuple[Entry, ...]:
    """What shell text enters, in order. Never raises; text that is no shell's has none."""
    return tuple(dict.fromkeys(islice(_of_text(text, DEEPEST), MOST)))


def doors(argv: Sequence[str]) -> tuple[Entry, ...]:
    """What one command enters, given as its words, as containers are given it."""
    return tuple(dict.fromkeys(islice(_of_words(tuple(argv), DEEPEST), MOST)))


def _of_text(text: str, depth: int) -> Iterator[Entry]:
    for words in commands(text):
        yield from _of_words(words, depth)


def _of_words(words: tuple[str, ...], depth: int) -> Iterator[Entry]:
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        words = words[1:]
    if not words or depth == 0:
        return
    name, rest = words[0].rpartition("/")[2], words[1:]
    if name in SHELLS:
        yield from _of_shell(rest, depth)
    elif name in WRAPPERS:
        yield from _wrapped(name, rest, depth)
    elif _PYTHON.fullmatch(name):
        yield from _of_python(rest)
    elif name in PROGRAMS:
        yield from PROGRAMS[name](rest)
    elif name.endswith((".py", ".rb")) or "/" in words[0]:
        yield from _of_script(words[0], rest)


def _of_shell(rest: tuple[str, ...], depth: int) -> Iterator[Entry]:
    """`sh -c "..."`, `bash -lc "..."`, `sh bin/x`."""
    for place, word in enumerate(rest):
        if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
            yield from _of_text(" ".join(rest[place + 1 : place + 2]), depth - 1)
            return
        if not word.startswith("-"):
            yield from _of_script(word, rest[place + 1 :])
            return


def _wrapped(name: str, rest: tuple[str, ...], depth: int) -> Iterator[Entry]:
    """What a program runs that runs another one."""
    wrapper = WRAPPERS[name]
    if name == "docker" and rest[:1] == ("compose",):
        rest = rest[1:]
    rest = _after_options(rest, wrapper.valued)
    if wrapper.first:
        if rest[:1] and rest[0] in wrapper.first:
            rest = _after_options(rest[1:], wrapper.valued)
        else:
            return
    rest = _after_options(rest[wrapper.skipped :], wrapper.valued)
    if name == "flock" and rest[:1] == ("-c",):
        yield from _of_text(" ".join(rest[1:2]), depth - 1)
    elif len(rest) == 1 and " " in rest[0]:  # `heroku run "rake x"`
        yield from _of_text(rest[0], depth - 1)
    else:
        yield from _of_words(rest, depth - 1)


def _after_options(words: tuple[str, ...], valued: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The words from the first that is no option; `--` ends them."""
    place = 0
    while place < len(words) and words[place].startswith("-") and words[place] != "-c":
        if words[place] == "--":
            return words[place + 1 :]
        place += 2 if words[place] in valued else 1
    return words[place:]


def _door(kind: str, name: str) -> Entry:
    return Entry("door", name=f"{kind}:{name}")


def _rake(words: tuple[str, ...]) -> Iterator[Entry]:
    """Each task; `x[1,2]` is x. Without a name nothing is said of the default task."""
    for word in _plain(words, frozenset(("-f", "-R", "-r", "-I", "-C", "-e", "-p", "-E"))):
        name = word.partition("[")[0]
        if _TASK.fullmatch(name):
            yield _door("rake", name)


def _plain(words: tuple[str, ...], valued: frozenset[str]) -> Iterator[str]:
    """The words that are no options, nor values of them, nor `A=1`."""
    words = _after_options(words, valued)
    while words:
        if "=" not in words[0].partition("[")[0]:
            yield words[0]
        words = _after_options(words[1:], valued)


def _rails(words: tuple[str, ...]) -> Iterator[Entry]:
    words = _after_options(words, frozenset(("-e", "--environment")))
    if words[:1] and words[0] in ("runner", "r"):
        yield from _runner(_after_options(words[1:], frozenset(("-e", "--environment"))))
    elif words and words[0] not in RAILS:
        yield from _rake(words)


_RAILS_ITSELF = "server s console c generate g destroy d new dbconsole db plugin test t runner r version about routes"
RAILS = frozenset(_RAILS_ITSELF.split())


def _runner(words: tuple[str, ...]) -> Iterator[Entry]:
    """`rails runner "X.y; Z.new.a"` or a script."""
    code = words[0] if words else ""
    found = list(calls_of(code))
    if not found and _OURS.fullmatch(code) and code.endswith(".rb"):
        yield _door("script", code.removeprefix("./"))
    yield from found


def calls_of(code: str) -> Iterator[Entry]:
    """The calls of constants with which each statement of Ruby code in a string begins."""
    for statement in re.split(r"[;\n]|&&", code[:2000]):
        called = _RUNNER.match(statement)
        if called:
            yield Entry("method", called[1], _JOBS.get(called[2], called[2]))


def _of_python(words: tuple[str, ...]) -> Iterator[Entry]:
    """`python [-u] -m a.b`, `python x.py`, `python manage.py x`."""
    while words and words[0].startswith("-"):
        option, words = words[0], words[1:]
        if option == "-c" or (option.startswith("-c") and not option.startswith("--")):
            return
        if option == "-m" or (not option.startswith("--") and option.endswith("m")):
            yield from _of_module(words)
            return
        if option in ("-W", "-X"):
            words = words[1:]
    if words:
        yield from _of_script(words[0], words[1:])


def _of_module(words: tuple[str, ...]) -> Iterator[Entry]:
    if not words or not _DOTTED.fullmatch(words[0]):
        return
    if words[0] == "django":
        yield from _manage(words[1:])
    elif words[0] in PROGRAMS:
        yield from PROGRAMS[words[0]](words[1:])
    else:
        yield _door("module", words[0])


def _manage(words: tuple[str, ...]) -> Iterator[Entry]:
    words = _after_options(words, frozenset(("--settings", "--pythonpath")))
    if words and re.fullmatch(r"\w+", words[0]):
        yield _door("manage", words[0])


def _of_script(path: str, rest: tuple[str, ...]) -> Iterator[Entry]:
    """A script by its path; of one like `bin/shopctl feeds clean` its words too, which Thor and click take."""
    name = path.rpartition("/")[2]
    if name == "manage.py":
        yield from _manage(rest)
    elif name in PROGRAMS and name != path:
        yield from PROGRAMS[name](rest)
    elif _OURS.fullmatch(path.removeprefix("./").removeprefix("/")):
        yield _door("script", path.removeprefix("./"))
        words: list[str] = []
        for word in rest:
            if not re.fullmatch(r"[a-z][\w-]*", word):
                break
            words.append(word)
        if words and "." not in name:
            yield _door("thor", ":".join(words).replace("-", "_"))


def _flask(words: tuple[str, ...]) -> Iterator[Entry]:
    """`flask [--app x] name`, of groups `flask group name`."""
    words = _after_options(words, frozenset(("--app", "-A", "--env-file", "-e")))
    named = list(islice(_until_options(words), 3))
    if named and named[0] not in ("run", "shell", "routes"):
        yield _door("flask", " ".join(named))


def _until_options(words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        if not re.fullmatch(r"[A-Za-z][\w:.-]*", word):
            return
        yield word


def _thor(words: tuple[str, ...]) -> Iterator[Entry]:
    named = list(islice(_until_options(words), 3))
    if named and named[0] not in ("list", "help", "install"):
        yield _door("thor", ":".join(named) if ":" not in named[0] else named[0])


def _celery(words: tuple[str, ...]) -> Iterator[Entry]:
    """`celery -A shop call shop.tasks.sweep`."""
    words = _after_options(words, frozenset(("-A", "--app", "-b", "--broker", "--workdir")))
    if words[:1] == ("call",):
        for word in islice(_plain(words[1:], frozenset(("-a", "-k", "--args", "--kwargs", "--eta"))), 1):
            if _DOTTED.fullmatch(word):
                yield _door("task", word)


def _ruby(words: tuple[str, ...]) -> Iterator[Entry]:
    words = _after_options(words, frozenset(("-r", "-I", "-C", "-S")))
    if words:
        yield from _of_script(words[0], words[1:])


_SENDS = frozenset(("-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "-F", "--form"))
_SENDS_TOO = frozenset(("--post-data", "--post-file", "--body-data"))
_VALUED = (
    "-H --header -u --user -o --output -A --user-agent -b --cookie -m --max-time --retry --retry-delay -e --referer "
    "--connect-timeout -w --write-out -x --proxy --cacert --cert --key -c --cookie-jar -T --upload-file -O"
)
_CURL = _SENDS | frozenset(_VALUED.split())


def _fetch(words: tuple[str, ...]) -> Iterator[Entry]:
    """Curl and wget: the method and the path of each URL."""
    method, urls, place = "", list[str](), 0
    while place < len(words):
        word, place = words[place], place + 1
        option, _, value = word.partition("=")
        if option in ("-X", "--request", "--method"):
            method = value or "".join(words[place : place + 1])
            place += not value
        elif word.startswith("-X"):
            method = word[2:]
        elif word in ("-I", "--head"):
            method = method or "HEAD"
        elif option in _SENDS or option in _SENDS_TOO:
            method = method or "POST"
            place += not value and option in _SENDS
        elif word in _CURL and word != "-O":
            place += 1
        elif not word.startswith("-"):
            urls.append(word)
    for url in urls:
        path = path_of(url)
        if path:
            yield _door("http", f"{method.upper() or 'GET'} {path}")


def path_of(url: str) -> str:
    """The path of a URL, without its query; "" of what is none. The host may be a variable: `$HOST/cron/sweep`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https") and parts.netloc:
        return re.sub(r"/{2,}", "/", parts.path) or "/"
    start = re.match(r"(?:https?://)?(?:\$\{?\w+\}?|localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?(/[^?#\s]*)", url)
    return start[1] if start else ""


PROGRAMS: dict[str, Callable[[tuple[str, ...]], Iterator[Entry]]] = {
    "rake": _rake,
    "rails": _rails,
    "thor": _thor,
    "flask": _flask,
    "celery": _celery,
    "ruby": _ruby,
    "django-admin": _manage,
    "manage.py": _manage,
    "curl": _fetch,
    "wget": _fetch,
}
