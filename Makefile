# On Debian 12 with git, make and python3-venv: `make demo`, `make test`. Nothing is installed
# outside this folder but by `make test` (Debian packages, where it may).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.base
DEV := $(VENV)/.dev
CATALOGUE := src/zhian/locale/en/LC_MESSAGES/django
FRONT_END := src/zhian/web/static/vendor/SHA256SUMS
INSTALLED_BY := pyproject.toml setup.py scripts/install.sh

# checks load the settings, which keep a signing key: not in the folder of an installation
SCRATCH := ZHIAN_DATA=$(VENV)/scratch

# without its compiled modules every process of Django takes a second longer to start
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test check lint types types-all imports sizes law bench docs audit wheel lock front-end catalogue setup clean
.DEFAULT_GOAL := help

help:
	@echo "make demo   a county with two years of work, at http://localhost:8000  (DEMO='--port 9000')"
	@echo "make test   every test, on SQLite, PostgreSQL and in the browser       (TESTS='-k desk')"
	@echo "make check  style, types, imports, sizes, and the law checked against itself"
	@echo "make bench  every figure of the README, by its script"
	@echo "make docs   rights, procedures and screenshots of docs/"
	@echo "make audit  known vulnerabilities        make wheel  the package to install"
	@echo "make lock   resolve the lock files anew  make clean  remove what was made"

demo: $(BASE) front-end catalogue
	@exec $(BIN)/zhian demo $(DEMO)

test: setup
	@sh scripts/system_packages.sh
	@$(BIN)/python scripts/suite.py $(TESTS)

check: lint types imports sizes law

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(SCRATCH) $(BIN)/mypy

types-all: $(DEV)
	$(SCRATCH) $(BIN)/mypy -p zhian

imports: $(DEV)
	$(BIN)/lint-imports --no-cache

sizes: $(DEV)
	$(BIN)/python scripts/sizes.py

law: setup
	$(BIN)/zhian law check
	$(SCRATCH) $(BIN)/zhian check

bench: setup
	@$(BIN)/python scripts/bench.py

docs: setup
	@sh scripts/system_packages.sh
	@$(BIN)/python scripts/docs.py

audit: $(DEV)
	@$(BIN)/python scripts/audit.py

wheel: setup
	@rm -rf build dist
	@$(BIN)/uv build --quiet --wheel --out-dir dist
	@$(BIN)/python scripts/wheel.py dist

lock: $(DEV)
	$(BIN)/uv pip compile $(RESOLVE) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(RESOLVE) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
RESOLVE := --universal --generate-hashes --no-emit-index-url --no-header --quiet --python-version 3.11

setup: $(DEV) front-end catalogue
front-end: $(FRONT_END)
catalogue: $(CATALOGUE).mo

clean:
	rm -rf $(VENV) build dist src/*.egg-info src/zhian/web/static/vendor src/zhian/desk/fonts
	find src -name '*.mo' -delete

# --- made once, and again when what they are made from changes

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(BASE): requirements.lock $(INSTALLED_BY) | $(BIN)/python
	sh scripts/install.sh requirements.lock
	@touch $@

$(DEV): requirements-dev.lock $(INSTALLED_BY) | $(BIN)/python
	sh scripts/install.sh requirements-dev.lock
	@touch $(BASE) $@

$(FRONT_END): package-lock.json scripts/front_end.py | $(BASE)
	$(BIN)/python scripts/front_end.py

$(CATALOGUE).mo: $(wildcard $(CATALOGUE).po) scripts/catalogue.py | $(BASE)
	@$(BIN)/python scripts/catalogue.py
