# `make report` and `make test` need nothing but Python 3.11 to 3.13, make and git: .venv is built from requirements.lock.
# To build it with a Python of your choice: make clean report PYTHON=/path/to/python3.12

PYTHON ?= python3.13 python3.12 python3.11 python3 python
UV ?= uv

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.PHONY: report test lab lint lock clean

report: .venv/ready
	@$(BIN)/careworth demo

test: .venv/ready
	@$(BIN)/python -m pytest

lab: .venv/ready
	@$(BIN)/careworth lab

lint: .venv/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb

# Resolves every pin anew, for Python 3.11 to 3.13 on Linux, macOS and Windows. uv is needed here only, so it has no pin.
lock:
	$(if $(shell command -v $(UV) 2>/dev/null),,$(error make lock needs uv: install it with pipx install uv, or name it with UV=/path/to/uv))
	@UV_NO_CONFIG=1 $(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade --quiet \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --output-file requirements.lock

# Reports stay: they may be yours.
clean:
	@rm -rf .venv dist .pytest_cache .ruff_cache data/demo/lake data/demo/sources
	@find lib tests -type d -name __pycache__ -prune -exec rm -rf {} +

# --- the environment: each stamp is written last, so that one that was cut short is built again ---

.venv/ready: .venv/locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/locked: requirements.lock
	$(if $(usable),,$(error $(refusal)))
	@echo "Building .venv from requirements.lock: once, for a minute or two ..."
	@rm -rf .venv
	@$(usable) -m venv .venv
	@$(PIP) install --require-hashes --requirement requirements.lock
	@pwd -P > $@

# An environment knows its own path and its Python; after a move or without that Python it cannot start.
ifneq ($(shell test -x $(BIN)/python && cat .venv/locked 2>/dev/null),$(CURDIR))
.PHONY: .venv/locked
endif

IS_SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
MAKES_VENVS := import venv, ensurepip
SAY_VERSION := import platform; print(platform.python_version())

# Those of the Pythons $(1) for which the code in variable $(2) succeeds.
passing = $(strip $(foreach name,$(1),$(shell $(name) -c '$($(2))' >/dev/null 2>&1 && echo $(name))))
supported = $(call passing,$(PYTHON),IS_SUPPORTED)
usable = $(firstword $(call passing,$(supported),MAKES_VENVS))

found = $(foreach name,$(PYTHON),$(patsubst %,$(name) (%),$(shell $(name) -c '$(SAY_VERSION)' 2>/dev/null)))
too_old = careworth needs Python 3.11, 3.12 or 3.13 but found $(or $(strip $(found)),none): \
	install one, or name yours with PYTHON=/path/to/python3.12
no_venv = careworth needs the modules venv and ensurepip, which $(firstword $(supported)) lacks: \
	install them (Debian and Ubuntu: apt install python3-venv), or name another Python with PYTHON=/path/to/python3.12
refusal = $(if $(supported),$(no_venv),$(too_old))
