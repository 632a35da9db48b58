"""Calls that run redis-cli: `system("redis-cli del ...")`, backticks, `subprocess.run(["redis-cli", ...])`."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.facts import shell, tree
from seawall.calls.facts.commands import named
from seawall.calls.facts.meaning import strings
from seawall.calls.facts.meaning.engine import Engine
from seawall.calls.facts.meaning.keys import Given, Sent
from seawall.calls.facts.patterns import Hole, Text, concat, hole, literal, unglobbed
from seawall.calls.facts.values import Const, Frame, Many, Value, Words

# Methods and functions that run what they are given: of Ruby, Rake, Capistrano, Python, Fabric and Node.
RUNNERS = frozenset(
    ("system", "exec", "exec!", "spawn", "`", "sh", "bash", "run", "run!", "run_command", "execute", "capture",
     "capture2", "capture2e", "capture3", "popen", "popen2", "popen2e", "popen3", "pipeline", "call", "check_call",
     "check_output", "getoutput", "getstatusoutput", "Popen", "create_subprocess_shell", "create_subprocess_exec",
     "execSync", "spawnSync", "execFile", "execFileSync", "local", "sudo", "shell_out", "shell_out!", "cmd", "ssh")
)  # fmt: skip
_STARTS = frozenset((*shell.PROGRAMS, "docker", "podman", "kubectl", "sudo", "ssh", "sh", "bash", "xargs", "timeout"))
_FIRST = 0xE000  # private characters stand for holes while text is split, each for one


def sent_by_shell(engine: Engine, call: tree.Call, frame: Frame) -> dict[str, Sent]:
    """What a call sends by redis-cli, by command; what one command sends several times is one, its key all of them."""
    found: dict[str, Sent] = {}
    holes: list[Hole] = []
    for line in _lines(engine, call, frame, holes):
        words = [_text(word, holes) for word in line.words]
        command = named(words[0].literal or "")
        if command is None:
            continue
        args = [Given((Words(text),)) for text in words[1:]]
        if line.fits is not None and args:
            args[-1] = Given((Words(unglobbed(_text(line.fits, holes))),))
        before = found.get(command.name)
        if before is not None and before.args and args:
            args[0] = Given((*before.args[0].value, *args[0].value))
        found[command.name] = Sent(command, tuple(args))
    return found


def _lines(engine: Engine, call: tree.Call, frame: Frame, holes: list[Hole]) -> Iterator[shell.Line]:
    given = [engine.value(arg.value, frame) for arg in call.args if not arg.keyword and arg.spread != "&"]
    given = [value for value in given if not _is_environment(value)]
    for value in given[:1]:
        for alternative in value:
            if isinstance(alternative, Many):
                of = dict(alternative.items)
                places = [place for place in of if isinstance(place, int)]
                listed = [of.get(place, ()) for place in range(max(places, default=-1) + 1)]
                yield from shell.sent_by([_word(each, holes) for each in listed])
        rest = [_word(each, holes) for each in given[1:]]
        if rest and _word(value, holes) in _STARTS:
            listed = [a for each in given[1:] for a in each if isinstance(a, Many)]  # Node's spawn(name, [words])
            inner = [_word(each, holes) for many in listed for _, each in many.items]
            yield from shell.sent_by([_word(value, holes), *(inner or rest)])
        else:
            for text in strings.texts(value):
                yield from shell.sent(_marked(text, holes))


def _is_environment(value: Value) -> bool:
    """Whether it is a map: the environment that Ruby's `system` takes first."""
    return any(isinstance(a, Many) and a.items and isinstance(a.items[0][0], str) for a in value)


def _word(value: Value, holes: list[Hole]) -> str:
    numbers = [str(a.value) for a in value if isinstance(a, Const)]
    return numbers[0] if numbers else _marked(strings.texts(value)[0], holes)


def _marked(text: Text, holes: list[Hole]) -> str:
    marked = ""
    for part in text.parts:
        if isinstance(part, Hole):
            marked += chr(_FIRST + len(holes) % 6000)
            holes.append(part)
        else:
            marked += part
    return marked


def _text(word: str, holes: list[Hole]) -> Text:
    pieces: list[Text] = []
    for character in word:
        place = ord(character) - _FIRST
        if 0 <= place < len(holes):
            pieces.append(Text((holes[place],)))
        else:
            pieces.append(hole("a variable of the shell") if character == shell.VARIES else literal(character))
    return concat(pieces)
