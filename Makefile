.PHONY: run test check bench screenshots lock

run: ## Amparo at http://127.0.0.1:8000 (PORT changes it)
	@scripts/setup.sh run
	@DEBUG=1 exec .venv/bin/python manage.py serve --prepare-demo

test: ## the whole suite: SQLite, PostgreSQL, a real worker, a real browser
	@scripts/test.sh

check: ## linters, types, import contracts, templates, translations, migrations
	@scripts/check.sh

bench: ## the benchmark table, each figure as a ratio to a baseline of the same run
	@scripts/setup.sh test
	@.venv/bin/python -m benchmarks

screenshots: ## the pictures of the README, from the running product
	@scripts/setup.sh test
	@PYTHONPATH=. .venv/bin/python scripts/screenshots.py

lock: ## both lock files, from pyproject.toml
	@scripts/lock.sh
