#!/bin/sh
# Format, lint, types, all tests: what CI runs.
set -eu
. "$(dirname "$0")/setup.sh"
sync_environment
ensure_browser
.venv/bin/ruff format --check .
.venv/bin/ruff check .
.venv/bin/mypy
exec .venv/bin/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile --cov --cov-report=term-missing:skip-covered "$@"
