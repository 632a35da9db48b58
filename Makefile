# Each verb does its own set-up. On a fresh machine `make demo` and `make test` are all that is needed.
.PHONY: help demo test check bench prove truth docs clean
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
PY = .venv/bin/python

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

demo: ## the whole story on a private server, in about a minute
	@if command -v redis-server >/dev/null; then scripts/setup core; else scripts/setup lab; fi
	@.venv/bin/seawall demo

test: servers ## every test, in its reduced form
	@$(PY) -m pytest -q

prove: servers ## every test in its full form; then old and new forms measured into docs/design/slow-log.md
	@$(PY) -m pytest -q -m "prove or not prove"
	@$(PY) scripts/prove_table.py

check: setup ## lint, types, architecture, docs
	@scripts/check

bench: servers ## one script per performance figure
	@failed=; for script in bench/*.py; do echo "--- $$script"; $(PY) "$$script" || failed="$$failed $$script"; done; \
	[ -z "$$failed" ] || { echo "make bench: over a bound:$$failed" >&2; exit 1; }

truth: setup ## of others' code: the templates of SRC=FOLDER; with TRUTH=FILE.jsonl its call sites, scored
	@if [ -n "$(TRUTH)" ]; then $(PY) scripts/truth_calls.py "$(SRC)" "$(TRUTH)"; else $(PY) scripts/truth.py "$(SRC)"; fi

docs: setup ## writes docs/reference from the code
	@$(PY) scripts/reference.py

clean: ## removes what the verbs made, .venv included
	rm -rf .venv build dist .hypothesis .pytest_cache .ruff_cache .import_linter_cache
	find src tests scripts bench -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: setup servers
setup:
	@scripts/setup dev

# What is missing is installed, or the one line to run is printed and its tests skip, loudly. In CI nothing may skip.
servers: setup
	@scripts/debian redis-server ruby-sidekiq || [ -z "$$CI" ]
