# What a person needs: `make report` and `make test`. Each builds .venv from requirements.lock by itself.

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& { echo $$name; break; }; done)
READY := .venv/ready
IN_VENV := .venv/bin

.PHONY: report test lab lint lock clean

report: $(READY)
	@$(IN_VENV)/careworth demo

test: $(READY)
	@$(IN_VENV)/python -m pytest

lab: $(READY)
	@$(IN_VENV)/careworth lab

lint: $(READY)
	@$(IN_VENV)/ruff check lib tests notebooks && $(IN_VENV)/ruff format --check lib tests

# The stamp is written last: an environment that was cut short is built again.
$(READY): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		found=$$(python3 --version 2>/dev/null || echo "no Python"); \
		echo "careworth needs Python 3.11, 3.12 or 3.13; found $$found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 2; fi
	@echo "building .venv from requirements.lock (once; about a minute) ..."
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { echo "$(PYTHON) cannot make environments; install its venv module (Debian: python3-venv)" >&2; exit 2; }
	@$(IN_VENV)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(IN_VENV)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Resolves anew for Python 3.11 to 3.13 on Linux, macOS and Windows; names no index.
lock:
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --upgrade --quiet --output-file requirements.lock

clean:
	@rm -rf .venv reports/* data/demo/lake data/demo/sources
