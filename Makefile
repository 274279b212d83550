# What people do here. Every target does its own set-up and is safe to repeat.
#
# Settings are passed through, from the environment or the command line: make run PORT=9000

PYTHON ?= python3
STAGE ?= dev
ARGS ?=

BIN := .venv/bin
CHECKOV_BIN := .venv-checkov/bin
PYTHON_READY := .venv/.ready-$(notdir $(PYTHON))
NODE_READY := node_modules/.ready
CHECKOV_READY := .venv-checkov/.ready-$(notdir $(PYTHON))
READY := $(PYTHON_READY) $(NODE_READY)

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help setup run test check package lint-package demo bench faults staff verify seed documents clean

help: ## List the targets
	@echo "make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Settings: PORT, HOST, DATA_DIR, PAIRLY_ENGINE, PACKAGE, STAGE, SEEDS, USERS, PYTHON;"
	@echo "ARGS is for the program itself."

setup: $(READY) ## Install what the other targets need (they do so by themselves)
	@echo "Everything is installed"

run: $(READY) ## Run all of Pairly on this machine, until Ctrl-C
	@echo "Starting Pairly"
	@exec $(BIN)/python -m infra.local.run $(ARGS)

test: $(READY) ## Run the tests; ARGS="tests/wallet -k gift" narrows them
	@echo "Running the tests"
	@$(BIN)/python -m pytest -n auto $(ARGS)

check: $(READY) ## Check format, lint, types and the direction of imports
	@echo "Checking the format"
	@$(BIN)/ruff format --check --quiet . || { echo "To format: $(BIN)/ruff format ."; exit 1; }
	@echo "Checking for lint"
	@$(BIN)/ruff check --quiet .
	@echo "Checking types"
	@$(BIN)/mypy
	@echo "Checking the direction of imports"
	@$(BIN)/lint-imports

package: $(PYTHON_READY) ## Build what is deployed, into build/: make package STAGE=prod
	@echo "Packaging for $(STAGE)"
	@$(BIN)/python -m infra.package $(STAGE) $(ARGS)

# checkov takes 40 letters and slashes for a secret of AWS: it gets its files by short names.

lint-package: $(CHECKOV_READY) ## Look for weak settings in what was built: make lint-package STAGE=prod
	@test -f build/$(STAGE)/parent.json || $(MAKE) package
	@echo "Looking for weak settings in build/$(STAGE)"
	@cd build/$(STAGE) && CKV_SKIP_PACKAGE_UPDATE_CHECK=true CKV_PARSE_ERROR_FAIL=true \
		$(CURDIR)/$(CHECKOV_BIN)/checkov --config-file $(CURDIR)/infra/checkov.yaml \
		--file parent.json artifacts/stacks/*.json $(ARGS)

demo: $(READY) ## Play a story of members who meet, talk and pay
	@echo "Playing the demo"
	@$(BIN)/python -m infra.demo $(ARGS)

bench: $(READY) ## Measure capacity and time against their budgets
	@echo "Measuring"
	@$(BIN)/python -m infra.bench $(ARGS)

faults: $(READY) ## Simulate faults and look for lost or doubled money; SEEDS=50 for so many histories
	@echo "Simulating faults"
	@$(BIN)/python -m infra.faults $(ARGS)

staff: $(READY) ## Give a member a role: make staff EMAIL=alice@example.com ROLE=support
	@test -n "$$EMAIL" && test -n "$$ROLE" || \
		{ echo "Say whom and what: make staff EMAIL=alice@example.com ROLE=support" >&2; exit 2; }
	@$(BIN)/python -m infra.staff "$$EMAIL" "$$ROLE"

verify: $(READY) ## Prove every wallet of the running stack; USER_ID=usr_… for one
	@$(BIN)/python -m infra.ledger verify $(USER_ID)

seed: $(READY) ## Fill the running stack with members: make seed USERS=100000; ARGS=--dense for one cell
	@$(BIN)/python -m infra.seeding $(USERS) $(ARGS)

documents: $(READY) ## Write the parts of docs/ that are made from the code
	@$(BIN)/python -m infra.documents

clean: ## Remove caches and what was built; virtual environments, node_modules and .data stay
	@echo "Removing caches and build/"
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf .chalice/deployments
	@find . \( -name '.venv*' -o -name node_modules -o -name .git \) -prune -o \
		-name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is older than the requirements whenever these change, and has PYTHON's name.

$(PYTHON_READY): requirements.txt requirements-photos.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || \
		{ echo "Pairly needs Python 3.11, 3.12 or 3.13, and there is no $(PYTHON) here." \
		"Install one, or name it: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Pairly needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is" \
		"$$($(PYTHON) -V 2>&1). Install one, or name it: make run PYTHON=python3.12" >&2; exit 1; }
	@test "$$($(BIN)/python -V 2>/dev/null)" = "$$($(PYTHON) -V)" && \
		$(BIN)/python -m pip --version >/dev/null 2>&1 || \
		{ echo "Making .venv with $$($(PYTHON) -V)"; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing requirements-dev.txt into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(CHECKOV_READY): requirements-checkov.txt | $(PYTHON_READY)
	@echo "Installing requirements-checkov.txt into .venv-checkov"
	@$(PYTHON) -m venv --clear .venv-checkov
	@$(CHECKOV_BIN)/python -m pip install --quiet --disable-pip-version-check \
		-r requirements-checkov.txt
	@touch $@

$(NODE_READY): package.json package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || \
		{ echo "Pairly's local database comes from npm: install Node.js 20 or later, with npm." >&2; \
		exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
		{ echo "Pairly needs Node.js 20 or later, and node is $$(node --version)." >&2; exit 1; }
	@echo "Installing package-lock.json into node_modules"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@
