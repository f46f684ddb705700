# make setup | demo | test | recipe | lint: each does the set-up that it needs and is quick when nothing changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
RECIPE := .venv-recipe
SAMPLE := samples/nato-2023-09-07

.PHONY: setup recipe demo test lint clean

setup: $(READY)

$(READY): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "subtitler needs Python 3.10 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# What trains the packages (torch and the like): the program needs none of it, its tests do.
recipe: $(RECIPE)/.ready

$(RECIPE)/.ready: models/recipe/requirements.txt
	test -x $(RECIPE)/bin/python || $(PYTHON) -m venv $(RECIPE)
	$(RECIPE)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

demo: setup
	@# Exit code 1 says: done, with findings for a person to look at.
	$(BIN)/subtitler generate $(SAMPLE).mp4 $(SAMPLE).txt --to sq --to sr -o samples/out || [ $$? -eq 1 ]

test: setup recipe
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) $(RECIPE) build dist *.egg-info samples/out
