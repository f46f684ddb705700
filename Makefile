# make setup | demo | test | lint: each does the set-up that it needs and is quick when nothing changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SAMPLE := samples/nato-2023-09-07

.PHONY: setup demo test lint clean

setup: $(READY)

$(READY): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "subtitler needs Python 3.10 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: setup
	@# Exit code 1 says: done, with findings for a person to look at.
	$(BIN)/subtitler generate $(SAMPLE).mp4 $(SAMPLE).txt --to sq --to sr -o samples/out || [ $$? -eq 1 ]

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) build dist *.egg-info samples/out
