"""A timeline in the HTML page: a column for each day, stacked by group, and a table of the groups as its legend.

A column is an inline SVG that stretches with the page; its title says its numbers, and each group has its own small
chart in the table, so that nothing is told by colour alone. Days that were not watched are hatched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from seawall.model import Timeline, Trend
from seawall.report import timeline as line
from seawall.report import words
from seawall.report.html_bars import key_code
from seawall.report.markup import Html, element, joined

COLOURS = 6
_GROUPS = 30
_ROOM = 62  # columns: 4 pixels each on a phone
_NUMBERED = 16  # columns: more, and the numbers above them run into each other
_HAPPENINGS = 50
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BADGES = {"new": "medium", "worse": "high", "better": "low", "gone": "low", "steady": "info"}


def timeline_section(timeline: Timeline) -> Html:
    """The section of the timeline."""
    title = element("h2", line.title(timeline), id="timeline-title")
    lead = element("p", " ".join(line.leads(timeline)), class_="quiet")
    parts = [_chart(timeline), _groups(timeline)] if timeline.trends else []
    return element(
        "section", title, lead, *parts, *_happenings(timeline), class_="timeline", aria_labelledby="timeline-title"
    )


# --- the chart --------------------------------------------------------------------------------------------------------


def _chart(timeline: Timeline) -> Html:
    size = line.together(len(timeline.days), _ROOM)
    shown = [
        (line.put_together(trend.per_day, size), name.plain, f"group-{place}")
        for place, (trend, name) in enumerate(zip(timeline.trends, line.names(timeline.trends), strict=True), start=1)
    ][:COLOURS]
    if rest := timeline.trends[COLOURS:]:
        name = words.count(len(rest), "other group")
        shown.append((line.put_together(line.added(rest), size), name, "group-other"))
    sums = line.put_together(line.added(timeline.trends), size)
    lots = line.lots(timeline.days, size)
    most = max((many for many in sums if many), default=0)
    labels = _labels([first for first, _ in lots])
    columns: list[Html] = []
    for place, many in enumerate(sums):
        parts = [(n, name, colour) for days, name, colour in shown if (n := days[place])]
        columns.append(_column(lots[place], many, parts, most, labels.get(place, ())))
    each = f"Entries in {size} days" if size > 1 else "Entries a day"
    caption = joined(each, element("span", f", the highest column is {most:,}", class_="quiet"))
    crowded = "" if len(columns) <= _NUMBERED else " crowded"
    return element("figure", element("figcaption", caption), element("ol", *columns, class_=f"days{crowded}"))


def _labels(firsts: Sequence[date]) -> dict[int, tuple[str, ...]]:
    """The day under a column, of many columns only under every few, and its month where it is another."""
    every = -(-len(firsts) // 8) if len(firsts) > _NUMBERED else 1
    labels: dict[int, tuple[str, ...]] = {}
    month = 0
    for place in range(0, len(firsts), every):
        day = firsts[place]
        labels[place] = (f"{day.day}",) if day.month == month else (f"{day.day}", _MONTHS[day.month - 1])
        month = day.month
    return labels


def _column(
    lot: tuple[date, date], many: int | None, parts: Sequence[tuple[int, str, str]], most: int, label: Sequence[str]
) -> Html:
    """A day, or several. many: its entries, None where it was not watched; parts: entries, name, colour by group."""
    days = f"{lot[0]}" if lot[0] == lot[1] else f"{lot[0]} to {lot[1]}"
    told = "not watched" if many is None else words.count(many, "entry", "entries")
    said = "; ".join(f"{name} {n:,}" for n, name, _ in parts)
    top = 100.0
    rects: list[Html] = []
    for n, _, colour in parts:
        height = 100.0 * n / most
        top -= height
        rects.append(element("rect", y=f"{top:.2f}", width="10", height=f"{height:.2f}", class_=colour))
    title = element("title", f"{days}: {told}{f': {said}' if said else ''}")
    svg = element(
        "svg", title, *rects, class_="column", viewBox="0 0 10 100", preserveAspectRatio="none", role="img"
    )  # fmt: skip
    number = element("span", line.NOT_WATCHED if many is None else _short(many), class_="many", aria_hidden="true")
    day = element("span", *(element("span", part) for part in label), class_="day", aria_hidden="true")
    return element("li", number, svg, day, class_="unknown" if many is None else "" if many else "zero")


def _short(many: int) -> str:
    """A number in at most four characters: `950`, `1.2k`, `13k`, `2M`."""
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if many >= size:
            value = many / size
            return f"{value:.1f}{unit}" if value < 9.95 else f"{value:.0f}{unit}"
    return str(many)


# --- the groups -------------------------------------------------------------------------------------------------------


def _groups(timeline: Timeline) -> Html:
    titles = ("Group", "Entries a day", "Entries", "Main thread", f"Change {line.SINCE}", "Recurs")
    numbers = ("Entries", "Main thread")
    head = [element("th", t, scope="col", class_="number" if t in numbers else "") for t in titles]
    trends = timeline.trends
    rows = [_group(place, t, name) for place, (t, name) in enumerate(zip(trends, line.names(trends), strict=True))]
    if more := len(rows) - _GROUPS:
        rows = rows[:_GROUPS]
        if more > 0:
            last = element("td", f"and {words.count(more, 'more group')}", colspan=f"{len(titles)}", class_="quiet")
            rows.append(element("tr", last))
    table = element("table", element("thead", element("tr", *head)), element("tbody", *rows), class_="groups")
    return element("div", table, class_="scrolled", tabindex="0", role="region", aria_labelledby="timeline-title")


def _group(place: int, trend: Trend, name: line.Name) -> Html:
    colour = f"group-{place + 1}" if place < COLOURS else "group-other"
    swatch = element(
        "svg", element("rect", width="10", height="10", class_=colour), class_="swatch", viewBox="0 0 10 10",
        aria_hidden="true",
    )  # fmt: skip
    aside = element("span", f" {name.aside}", class_="quiet") if name.aside else ""
    group = element("span", element("code", name.command, class_="command"), " ", key_code(name.key_pattern), aside)
    change = line.change(trend)
    badge = element("span", change, class_=f"badge {_BADGES.get(change, 'info')}")
    return element(
        "tr",
        element("th", element("span", swatch, group, class_="named"), scope="row"),
        element("td", _small(trend, colour), class_="small"),
        element("td", f"{trend.entries:,}", class_="number entries"),
        element("td", line.total(trend), class_="number"),
        element("td", badge, " ", element("span", trend.change_why, class_="why"), class_="change"),
        element("td", line.recurs(trend), class_="recurs"),
    )


def _small(trend: Trend, colour: str) -> Html:
    """A group's days as a small chart of its own, the highest its own most."""
    days = line.put_together(trend.per_day, line.together(len(trend.per_day), _ROOM))
    most = max((many for many in days if many), default=0)
    bars: list[Html] = []
    for place, many in enumerate(days):
        if many is None:
            bars.append(element("rect", x=f"{place * 10}", y="0", width="10", height="100", class_="unknown"))
        elif many:
            height = max(100 * many / most, 6)
            bars.append(
                element(
                    "rect",
                    x=f"{place * 10 + 1}",
                    y=f"{100 - height:.2f}",
                    width="8",
                    height=f"{height:.2f}",
                    class_=colour,
                )
            )
    known = [f"{many:,}" if many is not None else "not watched" for many in days]
    return element(
        "svg",
        element("title", f"Entries a day: {', '.join(known)}"),
        *bars,
        viewBox=f"0 0 {len(days) * 10} 100",
        preserveAspectRatio="none",
        role="img",
    )


def _happenings(timeline: Timeline) -> Iterator[Html]:
    if not timeline.happenings:
        return
    yield element("h3", "What happened to the nodes")
    shown = timeline.happenings[-_HAPPENINGS:]
    items = [element("li", line.happening(one)) for one in shown]
    if more := len(timeline.happenings) - len(shown):
        items.insert(0, element("li", f"{words.count(more, 'event')} before"))
    yield element("ul", *items, class_="happenings")
