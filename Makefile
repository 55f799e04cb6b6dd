# Fanfare's commands. Each sets up all it needs by itself (tools/prepare.py) and does nothing twice.
# Needs: Python ≥ 3.11, Node ≥ 20.19 with npm, make. `make help` lists the targets. What only the system can give
# (redis-server where no wheel has it; Chromium and a CJK font for tests) is installed with apt-get where that is
# allowed without a password, and announced; NO_APT=1 forbids it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?=
N ?= 200
PLAYS ?= 18000000
PEOPLE ?= 1000000
PORT ?=
FILE ?=
ARGS ?=
JOBS ?= 3

PY := .venv/bin/python
prepare = @python=$$(sh tools/find-python $(PYTHON)) && "$$python" tools/prepare.py
JS_TESTS = $(shell find tests/js -name '*.test.js' 2>/dev/null | sort)
ifneq ($(strip $(PORT)),)
export PORT
endif

.PHONY: help run test check backup crowd rehearse bench bench-wire bench-night bench-board bench-tap bench-award bench-road capacity setup format locks messages pictures sheet clean

help: ## This list
	@echo "Fanfare: participation campaigns, self-hosted"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start everything here and print the links (HOST, PORT, PUBLIC_URL)
	$(prepare) run
	@exec $(PY) cli.py up

test: ## All tests: JavaScript, then Python on real PostgreSQL, Redis and Chromium (ARGS="-k rush" narrows pytest, JOBS=3: processes, 0 is one)
	$(prepare) test
	@if [ -n "$(JS_TESTS)" ]; then node --test --test-reporter=dot $(JS_TESTS); else echo "no JavaScript tests"; fi
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

backup: ## Write everything into one file while the house runs (FILE=…); cli.py restore FILE reads it back
	$(prepare) run
	@$(PY) cli.py backup $(FILE)

check: ## Format, lint, types, import contracts, lock files; changes nothing
	$(prepare) tools
	@$(PY) tools/check.py

crowd: ## Drive a whole rush with N clients against the running server (N=200, PORT=…, ARGS=…)
	$(prepare) crowd
	@exec $(PY) -m bench.crowd --fans $(N) $(if $(strip $(PORT)),--port $(PORT)) $(ARGS)

rehearse: ## Rehearse a rush with N simulated fans on the running server (N=200, PORT=…, ARGS="--rush 1")
	$(prepare) crowd
	@exec $(PY) -m bench.rehearse --fans $(N) $(if $(strip $(PORT)),--port $(PORT)) $(ARGS)

bench: bench-wire bench-night bench-board bench-tap ## The four benches of the wire, one after the other (an hour on two cores); rows go to .bench/rows

bench-wire: ## A delivery and an answer: ours, stock Flask-SocketIO, Node's socket.io, a bare send (ARGS="--sockets 500 --rounds 1")
	$(prepare) crowd
	@$(PY) -m bench.wire $(ARGS)

bench-night: ## 10,000 fans, 2.8 million joins and answers, checked one by one (ARGS="--fans 1000 --halls 2 --rounds 5")
	$(prepare) crowd
	@$(PY) -m bench.night $(ARGS)

bench-board: ## A million people: settle a round, the reveal's packet, an exact rank (ARGS="--people 10000")
	$(prepare) crowd
	@$(PY) -m bench.board $(ARGS)

bench-tap: ## From the touch on a slow phone far away to "recorded", while 3,000 others answer a second (ARGS="--fans 500 --laps 5")
	$(prepare) test
	@$(PY) -m bench.tap $(ARGS)

capacity: ## Write docs/capacity.md anew from the newest rows of the benches
	$(prepare) crowd
	@$(PY) -m bench.capacity

bench-award: ## Settle N plays by P people with stores of its own (PLAYS=18000000 PEOPLE=1000000)
	$(prepare) crowd
	@exec $(PY) -m bench.award --plays $(PLAYS) --people $(PEOPLE) $(ARGS)

bench-road: ## Thousands of fans play a quiz over a million plays of the past, with stores of its own (ARGS="--fans 500")
	$(prepare) crowd
	@exec $(PY) -m bench.road $(ARGS)

setup: ## Only set up what run, test and check need
	$(prepare) test

format: ## Put Python files into the one format and fix what can be fixed
	$(prepare) tools
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

messages: ## Collect the texts of pages into the translation catalogs
	$(prepare) tools
	@sh tools/messages

pictures: ## Photograph the three faces of the running program into docs/pictures (three minutes)
	$(prepare) test
	@$(PY) -m tools.pictures

sheet: ## Photograph every scene of phone and screen in both languages onto one sheet to look at (SHEET=var/contact-sheet, STATES=beside for one show)
	$(prepare) test
	@$(PY) -m pytest -q tests/browser/contact_sheet.py $(if $(STATES),-k "$(STATES)")

locks: ## Resolve requirements/*.in and package.json into the lock files anew
	$(prepare) tools
	@sh tools/locks

clean: ## Remove what was set up (.venv, node_modules, bundles); never var/, where the data is
	rm -rf .venv node_modules static/dist static/.dist-new .mypy_cache .ruff_cache .pytest_cache .hypothesis
