# The only things a machine must have: Python 3.11 or newer, and make.

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PACKAGES := bot channels connectors dialogs refund_core storage
CHECKED := $(PACKAGES) $(wildcard tests bench docs)
LOCK := $(BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header
PYTEST := $(BIN)/python -m pytest
CHECK := $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy $(CHECKED) && $(BIN)/lint-imports

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench chaos train docs lock browser

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed-dev ## Make the virtual environment with everything to run, test and measure

run: $(VENV)/.installed ## Start the demo shop: embedded servers, made-up orders, chat and desk
	$(BIN)/refundbot demo

test: setup browser ## Run every check and every test, the checks beside the tests and told after them
	@told=$$(mktemp); trap 'rm -f "$$told"' EXIT; ( $(CHECK) ) >"$$told" 2>&1 & checks=$$!; \
	$(PYTEST) -n 4 --dist loadfile --no-loadscope-reorder; tested=$$?; \
	wait $$checks; checked=$$?; cat "$$told"; \
	test $$checked -eq 0 || echo "The checks failed: see above." >&2; exit $$((tested ? tested : checked))

check: setup ## Lint, format, types and import rules
	$(CHECK)

bench: setup ## Measure the chat side by side with its yardsticks
	$(BIN)/python -m bench

chaos: setup ## Kill servers and gateway at random and verify the books
	$(BIN)/python -m tests.chaos

train: setup ## Train the understanding anew from dialogs/nlu/training, byte for byte the same each time
	$(BIN)/python -m dialogs.nlu.training.train

docs: setup browser ## Rebuild the generated reference pages and the pictures
	$(BIN)/python -m docs.build --pictures

lock: setup ## Resolve the newest allowed versions anew
	$(LOCK) --all-extras --upgrade --output-file requirements-dev.lock
	$(LOCK) --extra embedded --extra telegram --extra wechat --extra checkout \
		--constraint requirements-dev.lock --output-file requirements.lock

browser: setup
	@$(BIN)/python -m tests.browser.install

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found. Install it or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --no-deps --only-binary :all: --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --no-index --editable . --config-settings editable_mode=compat
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) install --require-hashes --no-deps --only-binary :all: --requirement requirements-dev.lock
	@touch $@
