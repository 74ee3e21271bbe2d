# Every target does its own set-up. All it needs is make and python3 (3.11 to 3.14) with venv.
#   make demo    a year in the life of a small book of loans, the story of one of them, offers to another, four banks,
#                and two policies tried on borrowers who do not exist
#   make test    everything a change must pass
#   make soak    the long runs of the same laws
# VENV=path uses another environment, PYTHON=path another interpreter to make it with.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PY     := $(BIN)/python
EXAMPLE := examples/changjiang-retail
STORY  ?= L-03
BANKS  ?= pack:cn/everbright pack:cn/changjiang pack:cn/spd-hefei pack:cn/general
BORROWERS ?= 60
# Of which rooms `make mutants` takes so many mutants of each file (0 for all): guards, ledger, engine.
ROOMS  ?= guards ledger engine
SAMPLE ?= 20
RUN    := $(PY) -m overdue_flow
# Three at a time: on two cores one of them waits for a process, a server, a browser. Who is done takes from the others.
PYTEST := $(PY) -m pytest -q -n 3 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo test lint format types layers browser check soak golden docs bench study mutants clean

help:
	@sed -n '2,5s/^# *//p' Makefile
	@echo "also: lint, format, types, layers, golden (rewrite expected texts), docs (rewrite what the pages show), bench, study (of calibration), mutants, clean"

# Set-up: one environment, and a stamp per thing installed into it, renewed when pyproject.toml changes.

define SETUP
import subprocess, sys
if not (3, 11) <= sys.version_info[:2] <= (3, 14):
    sys.exit(f"overdue_flow needs Python 3.11 to 3.14; $(PYTHON) is {sys.version.split()[0]}. Try: make PYTHON=python3.12 ...")
try:
    import ensurepip, venv
except ImportError:
    sys.exit("this Python has no venv module; install it (on Debian and Ubuntu: apt install python3-venv)")
endef
export SETUP

# An environment that was made elsewhere may have no pip.
INSTALL = { $(PY) -m pip --version || $(PY) -m ensurepip; } >/dev/null 2>&1; \
          $(PY) -m pip install -qq --disable-pip-version-check --editable

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found; install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c "$$SETUP"
	@echo "setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-base: pyproject.toml | $(BIN)/python
	@echo "installing overdue_flow into $(VENV) ..."
	@$(INSTALL) .
	@touch $@

$(VENV)/.ready-test: pyproject.toml | $(BIN)/python
	@echo "installing overdue_flow and what its tests need into $(VENV) ..."
	@$(INSTALL) '.[test]'
	@touch $@ $(VENV)/.ready-base

$(VENV)/.ready-dev: pyproject.toml | $(BIN)/python
	@$(INSTALL) '.[dev]'
	@touch $@ $(VENV)/.ready-test $(VENV)/.ready-base

# The pages of reports are looked at in a real browser. Where there is none it is installed, by who may.
BROWSERS := chromium chromium-browser google-chrome-stable google-chrome
browser:
	@[ -n "$$OVERDUE_FLOW_CHROMIUM" ] && exit 0; for name in $(BROWSERS); do command -v $$name >/dev/null && exit 0; done; \
	 [ "$$(id -u)" = 0 ] && may= || may="sudo -n"; echo "installing chromium, to look at pages with ..."; \
	 { $$may apt-get update -qq && $$may env DEBIAN_FRONTEND=noninteractive \
	   apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1 || \
	 { echo "no Chromium: apt install chromium fonts-noto-cjk, or name one in OVERDUE_FLOW_CHROMIUM" >&2; exit 1; }

demo: $(VENV)/.ready-base
	@$(RUN) backtest $(EXAMPLE)/policy.yaml $(EXAMPLE)/book
	@$(RUN) explain $(EXAMPLE)/policy.yaml $(EXAMPLE)/book $(STORY)
	@echo && $(RUN) offers $(EXAMPLE)/policy.yaml $(EXAMPLE)/book L-02 --on 2025-03-14 --income 1500
	@echo && $(RUN) side-by-side $(EXAMPLE)/book $(BANKS)
	@echo && $(RUN) simulate $(EXAMPLE)/policy.yaml $(EXAMPLE)/borrowers.yaml --against $(EXAMPLE)/earlier-talks.yaml \
	  --borrowers $(BORROWERS) --sensitivity 10

test: lint types layers check

lint: $(VENV)/.ready-test
	@echo "== style (ruff)"
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .

format: $(VENV)/.ready-test
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

types: $(VENV)/.ready-test
	@echo "== types (mypy --strict)"
	@$(BIN)/mypy --strict --no-error-summary src tests/conftest.py tests/mutants.py tests/support

layers: $(VENV)/.ready-test
	@echo "== layers (import-linter)"
	@said=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$said"; exit 1; }

check: $(VENV)/.ready-test browser
	@echo "== tests (pytest)"
	@$(PYTEST)

soak: $(VENV)/.ready-test
	@$(PYTEST) --soak -m "law or soak"

golden: $(VENV)/.ready-test
	@$(PYTEST) --update-golden tests/golden
	@echo "expected texts are rewritten; now read the difference, line by line"

docs: $(VENV)/.ready-test
	@$(PY) -m pytest -q --update-golden tests/whole/test_docs.py
	@echo "the outputs and tables in the pages are written anew; now read the difference"

bench: $(VENV)/.ready-test
	@for script in benchmarks/bench_*.py; do echo "== $$script"; $(PY) $$script || exit 1; done

study: $(VENV)/.ready-test
	@$(PY) benchmarks/study_calibration.py --write

mutants: $(VENV)/.ready-dev
	@$(PY) tests/mutants.py --sample $(SAMPLE) $(ROOMS)

clean:
	@rm -rf .venv build dist out mutants .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
