# `make run` starts the hub, `make test` checks it; both do all set-up on a fresh machine.
PYTHON ?= $(shell for v in 3.11 3.12; do p=$$(command -v python$$v) && $$p -c 'import venv, ensurepip' 2>/dev/null && echo $$p && exit; done; echo python3)
WORKERS ?= 4
BIN := .venv/bin
UV := $(BIN)/uv --quiet pip
SAY := @printf '  %s\n'

.DEFAULT_GOAL := help
.PHONY: help run install test-install check test bench lock format messages readme clean

help:  ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 — /p' Makefile

run: install  ## install what is missing, then start the hub
	@$(BIN)/evermynd up

test: test-install  ## lint, types, import contracts, README tables and all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/pyright
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

bench: .venv/.bench-installed  ## print the figures of tests/benchmarks
	$(BIN)/python -m tests.benchmarks

install: .venv/.installed

test-install: .venv/.test-installed

$(BIN)/uv:
	$(SAY) "preparing the environment with $(PYTHON)"
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 13) else "EverMynd needs Python 3.11 or 3.12; this is %d.%d. Set PYTHON=/path/to/python3.12" % v)'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.8'

.venv/.installed: requirements.lock pyproject.toml | $(BIN)/uv
	$(SAY) "installing packages (about a minute the first time)"
	@VIRTUAL_ENV=.venv $(UV) install --require-hashes --compile-bytecode -r requirements.lock
	@VIRTUAL_ENV=.venv $(UV) install --no-deps -e .
	@touch $@

.venv/.test-installed: tests/requirements.lock .venv/.installed
	$(SAY) "installing what the tests need"
	@VIRTUAL_ENV=.venv $(UV) install --require-hashes --compile-bytecode -r tests/requirements.lock
	@touch $@

.venv/.bench-installed: tests/benchmarks/requirements.lock .venv/.test-installed
	$(SAY) "installing what the benchmarks compare with"
	@$(PYTHON) -m venv --clear .bench-venv
	@VIRTUAL_ENV=.bench-venv $(UV) install --link-mode copy --require-hashes -r tests/benchmarks/requirements.lock
	@touch $@

lock: | $(BIN)/uv  ## pin the dependencies anew
	$(UV) compile --upgrade --no-emit-index-url --no-header --no-annotate --generate-hashes --python-version 3.11 pyproject.toml -o requirements.lock
	$(UV) compile --no-emit-index-url --no-header --no-annotate --generate-hashes --python-version 3.11 -c requirements.lock pyproject.toml --group test -o tests/requirements.lock
	$(UV) compile --no-emit-index-url --no-header --no-annotate --generate-hashes --python-version 3.11 --group bench -o tests/benchmarks/requirements.lock

messages: test-install  ## bring the catalogues of all languages up to the sentences in the code
	@$(BIN)/python -m tests.conversation.catalogues

format: test-install  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

readme: install  ## write the tables of README.md and .env.example anew
	$(BIN)/python -m ui.readme

clean:  ## remove the environment (data stays)
	rm -rf .venv .bench-venv
