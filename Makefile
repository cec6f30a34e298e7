# `make run` starts a server, and `make test` runs the checks and the tests. Both need only Python and make.
# CI runs these targets through .ci/run. What is installed is locked, and its hashes are checked.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
STAMP := $(VENV)/.installed
RUN_STAMP := $(VENV)/.installed-to-run

.PHONY: install run test test-extra test-all check lint format types layers openapi fuzz soak kills pages docs \
	browser clients openapi-tools docker dist-check lock sbom clean bench bench-short bench-growth

install: $(STAMP)

$(STAMP): pyproject.toml requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $(STAMP) $(RUN_STAMP)

# What `make run` needs: a fraction of what development needs.
$(RUN_STAMP): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --editable .
	touch $(RUN_STAMP)

run: $(RUN_STAMP)
	$(BIN)/mock-zuora serve $(ARGS)

# Needs only Python.
test: install check
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist loadgroup $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# Needs more than Python. If the tool of a check is missing, the check is skipped and prints one line.
test-extra: browser clients openapi-tools docker

test-all: test test-extra

check: lint types layers

lint: install
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check .
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/zizmor --offline --quiet .github

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
	FUZZ_CALLS=$${FUZZ_CALLS:-100000} $(BIN)/pytest -p no:randomly -n auto --dist each -rP --show-capture stdout \
		tests/conformance/test_fuzz.py $(ARGS)

soak: install
	SOAK_SECONDS=$${SOAK_SECONDS:-600} $(BIN)/pytest -p no:randomly -rP tests/conformance/test_soak.py \
		tests/conformance/test_load.py $(ARGS)

# Kills a server again and again, and checks that it loses nothing.
kills: install
	KILLS=$${KILLS:-100} $(BIN)/pytest -p no:randomly -s tests/conformance/test_kills.py $(ARGS)

pages: install
	$(BIN)/python -m scripts.docs $(ARGS)

docs: install
	$(BIN)/zensical build --strict --clean

# Tests the inspector in Debian's chromium, or in google-chrome. SCREENSHOTS=docs/images renews the pictures of the docs.
browser: install
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then \
		$(BIN)/pytest -m browser -n auto --dist loadscope tests/browser $(ARGS); \
	else \
		echo "The tests in a browser are skipped: neither chromium nor google-chrome is installed."; \
	fi

# Tests HTTPS with curl, Node and Java, and runs the examples in Node, Java and Go. The tests of a tool that is missing are
# skipped, each with one line.
clients: install
	$(BIN)/pytest -m clients -n auto tests/clients $(ARGS)

# Reads the OpenAPI documents with linters and generators of clients, and runs the Postman collection.
OPENAPI_TOOLS := .openapi-tools
OPENAPI_STAMP := $(OPENAPI_TOOLS)/.installed

openapi-tools: install
	@if ! command -v npm >/dev/null; then \
		echo "The tests with tools for OpenAPI are skipped: npm is not installed."; \
	else \
		$(MAKE) --no-print-directory -o install $(OPENAPI_STAMP) && \
		$(BIN)/pytest -m openapi_tools -n auto tests/openapi_tools $(ARGS); \
	fi

$(OPENAPI_STAMP): tests/openapi_tools/package-lock.json tests/openapi_tools/requirements.txt
	mkdir -p $(OPENAPI_TOOLS)
	cp tests/openapi_tools/package.json tests/openapi_tools/package-lock.json $(OPENAPI_TOOLS)
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix $(OPENAPI_TOOLS)
	$(PIP) install --no-deps --upgrade --target $(OPENAPI_TOOLS)/python --requirement tests/openapi_tools/requirements.txt
	touch $(OPENAPI_STAMP)

# Builds the image and tests it.
docker:
	docker/check

# Builds the source distribution and the wheel, and tests both outside the repository.
dist-check: install
	$(BIN)/python scripts/check_distribution.py $(ARGS)

# Writes both locks for all platforms and all supported versions of Python. Versions stay as they are where pyproject.toml
# allows. ARGS=--upgrade updates all of them, ARGS="--upgrade-package NAME" one package.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --annotation-style line \
	--custom-compile-command "make lock" pyproject.toml

lock: install
	$(LOCK) $(ARGS) --group dev --output-file requirements-dev.lock
	$(LOCK) --extra tls --constraint requirements-dev.lock --output-file requirements.lock

# Writes what the locked runtime consists of as a CycloneDX document. The warning that is ignored says that the document does
# not list which package needs which.
SBOM := build/mock-zuora.cdx.json

sbom: install
	mkdir -p $(dir $(SBOM))
	$(BIN)/python -W ignore::UserWarning -m cyclonedx_py requirements --pyproject pyproject.toml \
		--mc-type application --output-reproducible --output-file $(SBOM) requirements.lock

clean:
	rm -rf $(VENV) $(BENCH) $(OPENAPI_TOOLS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* build dist site

# The benchmarks need wrk. Prism is measured too if npm is installed.
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
	if command -v npm >/dev/null; then \
		npm install --silent --no-audit --no-fund --prefix $(BENCH) @stoplight/prism-cli@5 \
		|| echo "Prism cannot be installed; its row is skipped."; \
	fi
	touch $(BENCH_STAMP)
