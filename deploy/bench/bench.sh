#!/bin/sh
# Measure on this machine: `sh deploy/bench/bench.sh accept`, or another of the names below.
set -eu
. "$(dirname "$0")/../setup.sh"
case ${1:-} in
accept | through | quiet | start | mutate | stale_report | replicas | backlog | backfill | simulate | memory) ;;
*) fail "usage: sh deploy/bench/bench.sh accept|through|quiet|start|mutate|stale_report|replicas|backlog|backfill|simulate|memory [options]; see deploy/README.md" ;;
esac
sync_environment
name=$1
shift
PYTHONPATH=$root exec .venv/bin/python -m "deploy.bench.$name" "$@"
