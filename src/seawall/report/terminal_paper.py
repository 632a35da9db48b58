"""What the terminal pages are printed on: width, encoding, headings and bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 120  # of a pipe or a file: rich would take 80, which folds key patterns that need not be folded
GAP = 2
_EIGHTHS = "▏▎▍▌▋▊▉█"
_HEIGHTS = "▁▂▃▄▅▆▇"  # of a timeline; the full block is among the eighths
_ASCII = str.maketrans(
    {"\N{MICRO SIGN}": "u"} | dict(zip(_EIGHTHS, "---#####", strict=True)) | dict(zip(_HEIGHTS, "1234567", strict=True))
)


def print_all(console: Console, page: Callable[[int], Iterable[RenderableType]]) -> None:
    """Print what `page(width)` yields; the console is left as it was.

    A stream that cannot encode a character gets an escape of it, never an error.
    """
    width = console.width
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    try:
        parts = page(console.width)
        if console.encoding.startswith("utf"):
            _print(console, parts)
            return
        with console.capture() as captured:
            _print(console, parts)
        text = captured.get().translate(_ASCII)
        console.file.write(text.encode(console.encoding, "backslashreplace").decode(console.encoding))
    finally:
        console.width = width


def _print(console: Console, parts: Iterable[RenderableType]) -> None:
    for part in parts:
        console.print(_Trimmed(part))


@dataclass(frozen=True, slots=True)
class _Trimmed:
    """A part without the spaces that rich pads its lines with: they spoil copies, diffs and narrow windows."""

    part: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self.part, options, pad=False):
            while line and not line[-1].text.strip():
                line.pop()
            if line:
                line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
            yield from line
            yield Segment.line()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, one cell a row. `folds`: may be folded where room is short."""

    title: str
    cells: Sequence[Text]
    folds: bool = False
    right: bool = False

    @property
    def width(self) -> int:
        """Columns of the terminal it wants."""
        return max(cell_len(self.title), *(c.cell_len for c in self.cells)) if self.cells else cell_len(self.title)


def table(columns: Sequence[Column], *, header: bool = True, widths: Sequence[int] | None = None) -> Table:
    """The columns side by side without lines, two spaces apart. widths: fixed ones, so that several tables align."""
    drawn = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim", show_header=header)
    for place, column in enumerate(columns):
        drawn.add_column(
            Text(column.title),
            justify="right" if column.right else "left",
            no_wrap=not column.folds,
            overflow="fold",
            width=widths[place] if widths else None,
        )
    for cells in zip(*(c.cells for c in columns), strict=True):
        drawn.add_row(*cells)
    return drawn


def width_of(columns: Sequence[Column]) -> int:
    """The columns of the terminal a table of these takes when nothing is folded."""
    return sum(c.width for c in columns) + GAP * (len(columns) - 1)


def hanging(head: Text, rest: Text, indent: int) -> Table:
    """`rest` beside `head`, its further lines under its first: `head` takes `indent` columns."""
    grid = Table.grid()
    grid.add_column(width=indent, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(head, rest)
    return grid


def heading(title: str, aside: str = "") -> Text:
    """The heading of a part, with a quiet word beside it."""
    line = Text(title, style="bold underline")
    if aside:
        line.append(f"  {aside}", style="dim not bold not underline")
    return line


def plain_bar(fraction: float, width: int) -> str:
    """A bar of up to `width` columns for a fraction of 0 to 1, in eighths; something above 0 is always seen."""
    eighths = round(min(max(fraction, 0.0), 1.0) * width * 8)
    if fraction > 0:
        eighths = max(eighths, 1)
    rest = eighths % 8
    return _EIGHTHS[-1] * (eighths // 8) + (_EIGHTHS[rest - 1] if rest else "")
