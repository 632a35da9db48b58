"""The one error tree. Every error says what was being done to what, how to mend it, and whether a retry helps.

    SeawallError                     exit 70  never raised itself
    ├── UsageError                   exit 2   the command line is wrong
    │   ├── ConfigError              exit 2   seawall.toml or the environment is wrong
    │   └── ExpressionError          exit 2   a schedule expression cannot be used; it has the place
    ├── InputError                   exit 2   a file or standard input is not what it should be
    ├── OutputError                  exit 3   a result could not be written (full disk, no permission)
    ├── TargetError                  exit 3   something outside could not be asked; never raised itself
    │   ├── Unreachable              exit 3   no connection, or no reply in time
    │   ├── NotPermitted             exit 3   connected, but refused: password, ACL, renamed command
    │   └── BadReply                 exit 3   something answered, but not as Redis does
    └── Stopped                      exit 4   stopped midway by the user; says how to resume

A message is in lower case without a full stop; a hint is a sentence with one. Whatever text came from outside is
escaped before it is put into a message (`seawall.keyspace.printable`).
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_TARGET = 3
EXIT_STOPPED = 4
EXIT_BUG = 70


class SeawallError(Exception):
    """What went wrong, a hint that mends it, and whether trying again helps."""

    exit_code = EXIT_BUG
    retry_helps = False

    def __init__(self, what: str, hint: str = "", *, retry_helps: bool | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        if retry_helps is not None:
            self.retry_helps = retry_helps


class UsageError(SeawallError):
    """The command line asks for something that cannot be."""

    exit_code = EXIT_USAGE


class ConfigError(UsageError):
    """seawall.toml or the environment cannot be used."""


class ExpressionError(UsageError):
    """A schedule expression that cannot be used: kind, message, column and length as `seawall.cron.Fault` has them."""

    def __init__(self, message: str, hint: str, *, kind: str, column: int | None, length: int) -> None:
        super().__init__(message if column is None else f"column {column}: {message}", hint)
        self.message = message
        self.kind = kind
        self.column = column
        self.length = length


class InputError(SeawallError):
    """A file or standard input is not in any form that is understood."""

    exit_code = EXIT_USAGE


class OutputError(SeawallError):
    """A result could not be written; nothing half-written is left."""

    exit_code = EXIT_TARGET


class TargetError(SeawallError):
    """Something outside could not be asked."""

    exit_code = EXIT_TARGET


class Unreachable(TargetError):
    """No connection, or no reply in time."""

    retry_helps = True


class NotPermitted(TargetError):
    """The target answered, and refused."""


class BadReply(TargetError):
    """The target answered in something other than the Redis protocol, or broke it."""


class Stopped(SeawallError):
    """Stopped midway; the hint says how to go on."""

    exit_code = EXIT_STOPPED
    retry_helps = True
