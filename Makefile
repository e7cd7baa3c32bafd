# Two commands do everything on a fresh machine with Python 3.11 to 3.13: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOMEWORK ?=
PYTEST := $(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo test proofs lint pythons matrix release verify notebooks site clean

help:  ## list what make does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,cluster,docs]'
	touch $@

demo: $(VENV)/installed  ## grade a sample class of 30 and show what comes of it
	$(BIN)/autograder demo

test: $(VENV)/installed lint  ## what must hold after every change
	$(BIN)/autograder release --check
	$(PYTEST) -m "not proof"

proofs: $(VENV)/installed  ## what takes longer: all suites, attacks, faults, cluster, notebooks on a stand-in GPU
	$(PYTEST) -m proof

lint: $(VENV)/installed  ## style, format, types, and notebooks without outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --verify --keep-id assignments/*/*.ipynb solutions/*/*.ipynb

pythons: $(VENV)/installed  ## a subset of the tests on the other Pythons that are here
	$(BIN)/nox --session quick

matrix: $(VENV)/installed  ## the tests on each Python, and with the lowest and newest libraries that are allowed
	$(BIN)/nox

release: $(VENV)/installed  ## build the notebooks from solutions/*/*.py
	$(BIN)/autograder release $(HOMEWORK)

verify: $(VENV)/installed  ## prove the homeworks, mutation score included
	$(BIN)/autograder verify $(HOMEWORK) --mutants --recorded

notebooks: $(VENV)/installed  ## fetch the data and run every solution notebook in quick mode
	$(BIN)/python data_scripts/prepare_fashion_mnist.py
	$(BIN)/python data_scripts/prepare_speech.py
	$(BIN)/python data_scripts/prepare_emoji.py
	RUN=quick $(BIN)/python tests/run_notebooks.py

site: $(VENV)/installed  ## build the papers and the homeworks as a site; open build/site/index.html
	rm -rf build/site
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --fresh-env \
		--conf-dir docs --doctree-dir build/doctrees . build/site

clean:  ## remove what make and the commands have made
	rm -rf $(VENV) .nox results demo release build *.egg-info
