"""A survey of one text, without files; and all that a proposal of it would show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seawall.config import Estate
from seawall.survey.endpoints import endpoints
from seawall.survey.found import Kind, Surveyed
from seawall.survey.page import page
from seawall.survey.proposals import propose
from seawall.survey.reading import environment, values
from seawall.survey.templates import resources


def survey_of(text: str, kind: Kind = Kind.CONFIG, path: str = "app/settings.yml") -> Surveyed:
    listed, _ = values(text, kind)
    found, passed = endpoints(path, kind, listed)
    return Surveyed(tuple(found), tuple(resources(path, listed)), tuple(passed))


def survey_of_environment(variables: Mapping[str, str]) -> Surveyed:
    found, passed = endpoints("", Kind.ENVIRONMENT, environment(variables))
    return Surveyed(tuple(found), (), tuple(passed))


def found_in(text: str, kind: Kind = Kind.CONFIG, path: str = "app/settings.yml") -> list[tuple[str, str]]:
    """Name and address of each endpoint."""
    return [(e.place.name, e.address) for e in survey_of(text, kind, path).endpoints]


def shown(surveyed: Surveyed, variables: Mapping[str, str] | None = None) -> str:
    """All text that could come out of it."""
    rows = propose(surveyed, Estate(), variables or {})
    parts: Sequence[object] = (*surveyed.passed, *(row.as_json() for row in rows))
    return page(rows) + "\n".join(map(str, parts))
