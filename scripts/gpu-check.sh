#!/bin/sh
# First the card by itself, with whatever PyTorch is there, then the daemon on it.
set -eu
cd "$(dirname "$0")/.."
if ! command -v nvidia-smi >/dev/null || ! timeout 20 nvidia-smi -L 2>/dev/null | grep -q '^GPU '; then
  python=.venv/bin/python
  [ -x "$python" ] || python=python3
  [ ! -f py-worker/gpu_check.py ] || exec "$python" py-worker/gpu_check.py
  echo 'skipped: no NVIDIA card with a working driver on this machine'
  exit 0
fi
scripts/setup.sh full
exec .venv/bin/python py-worker/gpu_check.py --daemon
