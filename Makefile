# Two commands on a fresh machine with Python and make: `make run` and `make test`. CI calls what stands here, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install run test check lint format types layers openapi fuzz soak docker lock clean

install: $(STAMP)

$(STAMP): pyproject.toml requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(STAMP)

run: install
	$(BIN)/mock-zuora serve $(ARGS)

test: install check
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist loadgroup $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: lint types layers

lint: install
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check .

format: install
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

types: install
	$(BIN)/mypy

layers: install
	$(BIN)/lint-imports --no-cache

openapi: install
	$(BIN)/mock-zuora openapi > openapi/mock_zuora.json.new
	mv openapi/mock_zuora.json.new openapi/mock_zuora.json

fuzz: install
	FUZZ_CALLS=$${FUZZ_CALLS:-100000} $(BIN)/pytest -p no:randomly tests/conformance/test_fuzz.py $(ARGS)

soak: install
	SOAK_SECONDS=$${SOAK_SECONDS:-60} $(BIN)/pytest -p no:randomly tests/conformance/test_load.py $(ARGS)

docker:
	docker/check

lock:
	$(BIN)/pip freeze --exclude-editable > requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* build dist
