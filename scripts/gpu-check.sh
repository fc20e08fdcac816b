#!/bin/sh
# First the card by itself, then the daemon on it. UPDATE=1 writes what was measured into docs/memory-budget.md;
# STEPS and STAGES name a part of either ("none" leaves it out): STEPS="context words" STAGES="squeeze poison".
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
if command -v nvidia-smi >/dev/null && timeout 20 nvidia-smi -L 2>/dev/null | grep -q '^GPU '; then
  [ -n "${PYTHON:-}" ] || scripts/setup.sh full
elif [ ! -x "$python" ] && [ -z "${PYTHON:-}" ]; then
  python=python3
fi
failed=0
part() {
  wanted=$1
  shift
  [ "$wanted" != none ] || return 0
  # shellcheck disable=SC2086 # Several words are several names.
  "$python" "$@" ${wanted:+--only $wanted} || failed=1
}
part "${STEPS:-}" py-worker/card_check ${SOAK_S:+--soak-s "$SOAK_S"}
echo
part "${STAGES:-}" py-worker/card_check/dictation
if [ "${UPDATE:-}" = 1 ]; then
  PYTHONPATH=py-worker "$python" -c 'from card_check.page import write_measured; write_measured()'
fi
exit $failed
