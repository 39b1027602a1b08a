#!/bin/sh
# The main job on embedded sandbox trackers, told in the terminal as it happens.
set -eu
. "$(dirname "$0")/setup.sh"
sync_environment --no-dev --inexact
exec .venv/bin/followthrough demo "$@"
