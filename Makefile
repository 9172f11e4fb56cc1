# Muying: `make run` starts everything on this machine, `make test` runs the whole suite.
#
# A fresh machine needs git, make and Python 3.11 or newer; everything else is installed into .venv, locked with hashes.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

# The first Python that is new enough; `make PYTHON=/path/to/python3.12 run` chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$python"; break; }; \
	done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
PIP_INSTALL := $(PIP) --require-hashes -r
# The `muying` command; from this folder, with nothing fetched.
PIP_SELF := $(PIP) --no-build-isolation --editable .
# Processes that share the tests; each takes a core and half a gigabyte.
TESTS_AT_ONCE ?= 2
OPENAPI := server/openapi.json
DATA_MAP := docs/data-map.md

# Each stamp says that the environment holds what its lock file names.
MADE := $(VENV)/.made
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development

$(MADE):
	@if [ -z "$(PYTHON)" ]; then \
		echo "Muying needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3.12 run" >&2; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) can't make environments. On Debian and Ubuntu: sudo apt install python3-venv, then try again." >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUNTIME): requirements.txt $(MADE)
	@echo "Installing what Muying needs …"
	@$(PIP_INSTALL) requirements.txt
	@$(PIP_SELF)
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(MADE)
	@echo "Installing what Muying and its tests need …"
	@$(PIP_INSTALL) requirements-dev.txt
	@$(PIP_SELF)
	@touch $@ $(RUNTIME)

.PHONY: help run tour test lint check bench races faults seed migration openapi data-map lock

help: ## show this page
	@echo "make …"
	@sed -n 's/^\([a-z-]*\):.*## /  \1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '  %-11s %s\n' "$$name" "$$text"; done

run: $(RUNTIME) ## start everything on this machine: PostgreSQL, Redis, WeChat stand-in, worker, API
	@exec $(BIN)/python -m server run

tour: $(RUNTIME) ## walk the main job over HTTP against the running service, as a story
	@exec $(BIN)/python -m server.tour

test: $(DEVELOPMENT) ## the whole suite, on a real PostgreSQL and a real Redis
	@exec $(BIN)/python -m pytest --numprocesses=$(TESTS_AT_ONCE) --max-worker-restart=0 \
		--ignore=tests/races --ignore=tests/faults

lint: $(DEVELOPMENT) ## style, types, import contracts, OpenAPI document up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python -m server openapi | diff -u $(OPENAPI) - \
		|| { echo "The OpenAPI document is not up to date: run make openapi." >&2; exit 1; }

check: lint ## lint, and the rules of the house
	$(BIN)/python -m pytest -q tests/house

bench: $(DEVELOPMENT) ## measure our routes beside bare handlers with the same round trips
	@exec $(BIN)/python -m tests.bench

races: $(DEVELOPMENT) ## twenty rounds of everybody at once: exactly the winners there should be
	@exec $(BIN)/python -m pytest tests/races

faults: $(DEVELOPMENT) ## kill, hang and flush the parts under load: nothing acknowledged is lost
	@exec $(BIN)/python -m pytest tests/faults

seed: $(RUNTIME) ## plant the small named world into the database (make run does it by itself)
	@exec $(BIN)/python -m server seed

migration: $(DEVELOPMENT) ## write a migration for what has changed in the models
	@$(BIN)/python -m server migration
	@$(BIN)/ruff check -q --fix server/migrations
	@$(BIN)/ruff format -q server/migrations

openapi: $(RUNTIME) ## write the OpenAPI document to server/openapi.json
	@$(BIN)/python -m server openapi > $(OPENAPI).new && mv $(OPENAPI).new $(OPENAPI)

data-map: $(RUNTIME) ## write the data map to docs/data-map.md
	@$(BIN)/python -m server data-map > $(DATA_MAP).new && mv $(DATA_MAP).new $(DATA_MAP)

lock: ## lock the dependencies anew, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "Locking needs uv: pip install uv, then try again." >&2; exit 1; }
	uv pip compile pyproject.toml --extra embedded --universal --generate-hashes --no-annotate --no-header -q \
		-o requirements.txt
	uv pip compile pyproject.toml --extra embedded --extra dev --universal --generate-hashes --no-annotate --no-header -q \
		-o requirements-dev.txt
