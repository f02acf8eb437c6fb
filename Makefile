# run, test and check are for everybody; catalogues and lock for who changes texts or dependencies; clean takes all away.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready
# One more than there are cores: many tests wait for a browser or for a program that starts.
WORKERS := $(shell expr $$(nproc) + 1)

.PHONY: run test check catalogues lock clean

run: .venv/.run
	@$(BIN)/opstap serve --set-up --demo

# What Python compiled and what pytest rewrote is kept: without it each worker does all of it anew.
test: $(STAMP)
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint --check --lint bot/web/templates staff/templates
	$(BIN)/opstap check
	$(BIN)/python -m pytest tests/guards

catalogues: .venv/.run
	$(BIN)/python -m flows.update_catalogues $(OPSTAP_ORGANISATIONS)

lock: $(STAMP)
	$(BIN)/pip-compile $(COMPILE) --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile $(COMPILE) --extra dev --output-file requirements-dev.lock pyproject.toml

COMPILE := --quiet --build-deps-for editable --generate-hashes --allow-unsafe --strip-extras --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

CAN_START := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

# The environment to run in: only what the program needs, from the lock with hashes.
.venv/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c "$(CAN_START)" || { echo "$(PYTHON): Python 3.11 with venv is needed (Debian: apt-get install python3-venv)"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q bot browser casework flows staff storage
	touch $@

# The environment to develop in: the same, and the tools.
$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c "$(CAN_START)" || { echo "$(PYTHON): Python 3.11 with venv is needed (Debian: apt-get install python3-venv)"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q bot browser casework flows staff storage tests
	touch .venv/.run $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
