# Every target makes its own environment: a fresh machine needs only Python 3.11 or newer and make.

PYTHON ?= python3
BIN := .venv/bin
SPREAD := -n 2 --dist worksteal
BROWSER_LOG := var/browser-tests.log
check test bench chaos openapi: export BRANDKILN_INSECURE_KEY = 1
# Some machines forbid byte code; a studio is eight processes, and each would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-postgres test-sqlite check fix fuzz bench chaos css openapi docs

help:  ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## Make .venv with everything for development; instant when nothing changed
	@$(PYTHON) scripts/setup_environment.py develop

demo: .studio  ## Start the studio with demo data; data lives in ./var or $BRANDKILN_HOME
	@$(BIN)/python -m brandkiln.embedded.studio --demo

run: .studio  ## Start the studio without demo data
	@$(BIN)/python -m brandkiln.embedded.studio

.PHONY: .studio
.studio:
	@$(PYTHON) scripts/setup_environment.py studio

test: test-postgres test-sqlite  ## Run all tests on PostgreSQL and Valkey, then the data layer on SQLite

test-postgres: setup  ## Run all tests on a real PostgreSQL and a real Valkey
	$(BIN)/python scripts/find_browser.py
	@mkdir -p var; DATABASE_URL=sqlite:/// $(BIN)/pytest tests/e2e >$(BROWSER_LOG) 2>&1 & browser=$$!; \
	echo "$(BIN)/pytest tests/e2e  (beside the others; its output comes at their end)"; \
	$(BIN)/pytest $(SPREAD) --ignore tests/e2e; rest=$$?; \
	wait $$browser; browser=$$?; cat $(BROWSER_LOG); exit $$((rest | browser))

test-sqlite: setup  ## Run the tests of the data layer on SQLite
	DATABASE_URL=sqlite:/// $(BIN)/pytest $(SPREAD) --only-database -m "not e2e and not slow" $(addprefix tests/brandkiln/,artifacts core datasets jobs library projects workspaces) tests/workers

fuzz: setup  ## Try the API's schema case by case, beside what the tests try
	FUZZ=thorough $(BIN)/pytest $(SPREAD) tests/brandkiln/test_api_fuzz.py

check: setup  ## Check format, lint, types, layer contracts, migrations, the API document and the docs
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy platform generators workers scripts manage.py
	$(BIN)/lint-imports --no-logo
	DATABASE_URL=sqlite:/// $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python scripts/write_openapi.py --check
	$(BIN)/python scripts/check_docs.py
	$(BIN)/pytest -q tests/architecture

fix: setup  ## Format, and repair what lint can repair
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup  ## Run one benchmark: make bench NAME=jobs
	@$(BIN)/python -m bench.$(or $(NAME),$(error NAME is empty; use one of $(patsubst bench/%.py,%,$(wildcard bench/[a-z]*.py))))

chaos: setup  ## Kill everything at random while jobs run: make chaos JOBS=500 SEED=1 DB=postgres OF=jobs|bulk
	@JOBS=$(JOBS) SEED=$(SEED) DB=$(DB) OF=$(OF) $(BIN)/python -m bench.chaos

css: setup  ## Build the studio's style sheet from platform/brandkiln/dashboard/static_src
	$(BIN)/tailwindcss --minify -i platform/brandkiln/dashboard/static_src/studio.css -o platform/brandkiln/dashboard/static/brandkiln/studio.css

openapi: setup  ## Write the API's document to docs/openapi.json
	@$(BIN)/python scripts/write_openapi.py

docs: setup  ## Check that every link in the documentation leads somewhere, and list the pages
	@$(BIN)/python scripts/check_docs.py --list
