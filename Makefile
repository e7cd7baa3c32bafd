# Two commands do everything on a fresh machine with Python 3.11: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOMEWORK ?=

.PHONY: demo test lint release verify notebooks clean

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,cluster]'
	touch $@

demo: $(VENV)/installed  ## grade a sample class of 30 and show what comes of it
	$(BIN)/python -m autograder.demo

test: $(VENV)/installed lint  ## everything that must hold
	$(BIN)/autograder release --check
	$(BIN)/pytest --numprocesses 3 --dist loadfile

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/nbstripout --verify --keep-id assignments/*/*.ipynb solutions/*/*.ipynb

release: $(VENV)/installed  ## build the notebooks from solutions/*/*.py
	$(BIN)/autograder release $(HOMEWORK)

verify: $(VENV)/installed  ## prove the homeworks, mutation score included
	$(BIN)/autograder verify $(HOMEWORK) --mutants --recorded

notebooks: $(VENV)/installed  ## fetch the data and run every solution notebook in quick mode
	$(BIN)/python data_scripts/prepare_fashion_mnist.py
	$(BIN)/python data_scripts/prepare_speech.py
	$(BIN)/python data_scripts/prepare_emoji.py
	RUN=quick $(BIN)/python tests/run_notebooks.py

clean:
	rm -rf $(VENV) results demo release build *.egg-info
