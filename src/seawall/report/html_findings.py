"""A finding as a card of the HTML page: what it is about, why it hurts, what to do, and the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model import Finding, Fix
from seawall.report import words
from seawall.report.culprits import subject, word
from seawall.report.evidence import evidence_rows, example
from seawall.report.html_bars import key_code
from seawall.report.markup import Html, element, joined


def card(finding: Finding, anchor: str) -> Html:
    """The card of a finding, with the id `anchor`."""
    title = f"{anchor}-title"
    badge = element("span", finding.severity.value, class_=f"badge {finding.severity.value}")
    head = element(
        "header",
        element("p", badge, " ", element("span", f"{finding.rule} {finding.name}", class_="rule")),
        element("h3", finding.title, id=title),
        element("p", _where(finding), class_="where"),
    )
    said = element("div", element("p", finding.why), *_fix(finding.fix), *_trace(finding), class_="said")
    columns = element("div", said, _evidence(finding), class_="columns")
    return element("article", head, columns, id=anchor, class_="card", aria_labelledby=title)


def _where(finding: Finding) -> Html:
    node = word(finding.where, "node")
    place = joined(" on ", element("span", node, class_="node")) if node else ""
    if finding.where.kind != "slowlog":
        return joined(element("code", subject(finding.where)), place)
    command = element("code", word(finding.where, "command"), class_="command")
    return joined(command, " ", key_code(word(finding.where, "key_pattern")), place)


def _fix(fix: Fix | None) -> Iterator[Html]:
    if not fix:
        return
    yield element("h4", "What to do")
    yield element("p", fix.summary)
    if fix.instead:
        lines = [joined(line, Html("\n")) for line in fix.instead]
        yield element("pre", element("code", *lines))
    effects = [("Longest stall", fix.stall), ("Total work", fix.work), ("Sending parts", fix.sending)]
    rows = [element("div", element("dt", label), element("dd", said)) for label, said in effects if said]
    if rows:
        yield element("dl", *rows, class_="effects")


def _trace(finding: Finding) -> Iterator[Html]:
    callers = [element("li", element("code", w)) for c in finding.callers if (w := words.caller_words(c))]
    triggers = [_trigger(w, words.way_words(t)) for t in finding.triggers if (w := words.trigger_words(t))]
    for title, said in (("Sent by", callers), ("Triggered by", triggers)):
        if said:
            yield element("h4", title)
            yield element("ul", *said, class_="places")
    if finding.owner:
        yield element("p", "Owner: ", element("strong", finding.owner.name), class_="owner")


def _trigger(said: str, way: str) -> Html:
    hops = [element("li", element("code", hop)) for hop in way.split(" -> ")] if way else []
    return element("li", element("code", said), *([element("ol", *hops)] if hops else []))


def _evidence(finding: Finding) -> Html:
    rows = [
        element("tr", element("th", label, scope="row"), element("td", value))
        for label, value in evidence_rows(finding)
    ]
    if shape := example(finding):
        rows.append(element("tr", element("th", "Example", scope="row"), element("td", element("code", shape))))
    explain = element("code", f"seawall explain {finding.rule}")
    foot = element("p", explain, element("span", f"finding {finding.id}"), class_="quiet foot")
    caption = element("caption", "Evidence")
    table = element("table", caption, element("tbody", *rows), class_="evidence") if rows else ""
    return element("div", table, foot, class_="proof")
