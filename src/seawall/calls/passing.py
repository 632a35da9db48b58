"""Which folders and files are passed over, by their names alone. What is passed over is counted, and said.

    tests       spec/, test/, tests/, __tests__/, *_spec.rb, test_*.py, *.test.ts ...   unless `tests` is asked for
    installed   node_modules/, site-packages/, vendor/bundle/, a folder with a pyvenv.cfg
    built       JavaScript that is made from JavaScript: *.min.js, and what lies in dist/, build/, out/, public/ ...
    hidden      folders whose name begins with a dot
    excluded    what the caller names

Only folders below the one that is listed count: a list of `spec/` itself is a list of its files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from seawall.calls.languages import JAVASCRIPT, MODULES, TYPESCRIPT

TESTS, INSTALLED, BUILT, HIDDEN, EXCLUDED = "tests", "installed packages", "built JavaScript", "hidden", "excluded"
TEST_FOLDERS = frozenset(("spec", "specs", "test", "tests", "__tests__", "__mocks__", "cypress", "e2e"))
TEST_FILE = re.compile(r"test_.*\.(py|rb)|.*_(test|spec)\.(py|rb)|(tests|conftest)\.py|.*[.-](test|spec)\.[cm]?[jt]sx?")
PACKAGES = frozenset(("node_modules", "bower_components", "site-packages", "dist-packages"))
BUNDLES = frozenset(("bundle", "cache", "ruby"))  # in vendor/: gems as Bundler puts them; vendor/gems may be one's own
BUILDS = frozenset(("build", "coverage", "dist", "out", "public", "vendor"))
BUILT_FILE = re.compile(r".*[.-]min\.[cm]?js|.*[.-]bundle\.[cm]?js")
SCRIPTS = frozenset((JAVASCRIPT, TYPESCRIPT))
VIRTUAL = "pyvenv.cfg"  # the mark of a virtual environment, whatever its folder is called


@dataclass(frozen=True, slots=True)
class Look:
    """What to look at. tests: read tests too. languages: of these only. exclude: patterns of paths, as `db/*.rb`."""

    tests: bool = False
    languages: frozenset[str] = frozenset(MODULES)
    exclude: tuple[str, ...] = ()

    def folder(self, path: str) -> str | None:
        """Why a folder is passed over, None where it is not. path: relative to the folder that is listed, with `/`."""
        above, _, name = path.rpartition("/")
        if name.startswith("."):
            return HIDDEN
        if name in PACKAGES or (name in BUNDLES and above.rpartition("/")[2] == "vendor"):
            return INSTALLED
        if name in TEST_FOLDERS and not self.tests:
            return TESTS
        return EXCLUDED if self._excluded(path) else None

    def file(self, path: str, language: str) -> str | None:
        """Why a file is passed over, None where it is not; its folders are not passed over."""
        *folders, name = path.split("/")
        if language in SCRIPTS and (BUILT_FILE.fullmatch(name) or not BUILDS.isdisjoint(folders)):
            return BUILT
        if TEST_FILE.fullmatch(name) and not self.tests:
            return TESTS
        return EXCLUDED if self._excluded(path) else None

    def _excluded(self, path: str) -> bool:
        return any(fnmatchcase(path, pattern.rstrip("/")) for pattern in self.exclude)
