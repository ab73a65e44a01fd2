# `make run` and `make test` do everything from a machine with Python 3.11 and make. Repeated calls redo only what changed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
FRONTEND := $(wildcard webui/frontend/src/*) webui/frontend/package-lock.json webui/frontend/build.mjs
MADE := $(VENV)/made

.PHONY: help setup run test exhaustive fuzz conformance clients spark bench lint wheel lock clean

help:
	@echo "make run     set up, record the first case if there is no record yet, serve it on 127.0.0.1"
	@echo "make test    set up, lint, check types, run every test"
	@echo "make setup   set up for development only"
	@echo "make exhaustive   what takes minutes: hundreds of kills"
	@echo "make fuzz    fuzz the parsers and the guard of queries; SECONDS=600 each unless said otherwise"
	@echo "make spark   set up Spark (800 MB), with which the analyses are tried beyond one machine"
	@echo "make conformance   run the W3C's tests, write docs/conformance.md and .ttl (EARL)"
	@echo "make bench   measure (results under build/bench/)"
	@echo "make wheel   build dist/*.whl"
	@echo "make lock    choose versions anew for requirements*.lock"
	@echo "make clean   remove what was built; the record and $(VENV) stay"

setup: $(MADE)/dev $(MADE)/package $(MADE)/frontend $(MADE)/browser

run: $(MADE)/runtime $(MADE)/package $(MADE)/frontend
	@$(BIN)/averment run

test: lint
	$(BIN)/python -m pytest -n $(WORKERS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

exhaustive: setup clients spark
	$(BIN)/python -m pytest -n $(WORKERS) -m exhaustive

# Faults and what was found on the way are kept in build/fuzz.
SECONDS ?= 600
fuzz: setup
	@for each in case mapping values; do \
		$(BIN)/python tests/fuzz/parsers.py $$each --seconds $(SECONDS) || exit 1; done
	$(BIN)/python -m tests.store.test_guard_fuzz --seconds $(SECONDS)

conformance: setup
	$(BIN)/python tests/conformance.py

# Clients in JavaScript that researchers use, to ask the endpoint with.
clients:
	@test -d tests/clients/node_modules || npm ci --silent --prefix tests/clients

# Nobody needs it but who goes beyond one machine, and the tests that do.
spark: $(MADE)/spark

bench: setup
	@mkdir -p build/bench
	@for each in tests/bench/bench_*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

wheel: setup
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf build dist webui/static/vendor webui/frontend/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -f $(MADE)/frontend
	find kg webui tests -name __pycache__ -prune -exec rm -rf {} +

# Written without the address they were read from, so that they hold wherever pip is pointed.
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-annotate --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options
lock: $(MADE)/dev
	$(COMPILE) --extra build --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"], sep="\n")' \
		| $(COMPILE) --constraint requirements-dev.lock --output-file requirements-spark.lock -
	$(BIN)/python -c 'import hatch_build; print(hatch_build.NODE_PACKAGE)' \
		| $(COMPILE) --output-file requirements-node.lock -

$(MADE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || .ci/apt python3-venv
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@mkdir -p $(MADE) && touch $@

$(MADE)/runtime: $(MADE)/venv requirements.lock
	@echo "Installing what the program needs…"
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(MADE)/dev: $(MADE)/runtime requirements-dev.lock
	@echo "Installing what development needs…"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

$(MADE)/spark: $(MADE)/runtime requirements-spark.lock
	@command -v java >/dev/null || .ci/apt default-jre-headless
	@echo "Installing Spark…"
	@$(PIP) --require-hashes -r requirements-spark.lock
	@touch $@

$(MADE)/package: $(MADE)/runtime pyproject.toml hatch_build.py kg/__init__.py
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# A machine without Node gets the one that a Python package carries.
$(MADE)/frontend: $(MADE)/runtime requirements-node.lock hatch_build.py $(FRONTEND)
	@echo "Building the browser code…"
	@$(BIN)/python -c 'import sys, hatch_build; sys.exit(not hatch_build.machine_has_node())' \
		|| $(PIP) --require-hashes -r requirements-node.lock
	@$(BIN)/python hatch_build.py
	@touch $@

# The browser that tests look through, and what drives it. Fonts: names are also in Arabic.
$(MADE)/browser: $(MADE)/dev
	@$(BIN)/playwright --version >/dev/null 2>&1 || .ci/apt libatomic1
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| .ci/apt chromium fonts-dejavu-core
	@mkdir -p $(MADE) && touch $@
