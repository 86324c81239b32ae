# Every target is one line that calls a tool. `make` alone explains them.
PYTHON ?= python3
BIN := .venv/bin
# A file stays with one worker, so that what its tests share is made once; the plugin puts the longest files first.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
NAME ?= bill-run
LANGUAGES ?= af de

# Where it is set, every process compiles all its modules again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test test-fast check bench duties scenarios docs messages migrations-check soak realbooks fmt lint types arch lock

help: ## Explain the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

install: $(BIN)/.installed ## Make .venv with the billwright command, exactly as requirements.lock says

$(BIN)/.installed: requirements.lock pyproject.toml .ci/install
	@PYTHON="$(PYTHON)" .ci/install

demo: install ## Build the demo group with 14 months of history and open it
	@$(BIN)/billwright demo

test: install ## Run every test on two workers, the 20 slowest named
	@$(PYTEST) -m "not soak" --durations=20

test-fast: install ## Run the tests of the apps and the architecture, without browser
	@$(PYTEST) -m "not soak and not browser" src tests/architecture

check: install lint types arch migrations-check test ## What CI runs

bench: install ## Time one benchmark: make bench NAME=bill-run
	@$(BIN)/python -m tests.performance $(NAME)

duties: install ## Print which duties have a passing test
	@$(BIN)/python -m tests.duties.table

scenarios: install ## Play the dated stories
	@$(PYTEST) tests/scenarios

docs: install ## Write the pages that are made from the code
	@$(BIN)/billwright docs docs

messages: install ## Bring the catalogs of the interface's texts up to date: make messages LANGUAGES="af de"
	@PYTHONPATH=.ci $(BIN)/python .ci/messages.py $(LANGUAGES)

migrations-check: install ## Fail when a model has changed without a migration
	@DJANGO_SETTINGS_MODULE=billwright.project.testing.settings $(BIN)/python -W ignore -m django makemigrations --check --dry-run

soak: install ## Run the full sizes of an issue's figures (long)
	@$(BIN)/python -m pytest -m soak -s

realbooks: install ## Import the real books and tie them out
	@$(BIN)/python -m tests.realbooks

fmt: install ## Put sources into the house's form
	@$(BIN)/ruff check -q --fix . && $(BIN)/ruff format -q .

lint: install ## Look for faults without running anything
	@$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check . && $(BIN)/lint-imports --no-cache >/dev/null && $(BIN)/codespell -q 2 && $(BIN)/python .ci/lint_sql.py

types: install ## Check the types, strictly
	@$(BIN)/mypy

arch: install ## Check tiers, SQL steps, names and sizes
	@$(PYTEST) tests/architecture

lock: ## Resolve requirements.lock anew (needs uv)
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q -o requirements.lock
