# Two commands on a fresh machine with Python and make: `make run` and `make test`. CI calls what stands here, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install run test check lint format types layers openapi fuzz soak pages docs docker lock clean bench bench-short bench-growth

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

pages: install
	$(BIN)/python -m scripts.docs $(ARGS)

docs: install
	$(BIN)/zensical build --strict --clean

docker:
	docker/check

lock:
	$(BIN)/pip freeze --exclude-editable > requirements-dev.lock

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* build dist site

# The bench: benchmarks/README.md says what it measures. It needs wrk, and takes Prism along where npm is there.
BENCH := .bench
BENCH_STAMP := $(BENCH)/.installed

bench: install $(BENCH_STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

bench-short: install
	$(BIN)/python -m benchmarks --short $(ARGS)

bench-growth: install
	$(BIN)/python -m benchmarks.growth $(ARGS)

$(BENCH_STAMP): pyproject.toml
	$(PYTHON) -m venv $(BENCH)/venv
	$(BENCH)/venv/bin/pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BENCH)/venv/bin/pip install --quiet --disable-pip-version-check --group bench
	if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix $(BENCH) @stoplight/prism-cli@5 || echo "Prism could not be installed; its row is left out"; fi
	touch $(BENCH_STAMP)
