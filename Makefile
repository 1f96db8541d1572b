# opsroom: everything that is done with this checkout. `make help` lists it.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TOOLS := $(VENV)/.tools
FUZZER := $(VENV)/.fuzzer
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
LOCKED := install --no-deps --require-hashes --only-binary=:all: --requirement
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

# Candidates; the first that fits makes the environment.
PYTHON ?= python3.11 python3.12 python3.13 python3
FITS := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

ROOM ?= examples/csirt-community examples/baghdad-2015
DATA ?= var/examples
UPGRADE ?=
REQUESTS ?= 100000
RUNS ?= 200000

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench docs reference soak soak-confidentiality fuzz lock clean

help: ## list these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

setup: $(INSTALLED) ## create .venv with .venv/bin/opsroom, from the hash-locked requirements

$(INSTALLED): requirements/run.txt pyproject.toml
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
	  for one in $(PYTHON); do \
	    if $$one -c '$(FITS)' >/dev/null 2>&1; then exec $$one -m venv --clear $(VENV); fi; \
	  done; \
	  echo "opsroom needs Python 3.11 or later with venv and ensurepip (on Debian: apt install python3-venv);" \
	    "none of these is one: $(PYTHON)" >&2; \
	  exit 1; }
	@echo "installing into $(VENV), once"
	@$(PIP) $(LOCKED) requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TOOLS): requirements/dev.txt $(INSTALLED)
	@echo "installing the tools of the tests and checks into $(VENV), once"
	@$(PIP) $(LOCKED) requirements/dev.txt
	@touch $@

run: $(INSTALLED) ## load the worked examples, print who sees what, and serve them on 127.0.0.1:8420
	@$(BIN)/opsroom --data $(DATA) load $(ROOM) --serve

test: $(TOOLS) ## run all tests
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: $(TOOLS) ## format, lint, types, layers, and the house's own rules
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q tests/house

bench: $(TOOLS) ## measure, and print ratios against peers of the same run
	@PYTHONPATH=. $(BIN)/python benchmarks/run.py

docs: $(TOOLS) ## check the documents: links resolve, commands exist and run, references are complete
	@$(BIN)/python -m pytest -q tests/docs

reference: $(TOOLS) ## write again what of the documents is made of the code and the tests
	@for page in api commands settings; do \
	  $(BIN)/opsroom reference $$page > docs/reference/$$page.md.new && mv docs/reference/$$page.md.new docs/reference/$$page.md; \
	done
	@$(BIN)/python -m tests.confidentiality.channels

soak: $(TOOLS) ## the random tests, for much longer
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -q tests/properties tests/upkeep

soak-confidentiality: $(TOOLS) ## two worlds at once, for much longer, with the share of steps that were permitted
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -q -s tests/confidentiality/test_random_worlds.py

$(FUZZER): requirements/fuzz.txt $(TOOLS)
	@echo "installing the fuzzer of the parsers into $(VENV), once"
	@$(PIP) $(LOCKED) requirements/fuzz.txt && touch $@ || echo "going on without it" >&2

fuzz: $(FUZZER) ## REQUESTS right and wrong to both doors, then RUNS of each parser guided by coverage
	@OPSROOM_TEST_FUZZ_REQUESTS=$(REQUESTS) $(BIN)/python -m pytest -q -s tests/fuzz
	@$(BIN)/python -m tests.fuzz.guided $(RUNS)

lock: ## write the hash-locked requirements again (needs uv); UPGRADE=--upgrade takes newer versions
	@$(COMPILE) $(UPGRADE) --extra misp --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt
	@$(COMPILE) -c requirements/dev.txt --extra misp pyproject.toml requirements/build.in -o requirements/run.txt
	@$(COMPILE) -c requirements/dev.txt --extra fuzz pyproject.toml -o requirements/fuzz.txt

clean: ## remove what the targets made, the example's data included
	@rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
