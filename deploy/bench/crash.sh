#!/bin/sh
# Kill the service 200 times under load and look what is left of its work; `--rounds 20` for fewer, `--tracker jira`, `--database postgresql`.
set -eu
. "$(dirname "$0")/../setup.sh"
sync_environment
PYTHONPATH=$root exec .venv/bin/python -m deploy.bench.crash "$@"
