# opsroom: everything that is done with this checkout. `make help` lists it.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTHON := $(shell for one in python3.11 python3.12 python3.13 python3.14 python3; do \
	command -v $$one >/dev/null 2>&1 && $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$one && break; done)
ROOM ?= examples/baghdad-2015
DATA ?= var/baghdad-2015

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench docs soak lock clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP) ## create .venv with .venv/bin/opsroom, from the hash-locked requirements

$(STAMP): requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "opsroom needs Python 3.11 or later; none was found on the PATH"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## load the first worked example, print who sees what, and serve it on 127.0.0.1:8420
	@$(BIN)/opsroom --data $(DATA) load $(ROOM) --serve

test: setup ## run all tests
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: setup ## format, lint, types, layers, and the house's own rules
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q tests/house

bench: setup ## measure, and print ratios against peers of the same run
	@PYTHONPATH=. $(BIN)/python benchmarks/run.py

docs: setup ## check the documents: links resolve, commands exist, references are complete
	@$(BIN)/python -m pytest -q tests/docs

soak: setup ## the random tests, for much longer
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -q tests/properties tests/upkeep tests/storage

lock: ## write the hash-locked requirements again (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt

clean: ## remove what the targets made
	@rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
