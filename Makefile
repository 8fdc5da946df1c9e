# The commands of this project. Each says what it does and ends with one clear line.
# The work itself is in ci/, so that every one of them can be run, read and tested alone.

PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help dev try try-cluster test lint generate golden chart ct bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

try: ## See it work: plugin in a throw-away Helm home, a deployment configured, checked and rendered (no cluster)
	@ci/try

try-cluster: ## The same, then a release on a real API server with fake nodes
	@ci/try cluster

test: ## Make what the tests need, then run all checks and all tests
	@ci/test

dev: ## Make .venv from the hashed lock
	@ci/dev

lint: dev ## Only the checks of the sources: ruff, mypy, import-linter, shellcheck, yamllint, generated files
	@ci/lint

generate: dev ## Write the generated files anew: values.schema.json and the reference pages
	@$(PYTHON) ci/generate
	@echo "generate: done"

golden: dev ## Write the expected files of tests/scenarios anew; read the difference before you commit it
	@AETERNA_WRITE_GOLDEN=1 $(PYTHON) -m pytest -q tests/scenarios tests/terminal/test_golden.py
	@echo "golden: done; see git diff tests/scenarios"

chart: dev ## Only the chart: rendered by Helm 3 and Helm 4, objects checked
	@$(PYTHON) ci/setup render
	@$(PYTHON) -m pytest -q -n auto tests/chart
	@echo "chart: passed"

ct: dev ## Only chart-testing: ct lint-and-install on the test cluster, Helm 3 and Helm 4
	@$(PYTHON) ci/setup render lint cluster registry
	@$(PYTHON) -m pytest -q tests/cluster/test_chart_testing.py
	@echo "ct: passed"

bench: dev ## Measure how long the commands take, beside bare Python and bare Helm
	@$(PYTHON) ci/setup helm4
	@$(PYTHON) -m benchmarks

clean: ## Remove what the commands above made here; downloaded programs stay in the user's cache
	@if [ -d .try/cluster ]; then $$(ci/python) ci/cluster --dir .try/cluster down; fi
	@rm -rf .venv .try dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@echo "clean: done"
