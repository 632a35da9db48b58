"""Bars of the HTML page: inline SVG that stretches with the page, the numbers beside them as text.

A bar is decoration to a screen reader: the value stands next to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from seawall.report import words
from seawall.report.charts import Chart, Scale
from seawall.report.culprits import Culprit, told_apart
from seawall.report.markup import Html, element, joined

_LEAST = 0.004  # of the full width: a hair, so that something above nothing is seen


def bar(fraction: float, kind: str = "") -> Html:
    """A bar of a fraction of 0 to 1. kind: an extra class that colours it."""
    length = min(max(fraction, _LEAST if fraction > 0 else 0.0), 1.0) * 100
    rect = element("rect", width=f"{length:.2f}", height="10")
    return element(
        "svg", rect, class_=f"bar {kind}".strip(), viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true"
    )


def ranking(found: Sequence[Culprit], anchors: Sequence[str]) -> Html:
    """The culprits by main-thread time, most first, each a link to its card. anchors: the id of each one's card."""
    daily = words.by_day(found)
    field = "ms_per_day" if daily else "total_us"
    rows = [
        (culprit.number(field), culprit, apart, anchor)
        for culprit, apart, anchor in zip(found, told_apart(found), anchors, strict=True)
    ]
    rows.sort(key=lambda row: -1.0 if row[0] is None else row[0], reverse=True)
    scale = Scale(max((value for value, *_ in rows if value is not None), default=0.0), floor=None)
    items = [
        element(
            "li",
            element("span", element("a", _name(culprit), href=f"#{anchor}"), _aside(apart), class_="name"),
            element("span", bar(scale.fraction(value or 0.0)), class_="track"),
            element("span", words.main_thread(culprit, daily), class_="value"),
        )
        for value, culprit, apart, anchor in rows
    ]
    span = "a day" if daily else "in the time the log covers"
    title = element("h2", f"Main thread {span}, by culprit", id="ranking-title")
    return element("section", title, element("ol", *items, class_="ranking"), aria_labelledby="ranking-title")


def _aside(said: str) -> Html:
    return element("span", f" {said}", class_="quiet") if said else Html("")


def _name(culprit: Culprit) -> Html:
    return joined(element("code", culprit.command, class_="command"), " ", key_code(culprit.key_pattern))


def key_code(key_pattern: str) -> Html:
    """A key pattern as code, or that there is no key."""
    return element("code", key_pattern) if key_pattern else element("span", words.NO_KEY, class_="quiet")


def chart_figure(chart: Chart) -> Html:
    """A before-and-after chart as a figure."""
    scale = Scale.of(chart.values)
    rows: list[Html] = []
    for label, before, after in chart.rows:
        rows.append(element("dt", label))
        rows.append(_measure("before", before, chart.unit, scale))
        rows.append(_measure("after", after, chart.unit, scale, words.change(before, after)))
    caption = joined(chart.title, _aside(f"({scale.note})" if scale.note else ""))
    return element("figure", element("figcaption", caption), element("dl", *rows, class_="measures"))


def _measure(when: str, value: float, unit: str, scale: Scale, change: str = "") -> Html:
    said = f"{words.figure(value)} {unit}"
    return element(
        "dd",
        element("span", when, class_="when"),
        element("span", bar(scale.fraction(value), when), class_="track"),
        element("span", said, _aside(change), class_="value"),
    )
