# The two commands that must always work on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

export PATH := $(abspath $(BIN)):$(PATH)

.PHONY: help
help: ## List what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; say which with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: venv
venv: $(VENV)/.ready ## Create the virtual environment with the locked dependencies

.PHONY: demo
demo: $(VENV)/.ready ## Show the main job on the embedded lab: plan, predict, create, find unchanged, repair
	@$(BIN)/python tools/demo.py

.PHONY: test
test: $(VENV)/.ready ## Run all tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

.PHONY: lint
lint: $(VENV)/.ready ## ruff, mypy, ansible-lint, yamllint, and whether generated files are stale
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/ansible-lint --offline --profile production playbooks roles
	$(BIN)/python tools/generate.py --check

.PHONY: bench
bench: $(VENV)/.ready ## Measure, as ratios between things run side by side
	@$(BIN)/python -m bench

.PHONY: generate
generate: $(VENV)/.ready ## Write what follows from the resource tables: schema, documentation, module options
	$(BIN)/python tools/generate.py

.PHONY: lock
lock: $(VENV)/.ready ## Resolve the dependencies anew for every supported Python (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra lab --extra dev \
	  --no-header --output-file requirements.lock pyproject.toml

.PHONY: clean
clean: ## Remove the virtual environment, the lab's state and all caches
	rm -rf $(VENV) .lab .retry reports .pytest_cache .mypy_cache .ruff_cache .hypothesis .ansible build src/*.egg-info
