# Every target calls one script; `python3 -m scripts.<name> --help` tells what it does.
PYTHON ?= python3
SCRIPT = $(PYTHON) -B -m scripts
VENV = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup check audit test bench demo build package format proto lock clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is needed: Debian packages (as root), Python and frontend dependencies
	@$(SCRIPT).setup

check: setup ## Every quick gate with timings: format, lint, types, layers, generated code, unit tests
	@$(SCRIPT).check

audit: setup ## Known vulnerabilities (pip-audit, npm audit); says so where they cannot be asked
	@$(SCRIPT).audit

test: ## Set up, build, and run every test
	@$(SCRIPT).test

bench: build ## Measure against the budgets; writes a table and JSON
	@$(VENV) -B -m benchmarks.run

demo: build ## Play an incident from alert to resolution, with real Prometheus and Alertmanager
	@$(VENV) -B -m scripts.demo

build: setup ## Build what is stale in dist/
	@$(SCRIPT).build

package: setup ## Build, and put dist/ into a zip with its checksum
	@$(SCRIPT).package

format: setup ## Rewrite the source as the formatters want it
	@$(VENV) -m ruff format . && $(VENV) -m ruff check --fix --quiet .
	@if [ -e package.json ]; then npm run --silent format:write; fi

proto: setup ## Generate code from proto/
	@$(VENV) scripts/gen_proto.py

lock: ## Pin the Python dependencies of pyproject.toml anew (needs uv)
	@$(SCRIPT).lock

clean: ## Remove what builds and tools made; environments stay
	@rm -rf dist build artifacts .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
