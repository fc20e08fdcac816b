#!/bin/sh
# The whole check of a card from the kit, without a registry: sh run.sh [--pretended]
# STEPS and STAGES name a part (see scripts/gpu-check.sh), SOAK_S the seconds of the soak (60), PYTHON another Python 3.12,
# WORK a folder for what is unpacked (about 300 MB, with a model of full size 9 GB).
set -eu
kit=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$kit/unpacked}
python=${PYTHON:-python3}
pretended=
[ "${1:-}" != --pretended ] || pretended=--pretended

fail() { printf 'gpu-kit: %s\n' "$*" >&2; exit 1; }

wanted=$(cat "$kit/python-version")
[ "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$wanted" ] ||
  fail "$python is not Python $wanted: name it, PYTHON=python$wanted sh run.sh"
"$python" -c 'import torch' 2>/dev/null || fail "$python has no PyTorch: name another one, PYTHON=... sh run.sh"
if [ ! -f "$work/.ready" ]; then
  mkdir -p "$work"
  "$python" -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2], filter="tar")' \
    "$kit/kit.tar.xz" "$work"
  touch "$work/.ready"
fi
export PYTHONPATH="$work/site${PYTHONPATH:+:$PYTHONPATH}" SWICTATION_NODE="$work/node"
cd "$work/programs"
failed=0
part() {
  wanted=$1
  shift
  [ "$wanted" != none ] || return 0
  # shellcheck disable=SC2086 # Several words are several names.
  "$python" "$@" ${wanted:+--only $wanted} || failed=1
}
part "${STEPS:-}" py-worker/card_check --soak-s "${SOAK_S:-60}" ${pretended:+--dry-run} --json "$work/gpu-check.json"
part "${STAGES:-}" py-worker/card_check/dictation $pretended --json "$work/gpu-dictation.json"
echo "gpu-kit: figures are in $work/gpu-check.json and $work/gpu-dictation.json"
exit $failed
