"""tree-sitter on hostile text: its own time is not linear, so whoever asks may stop it.

20,000 times `%(` (40 kB of Ruby) took it 5 s, twice that four times as long. What we do with its tree is linear.
"""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node, Parser, Point

PIECE = 1 << 16  # bytes handed over at a time


def root(parser: Parser, data: bytes, stop: Callable[[], bool] | None = None) -> Node | None:
    """The root of the tree of a text, None where it was stopped. stop is asked every 100 steps of the parser."""
    if stop is None:
        return parser.parse(data).root_node
    asked = stop
    raised: list[BaseException] = []

    def piece(offset: int, _: Point) -> bytes:
        return data[offset : offset + PIECE]

    def is_over(_offset: int, _error: bool) -> bool:
        try:
            return asked()
        except BaseException as wrong:  # else the binding goes on with it set
            raised.append(wrong)
            return True

    try:
        return parser.parse(piece, progress_callback=is_over).root_node
    except ValueError:  # how the binding says that it was stopped
        if raised:
            raise _meant(raised[0]) from None
        return None
    except SystemError as wrong:
        raise _meant(wrong) from None


def _meant(wrong: BaseException) -> BaseException:
    """The Ctrl-C behind an error: the binding takes the signal, and calls on with the exception set."""
    return wrong.__cause__ if isinstance(wrong.__cause__, KeyboardInterrupt) else wrong
