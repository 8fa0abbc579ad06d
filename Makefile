# Everything a developer or a newcomer types. `make` alone lists it.
#
# A rule does its work once: what was installed is remembered under .venv by a checksum of its lock file, and the
# front end by a digest of its sources.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
# Nothing was compiled when it was installed: unless the first process keeps what it compiles, all others do it again,
# which takes most of the time of those that a test starts.
unexport PYTHONDONTWRITEBYTECODE

# The first of these that is Python 3.11 or newer, unless PYTHON says which to take.
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python,$(shell $(p) -c \
	'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))

VENV := .venv
PY := $(VENV)/bin/python
FRONTEND := $(PY) -m annotate.local.frontend
checksum = $(shell cksum < $(1) | tr ' ' '-')
DEPS := $(VENV)/.deps-$(call checksum,requirements.txt)
DEV_DEPS := $(VENV)/.dev-deps-$(call checksum,requirements-dev.txt)
PRM_DEPS := $(VENV)/.prm-deps-$(call checksum,requirements-prm.txt)
TRL_DEPS := $(VENV)/.trl-deps-$(call checksum,requirements-trl.txt)
# Python compiles a module when it is first imported; compiling all of them takes longer than installing them.
PIP := $(PY) -m pip install --disable-pip-version-check --no-compile
# Where torch is looked for beside PyPI; https://download.pytorch.org/whl/cpu has small ones for machines without a GPU.
TORCH_INDEX ?=

# What targets say that are made at the same time stays together, where this make can see to it.
GROUPED := $(if $(filter output-sync,$(.FEATURES)),-O)

# Checks import the settings, which must not make or find an installation on the way.
DJANGO := DATABASE_URL=postgres:///none REDIS_URL=redis://none SECRET_KEY=none $(PY) -W ignore manage.py

.PHONY: help run stores test check lint types front fmt unit e2e slow parts whole bench frontend openapi clean \
	deps dev-deps prm-deps trl-deps test-deps prm-worker

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: frontend ## start Stepmark: everything it needs, then the URL (PORT=8000, STEPMARK_DATA=var)
	@exec $(PY) -m annotate.local

prm-worker: deps prm-deps ## add a worker with MODEL=folder or owner/name for PROJECT=slug (ARGS: more, see --help)
	@$(if $(DATABASE_URL),SECRET_KEY="$${SECRET_KEY:-a worker signs nothing}") exec \
		$(PY) manage.py prm-worker --model '$(MODEL)' $(foreach p,$(PROJECT),--project '$(p)') $(ARGS)

stores: deps ## only the private Postgres and Redis, until Ctrl-C
	@exec $(PY) -m annotate.local stores

# Processors stay busy: checks run beside each other and beside installing what only tests need, and if one fails, again
# one after the other, so that it is the last thing shown. Then come two runs side by side, each with stores of its own:
# the tests that need a browser or a running installation, which are shown when both are over, and all others.
test: ## install what the tests need, then all checks and all tests
	@$(MAKE) -j 3 -k $(GROUPED) front types lint test-deps || { $(MAKE) check test-deps; exit 1; }
	@mkdir -p var && rm -f var/failed
	@{ $(MAKE) whole || touch var/failed; } > var/slow.log 2>&1 & \
		{ $(MAKE) parts || touch var/failed; } 2>&1 | tee var/unit.log; wait; cat var/slow.log; \
		! grep -hE '^(FAILED|ERROR) ' var/unit.log var/slow.log && test ! -e var/failed

check: lint types front ## format, lint, types and drift, Python and front end; unit tests of the front end

lint: dev-deps ## format, lint and import directions of the Python code
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports

types: dev-deps ## types, missing migrations, drift of openapi.json
	@mkdir -p var
	$(VENV)/bin/mypy
	$(DJANGO) makemigrations --check --dry-run
	$(DJANGO) spectacular --validate --fail-on-warn --format openapi-json --file var/openapi.json
	@cmp var/openapi.json openapi.json || { echo 'openapi.json is out of date: run `make openapi`.'; exit 1; }

front: deps ## build, format, lint, types and unit tests of the front end
	@$(FRONTEND) build
	$(FRONTEND) check
	$(FRONTEND) test

fmt: dev-deps ## format everything and mend what can be mended
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .
	$(FRONTEND) fmt

openapi: dev-deps ## write openapi.json, and the front end's types from it
	$(DJANGO) spectacular --validate --fail-on-warn --format openapi-json --file openapi.json
	$(FRONTEND) types

unit: dev-deps ## the quick tests: no browser, no whole installation
	$(PY) -m pytest -m 'not e2e and not slow'

e2e: dev-deps frontend ## the browser tests
	$(call pytest,-m e2e)

slow: dev-deps frontend ## the tests that start browsers or whole processes
	$(call pytest,-m 'e2e or slow' $(AGAIN))

# The two halves of `make test`, of which each keeps one processor busy for about as long as the other.
parts: dev-deps
	$(PY) -m pytest -m 'not e2e and not installation' --durations 25

whole: dev-deps frontend
	$(call pytest,-m 'e2e or installation' --durations 25 $(AGAIN))

# On a busy machine a browser may stall: a test that fails is tried once more, and named.
AGAIN := --reruns 1 -rR -p no:cacheprovider

bench: dev-deps ## measure against the floor, side by side
	STEPMARK_DATA=$(CURDIR)/var/bench $(PY) -m annotate.local exec -- $(PY) -m tests.bench

frontend: deps ## build the front end if its sources changed
	@$(FRONTEND) build

clean: ## remove what was installed and built; the data stays
	rm -rf $(VENV) frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

deps: $(DEPS)
dev-deps: $(DEPS) $(DEV_DEPS)
prm-deps: $(DEPS) $(PRM_DEPS)
trl-deps: $(DEV_DEPS) $(PRM_DEPS) $(TRL_DEPS)
# One after the other, whatever -j says: two of pip in one place would spoil each other's work.
test-deps: dev-deps
	@$(MAKE) trl-deps
	@$(PY) tests/chromium.py

# The path of a browser, installed first where that is possible.
define pytest
	@chromium=$$($(PY) tests/chromium.py) && export CHROMIUM="$$chromium" && set -x && $(PY) -m pytest $(1)
endef

$(PY):
	@test -n '$(PYTHON)' || { echo 'Stepmark needs Python 3.11 or newer. Install it, or say where it is: make PYTHON=/path/to/python3'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Stepmark needs Python 3.11 or newer; $(PYTHON) is'; $(PYTHON) --version; exit 1; }
	@echo 'Making the virtual environment $(VENV)'
	@$(PYTHON) -m venv --clear $(VENV)

$(DEPS): | $(PY)
	@echo 'Installing the Python packages (once; about a minute)'
	@$(PIP) --require-hashes -r requirements.txt
	@rm -f $(VENV)/.deps-* && touch $@

$(DEV_DEPS): | $(DEPS)
	@echo 'Installing what checks and tests need'
	@$(PIP) --require-hashes -r requirements-dev.txt
	@rm -f $(VENV)/.dev-deps-* && touch $@

$(PRM_DEPS): | $(DEPS)
	@echo 'Installing torch and what else a PRM worker needs'
	@$(PIP) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -r requirements-prm.txt
	@rm -f $(VENV)/.prm-deps-* && touch $@

# Without what they depend on, which is there already.
$(TRL_DEPS): | $(DEV_DEPS) $(PRM_DEPS)
	@echo 'Installing TRL, to which tests give exports'
	@$(PIP) --require-hashes --no-deps -r requirements-trl.txt
	@rm -f $(VENV)/.trl-deps-* && touch $@
