#!/bin/sh
# First the card by itself, with whatever PyTorch is there, then the daemon on it.
set -eu
cd "$(dirname "$0")/.."
if ! command -v nvidia-smi >/dev/null || ! timeout 20 nvidia-smi -L 2>/dev/null | grep -q '^GPU '; then
  python=.venv/bin/python
  [ -x "$python" ] || python=python3
  exec "$python" py-worker/card_check
fi
scripts/setup.sh full
.venv/bin/python py-worker/card_check
echo
echo 'The daemon on the card, with a recording as its microphone:'
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -p -m 700 "$home/run" "$home/config/swictation"
cat >"$home/config/swictation/config.toml" <<TOML
[control]
socket_path = "$home/control.sock"
metrics_socket_path = "$home/metrics.sock"
TOML
HOME=$home XDG_RUNTIME_DIR=$home/run XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data \
  XDG_STATE_HOME=$home/state XDG_CACHE_HOME="${XDG_CACHE_HOME:-$HOME/.cache}" SWICTATION_LOG=debug \
  timeout 600 node dist/bin/swictationd.js --device cuda --source wav:models/demo.wav --start --exit-when-done --sink stdout
echo
