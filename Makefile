# `make run` starts Taliq, `make help` lists the rest. Needs Python 3.11 or newer and make, nothing else.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
# Where to look for a Python that is new enough; PYTHON=… comes first.
PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python

# What is installed at a newsroom.
PROGRAM := dashboard moderation db streamlit_app.py

UV := $(shell command -v uv)
LOCK = $(or $(UV),$(BIN)/uv) pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet

# Given as `make run PORT=9000` or by the environment; the settings' own defaults hold otherwise.
export HOST PORT

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint types security advisories lock bench screenshots clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(VENV)/installed ## install Taliq into .venv, from packages locked by hash

run: setup ## start Taliq, with the demo newsroom if there is no data yet (PORT=, HOST=)
	@exec $(BIN)/taliq serve --demo

test: $(VENV)/installed-dev ## run the tests (ARGS= goes to pytest)
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint types security ## run the linter, the formatter's check, the type checker and the security linter

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

security: $(VENV)/installed-dev
# Its report goes to the standard output; beside it, it warns of each exception that one string of several did not need.
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(PROGRAM) 2>/dev/null

advisories: $(VENV)/installed-dev ## ask a feed whether a locked package is known to be vulnerable (ARGS= goes to pip-audit)
	@$(BIN)/python .ci/advisories.py $(ARGS)

bench: $(VENV)/installed-dev ## measure; docs/benchmarks.md says what and how (ARGS= chooses)
	@$(BIN)/python -m benchmarks $(ARGS)

FOLDER ?= screenshots

screenshots: $(VENV)/installed-dev ## take pictures of every page by Chromium (FOLDER=)
	@$(BIN)/python -m tests.browser.screenshots $(FOLDER)

lock: $(if $(UV),,$(BIN)/uv) ## resolve the dependencies again and lock them by hash (ARGS=--upgrade renews)
	$(LOCK) pyproject.toml --extra build --output-file requirements.txt $(ARGS)
	$(LOCK) pyproject.toml --extra dev --output-file requirements-dev.txt $(ARGS)
	echo uv | $(LOCK) - --output-file requirements-uv.txt $(ARGS)

clean: ## remove caches and builds; the data in var/ and the environment in .venv stay
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -path ./$(VENV) -prune -o -type d -name __pycache__ -exec rm -rf {} +

$(VENV)/installed: requirements.txt pyproject.toml | $(BIN)/python
	@$(call install,requirements.txt)
	@touch $@

# All of requirements.txt is in it, at the same versions.
$(VENV)/installed-dev: requirements-dev.txt requirements.txt pyproject.toml | $(BIN)/python
	@$(call install,requirements-dev.txt)
	@touch $(VENV)/installed $@

$(BIN)/uv: | $(BIN)/python
	@$(GET_UV)

$(BIN)/python:
	@$(call new_venv,$(VENV))

# uv takes six seconds for what takes pip a minute. Where it cannot be had, or finds no packages because only pip was told
# where to look, pip does it. They are compiled by all processors at once; their tests, and tools that start once, are
# left. Meanwhile the judge becomes machine code, which else every process would make that starts before the first is done.
GET_UV := $(PIP) --no-compile --only-binary :all: --require-hashes -r requirements-uv.txt
define install
echo "Installing Taliq into $(VENV); the first time this takes a minute or two." && \
uv="$(UV)" && { [ -n "$$uv" ] || { $(GET_UV) 2>/dev/null && uv=$(BIN)/uv; } || true; } && \
{ { [ -n "$$uv" ] && "$$uv" pip install --quiet --python $(BIN)/python --require-hashes -r $(1) 2>/dev/null; } || \
$(PIP) --no-compile --require-hashes -r $(1); } && \
$(PIP) --no-compile --no-deps --no-build-isolation -e . && \
{ $(BIN)/python -c 'from moderation.classifier import Classifier; Classifier.load().warm()' 2>/dev/null & \
$(BIN)/python -m compileall -q -j 0 -x '/(tests?|lexers|mypyc?|pip|setuptools)/' $(VENV)/lib >/dev/null; wait; }
endef

define new_venv
for python in $(PYTHONS); do \
  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
    "$$python" -m venv $(1) && exit 0; \
    rm -rf $(1); \
    echo "$$python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
    exit 1; \
  fi; \
done; \
echo "Taliq needs Python 3.11 or newer, and none was found. Install it (Debian 12, Ubuntu 24.04: apt-get install" >&2; \
echo "python3-venv; macOS: brew install python@3.13), or name it: make PYTHON=/path/to/python3.13 $(MAKECMDGOALS)" >&2; \
exit 1
endef
