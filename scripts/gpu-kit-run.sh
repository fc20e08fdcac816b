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

"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' ||
  fail "$python is not Python 3.12: name it, PYTHON=python3.12 sh run.sh"
"$python" -c 'import torch' 2>/dev/null || fail "$python has no PyTorch: name another one, PYTHON=... sh run.sh"
mkdir -p "$work"
if [ ! -f "$work/.ready" ]; then
  rm -rf "$work/site"
  "$python" -m pip install -q --disable-pip-version-check --no-index --no-deps --no-compile --target "$work/site" \
    "$kit"/wheels/*.whl
  "$python" -c 'import lzma, shutil, sys
with lzma.open(sys.argv[1]) as packed, open(sys.argv[2], "wb") as plain: shutil.copyfileobj(packed, plain)' \
    "$kit/node.xz" "$work/node"
  chmod +x "$work/node"
  touch "$work/.ready"
fi
export PYTHONPATH="$work/site${PYTHONPATH:+:$PYTHONPATH}" SWICTATION_NODE="$work/node"
export TMPDIR="${TMPDIR:-/tmp}"
cd "$kit/programs"
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
