#!/bin/sh
# Known vulnerabilities, format, lint, types, all tests: what CI runs.
set -eu
. "$(dirname "$0")/setup.sh"
sync_environment
ensure_browser
audit_dependencies
.venv/bin/ruff format --check .
.venv/bin/ruff check .
.venv/bin/mypy
# One process more than there are cores, four at most: much of the time is waiting. Each file stays in one process.
processes=$(.venv/bin/python -c 'import os; print(min((os.cpu_count() or 1) + 1, 4))')
exec .venv/bin/python -m pytest -q -n "$processes" --dist loadfile --no-loadscope-reorder \
    --cov --cov-report=term-missing:skip-covered "$@"
