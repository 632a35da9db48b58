"""The code of a scan: its call sites, judged. Needs no server; what could not be read is not checked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seawall import rulebook
from seawall.calls.collect import Listed, collect
from seawall.calls.facts.overrides import Overrides
from seawall.calls.facts.sites import Site
from seawall.calls.files import Progress, unseen
from seawall.calls.judging import CodeFacts
from seawall.keyspace import printable
from seawall.model import Finding, NotChecked, Target
from seawall.nodes.wording import count


@dataclass(frozen=True, slots=True)
class CodeRead:
    """What a scan has of code: a target and the sites of each folder, and what was not read."""

    targets: tuple[Target, ...] = ()
    folders: tuple[tuple[Site, ...], ...] = ()
    not_checked: tuple[NotChecked, ...] = ()

    def findings(self, rules: Sequence[str] = (), *, frees_lazily: bool | None = None) -> list[Finding]:
        """What the rules say of the code, each folder by itself. frees_lazily: as in `CodeFacts`."""
        return [one for sites in self.folders for one in judge(sites, rules, frees_lazily=frees_lazily)]


def read_code(
    folders: Sequence[str],
    *,
    cache: Path | None = None,
    progress: Progress = unseen,
    overrides: Overrides | None = None,
) -> CodeRead:
    """Lists the call sites of these folders.

    Paths are relative to the folder; of several folders they begin with its name as it was given. cache: where results
    are kept. progress: is told what is being done. overrides: what a person says of names.

    Raises UsageError where a folder does not exist or the parsers are not installed.
    """
    targets: list[Target] = []
    found: list[tuple[Site, ...]] = []
    missing: list[NotChecked] = []
    for folder in dict.fromkeys(folders):
        listed = collect(Path(folder), clock=time.process_time, cache=cache, progress=progress, overrides=overrides)
        ahead = f"{folder.rstrip('/')}/" if len(set(folders)) > 1 else ""
        found.append(tuple(replace(s, path=f"{ahead}{s.path}") for s in listed.sites) if ahead else listed.sites)
        targets.append(Target(printable(folder), "code", summary=_summary(listed)))
        missing += [replace(one, target=f"{printable(ahead)}{one.target}") for one in listed.not_checked]
    return CodeRead(tuple(targets), tuple(found), tuple(missing))


def judge(sites: Sequence[Site], rules: Sequence[str] = (), *, frees_lazily: bool | None = None) -> list[Finding]:
    """What the rules say of the call sites of one application, by severity, path and place; each id once."""
    found = rulebook.run("calls", CodeFacts(tuple(sites), frees_lazily), rules)
    return sorted(rulebook.numbered(sorted(found, key=_place)), key=lambda f: (-f.severity.rank, *_place(f)))


def _place(finding: Finding) -> tuple[str, int, int, str]:
    fields = finding.where.fields
    return str(fields["path"]), int(fields["line"] or 0), int(fields["column"] or 0), finding.rule


def _summary(listed: Listed) -> str:
    files = {site.path for site in listed.sites}
    sites = f"{count(len(listed.sites), 'call site')} in {count(len(files), 'file')}" if files else "no call site"
    return f"{sites}, {count(listed.files, 'file')} read"
