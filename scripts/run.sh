#!/bin/sh
# Dictates where a microphone and a Wayland session are; otherwise says what is missing and demonstrates.
set -eu
cd "$(dirname "$0")/.."

has() { command -v "$1" >/dev/null 2>&1; }

missing_session() {
  [ -n "${WAYLAND_DISPLAY:-}" ] || { echo 'no Wayland session'; return; }
  has wtype || has wl-copy || echo 'no program to type with (install wtype)'
}

missing_microphone() {
  has pw-record || has parec || has arecord || { echo 'no recording program (install pipewire or alsa-utils)'; return; }
  ls /dev/snd/pcm*c >/dev/null 2>&1 || [ -S "${XDG_RUNTIME_DIR:-/nonexistent}/pipewire-0" ] ||
    [ -S "${XDG_RUNTIME_DIR:-/nonexistent}/pulse/native" ] || echo 'no microphone'
}

reason=$(missing_session)
[ -n "$reason" ] || reason=$(missing_microphone)
if [ -z "$reason" ]; then
  echo "Bind a key to this command, it starts and stops dictation: $PWD/dist/bin/swictation.js toggle"
  exec node dist/bin/swictationd.js
fi
echo "Not dictating here: $reason. A demonstration on a recording instead:"
exec node scripts/demo.mjs
