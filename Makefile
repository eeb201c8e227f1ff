# The two commands that must always work on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# EXTRAS=kerberos adds what must be compiled for it, and so is not there unless asked for; see docs/connection.md.
EXTRAS ?=
READY  := $(VENV)/.ready $(EXTRAS:%=$(VENV)/.ready-%)

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

$(VENV)/.ready-%: requirements-%.lock $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.PHONY: venv
venv: $(READY) ## Create the virtual environment with the locked dependencies

.PHONY: demo
demo: $(READY) ## Show the main job on the embedded lab: plan, predict, create, find unchanged, repair
	@$(BIN)/python tools/demo.py

.PHONY: test
test: $(READY) ## Run all tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

.PHONY: lint
lint: $(READY) ## ruff, mypy, ansible-lint, yamllint, and whether generated files are stale
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/ansible-lint --offline --profile production playbooks roles
	$(BIN)/python tools/generate.py --check

.PHONY: bench
bench: $(READY) ## Measure, as ratios between things run side by side
	@$(BIN)/python -m bench

.PHONY: generate
generate: $(READY) ## Write what follows from the resource tables: schema, documentation, module options
	$(BIN)/python tools/generate.py

.PHONY: lock
lock: $(READY) ## Resolve the dependencies anew for every supported Python (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra lab --extra dev \
	  --no-header --output-file requirements.lock pyproject.toml
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["kerberos"], sep="\n")' \
	  | uv pip compile --universal --python-version 3.11 --generate-hashes --constraint requirements.lock \
	  --no-header --output-file requirements-kerberos.lock -

.PHONY: clean
clean: ## Remove the virtual environment, the lab's state and all caches
	rm -rf $(VENV) .lab .retry reports .pytest_cache .mypy_cache .ruff_cache .hypothesis .ansible build src/*.egg-info
