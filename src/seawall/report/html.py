"""A scan as one HTML file: no script, nothing loaded from anywhere, light and dark, for screen, phone and paper.

Whatever came from outside is escaped by `markup`, which trusts no plain string. The look is page.css.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

from seawall.model import CommandTotal, Finding, NotChecked, Scan, Target
from seawall.report import words
from seawall.report.charts import Chart
from seawall.report.culprits import by_fix, culprits, in_code, others
from seawall.report.html_bars import bar, chart_figure, ranking
from seawall.report.html_findings import card
from seawall.report.markup import Html, element, joined
from seawall.report.timeline_html import timeline_section

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def to_html(scan: Scan, charts: Sequence[Chart] = ()) -> str:
    """The whole page with the charts in it, ending in a newline."""
    headline = words.headline(scan)
    style = Html(files("seawall.report").joinpath("page.css").read_text(encoding="utf-8"))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"Seawall: {headline}"),
        element("style", style),
    )
    main = element("main", *_sections(scan, charts))
    body = element("body", _header(scan, headline), main, _footer(scan))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _header(scan: Scan, headline: str) -> Html:
    first, _, rest = headline.partition("; ")
    when = element("time", scan.started_at.isoformat(" ", "seconds"), datetime=scan.started_at.isoformat())
    return element(
        "header",
        element("p", element("strong", "Seawall"), " scan of ", when, class_="brand"),
        element("h1", first),
        element("p", rest[:1].upper() + rest[1:], class_="rest") if rest else "",
        element("p", words.blind_spots(scan), class_="lead") if words.blind_spots(scan) else "",
    )


def _sections(scan: Scan, charts: Sequence[Chart]) -> Iterator[Html]:
    found = culprits(scan)
    code = (f for group in by_fix(in_code(scan)) for f in group)
    cards = (*(f for c in found for f in c.findings), *others(scan), *code)
    yield from _not_checked(scan.not_checked)
    yield from _targets(scan.targets)
    if found:
        first_cards = [_anchor(sum(len(c.findings) for c in found[:place])) for place in range(len(found))]
        yield ranking(found, first_cards)
    if scan.timeline:
        yield timeline_section(scan.timeline)
    if charts:
        figures = [chart_figure(chart) for chart in charts]
        title = element("h2", "Before and after", id="charts-title")
        yield element("section", title, *figures, aria_labelledby="charts-title")
    yield from _findings(cards)
    yield from _commands(scan.commands)
    yield from _notes(words.notes(scan))


def _anchor(place: int) -> str:
    return f"finding-{place + 1}"


def _not_checked(missing: Sequence[NotChecked]) -> Iterator[Html]:
    if not missing:
        return
    items = [
        element(
            "li",
            element("strong", one.target),
            f": {one.reason}",
            element("span", one.hint, class_="hint") if one.hint else "",
        )
        for one in missing
    ]
    title = element("h2", "Not checked", id="not-checked-title")
    lead = element("p", "What stands here is unknown, not fine.")
    yield element("section", title, lead, element("ul", *items), class_="loud", aria_labelledby="not-checked-title")


def _targets(targets: Sequence[Target]) -> Iterator[Html]:
    if not targets:
        return
    items: list[Html] = []
    for target in targets:
        owner = f"owner {target.owner.name}" if target.owner else ""
        said = [element("span", w) for w in (target.server, target.summary, owner) if w]
        items.append(element("li", element("strong", target.name, class_="node"), *said))
    title = element("h2", "Looked at", id="targets-title")
    yield element("section", title, element("ul", *items, class_="targets"), aria_labelledby="targets-title")


def _findings(cards: Sequence[Finding]) -> Iterator[Html]:
    if cards:
        title = element("h2", words.count(len(cards), "finding"), id="findings-title")
        drawn = [card(finding, _anchor(place)) for place, finding in enumerate(cards)]
        yield element("section", title, *drawn, aria_labelledby="findings-title")


def _commands(totals: Sequence[CommandTotal]) -> Iterator[Html]:
    if not totals:
        return
    named, daily = words.several_nodes(totals), words.known_by_day(totals)
    head = element(
        "tr",
        element("th", "Command", scope="col"),
        element("th", "Node", scope="col") if named else "",
        element("th", "Calls", scope="col", class_="number"),
        element("th", "Total", scope="col", class_="number"),
        element("th", "Per call", scope="col", class_="number derived"),
        element("th", "A day", scope="col", class_="number") if daily else "",
        element("th", "Share", scope="col"),
    )
    title = element("h2", "All calls, most main-thread time first", id="commands-title")
    lead = element("p", "The server's own totals (commandstats): calls below the slow log's threshold count too.")
    rows = [_command(total, named, daily) for total in totals]
    table = element("table", element("thead", head), element("tbody", *rows))
    scrolled = element("div", table, class_="scrolled", tabindex="0", role="region", aria_labelledby="commands-title")
    yield element("section", title, lead, scrolled, class_="commands", aria_labelledby="commands-title")


def _command(total: CommandTotal, named: bool, daily: bool) -> Html:
    return element(
        "tr",
        element("th", element("code", total.command), scope="row"),
        element("td", total.node, class_="node") if named else "",
        element("td", f"{total.calls:,}", class_="number"),
        element("td", words.duration(total.total_us), class_="number"),
        element("td", words.duration(total.us_per_call), class_="number derived"),
        element("td", words.day(total.ms_per_day), class_="number") if daily else "",
        element("td", element("span", words.percent(total.share), class_="value"), bar(total.share), class_="share"),
    )


def _notes(said: Sequence[str]) -> Iterator[Html]:
    if said:
        title = element("h2", "Notes", id="notes-title")
        items = [element("li", note) for note in said]
        yield element("section", title, element("ul", *items), class_="notes", aria_labelledby="notes-title")


def _footer(scan: Scan) -> Html:
    sent = words.count(scan.cost.commands, "command")
    us = scan.cost.server_us
    took = "its time on the server is not known" if us is None else f"{words.duration(us)} of main thread"
    said = f"This scan sent {sent}: {took}." if scan.cost.commands else "This scan sent no command to any server."
    times = (
        f"Started {scan.started_at.isoformat(' ', 'seconds')}, finished {scan.finished_at.isoformat(' ', 'seconds')}."
    )
    return element("footer", element("p", said, " ", times), element("p", joined("Seawall ", scan.version)))
