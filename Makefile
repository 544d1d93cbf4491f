# Needs make, git and Python 3.11 or newer; everything else is installed into .venv, exactly as requirements/ names it.

PYTHON ?= python3
PORT ?= 8000
RESET ?=
UPGRADE ?=

BIN = .venv/bin
WIDGET_LIMIT = 15360

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-long check bench lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Variables: PYTHON=python3.12 (which Python makes .venv), PORT=8000 and RESET=1 (demo), UPGRADE=1 (lock)"

venv: .venv/.dev ## Make .venv with everything needed to develop

demo: .venv/.run ## Run the product with a simulated shop (PORT=8000, RESET=1 starts over)
	@exec $(BIN)/firasa demo --port $(PORT) $(if $(RESET),--reset)

test: .venv/.dev ## Run the tests (up to 8 minutes)
	$(BIN)/python -m pytest -n auto --maxprocesses 2 --dist worksteal -m "not long"

test-long: .venv/.dev ## Run the long tests (up to 30 minutes more)
	$(BIN)/python -m pytest -m long

check: .venv/.dev ## Check format, lint, types, layers, spelling, widget size and locks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	@size=$$($(BIN)/python -m service.web.widget | gzip -9 -c | wc -c); echo "widget: $$size of $(WIDGET_LIMIT) bytes (gzip)"; \
	  test $$size -le $(WIDGET_LIMIT) || { echo "the chat is too large: see service/static/widget/src" >&2; exit 1; }
	@! grep -nE '://|^ *-(i|f)\b|--(index|extra-index|find)' requirements/*.txt \
	  || { echo "a lock must not name an index: use make lock" >&2; exit 1; }

bench: .venv/.dev ## Measure speed, each number beside its baseline
	@set -e; for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script; done

COMPILE = $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -q $(if $(UPGRADE),--upgrade)

lock: .venv/.dev ## Write the locks anew from pyproject.toml (UPGRADE=1 takes the newest versions)
	$(COMPILE) pyproject.toml --group build -o requirements/run.txt
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt
	echo uv | $(COMPILE) --python-version 3.11 --no-annotate - -o requirements/uv.txt

clean: ## Remove the environment and caches; data stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find service tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: made anew when a lock, or what the project itself declares, has changed.

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	  echo "Firasa needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1 | tail -n 1)." \
	       "Name another: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: .venv/.made requirements/run.txt requirements/uv.txt pyproject.toml
	@requirements/install.sh run
	@touch $@

.venv/.dev: .venv/.made requirements/dev.txt requirements/uv.txt pyproject.toml
	@requirements/install.sh dev
	@touch $@ .venv/.run
