# What a person can type. Everything sets up what it needs first; nothing is installed twice.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

FULL ?=
MINUTES ?= 30
SEED ?=
ROUNDS ?= 0
STATES ?= 200000
FILE ?=
OPTIONS ?=

.PHONY: help setup setup-build setup-test package deb release run serve test check faults bench soak simulate gpu-check tiny-canary install uninstall lock clean crash-states

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## install what dictation needs (FULL=1: also Canary without a card; PYTHON=python3.12: with that one)
	@scripts/setup.sh $(if $(FULL),full,run)

setup-build:
	@scripts/setup.sh build

setup-test:
	@scripts/setup.sh test

run: setup ## dictate; without a microphone or a Wayland session: a demonstration on a recording
	@exec scripts/run.sh

serve: setup ## recognise for other machines (OPTIONS="--engine canary ...", docs/serving.md)
	@scripts/setup.sh serve
	@exec scripts/serve.sh $(OPTIONS)

test: setup-test ## set up, then all checks and tests; the last line counts them
	@scripts/test-packages.sh
	@exec node scripts/run-tests.mjs

check: setup-test ## format, lint, types and import rules, in both languages
	@exec node scripts/run-checks.mjs

faults: setup ## the fault matrix against the real daemon (SEED=n ROUNDS=m: random moments)
	@exec node scripts/run-ts.mjs test/faults/main.ts $(if $(SEED),--seed $(SEED)) --rounds $(ROUNDS)

bench: setup ## measure everything, write the report
	@exec node scripts/run-ts.mjs bench/main.ts

crash-states: setup ## every state of the journal that a power cut could leave (STATES=200000)
	@exec node scripts/run-ts.mjs test/journal/crash/main.ts --states $(STATES) $(if $(SEED),--seed $(SEED))

soak: setup ## real daemon, simulated card, faults, for MINUTES=30
	@exec node scripts/run-ts.mjs bench/soak.ts --minutes $(MINUTES)

simulate: setup ## replay FILE against the policy and a modelled card
	@exec node dist/bin/swictation.js simulate $(FILE)

gpu-check: ## measure the real card and dictate on it (UPDATE=1: into docs/memory-budget.md); says "skipped" where there is none
	@exec scripts/gpu-check.sh

tiny-canary: ## train the two small Canaries that tests use, into models/
	@scripts/setup.sh full
	@.venv/bin/python py-worker/tiny_canary
	@exec .venv/bin/python py-worker/tiny_canary --size large

install: setup-build ## install for good: programs, Python environment, commands, user service; upgrades, too
	@exec scripts/install.sh

uninstall: ## take all of it away again; recordings, settings and statistics stay
	@exec scripts/uninstall.sh

package: setup-build ## the file for npm install -g, in build/
	@scripts/pack.sh

deb: setup-build ## the Debian package, in build/
	@scripts/deb.sh

release: setup-build ## tarball and Debian package, tried in fresh homes; prints their sums
	@scripts/release.sh

lock: ## renew the versions and checksums of all Python packages (locks/)
	@exec node scripts/lock.mjs

clean: ## remove what was built and installed here
	rm -rf dist node_modules .venv .venv-serve build coverage test-output
