#!/bin/sh
# The server for other machines: scripts/serve.sh [OPTION...]; docs/serving.md lists them. Set up by `make serve`.
set -eu
cd "$(dirname "$0")/.."
export PYTHONPATH=py-worker
[ -x .venv-serve/bin/python ] || { echo 'serve: the server is not installed here: make serve' >&2; exit 1; }
exec .venv-serve/bin/python -m serving "$@"
