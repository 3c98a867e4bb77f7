.PHONY: help setup run test faults clean
.DEFAULT_GOAL := help

help:  ## show this list
	@sed -n 's/^\([a-z-]*\): .*## /\1\t/p' Makefile | expand -t 12

setup:  ## make .venv and install what the app needs
	@scripts/setup.sh requirements.txt

run: setup  ## start everything: web, workers, reconciler, embedded Redis (PORT=8001 for another port)
	@exec .venv/bin/python -m igny8_web

test:  ## install what tests need and run every gate
	@scripts/setup.sh requirements-dev.txt
	@scripts/chromium.sh
	@scripts/faketime.sh
	@scripts/gates.sh

faults:  ## run the slow tests, which kill real processes (TIMES=10 to repeat them)
	@scripts/setup.sh requirements-dev.txt
	@scripts/chromium.sh
	@scripts/faketime.sh
	@scripts/faults.sh

clean:  ## remove what can be made again; the data in instance/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
