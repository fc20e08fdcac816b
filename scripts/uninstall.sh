#!/bin/sh
# Takes away what scripts/install.sh put in place, and nothing that is the user's.
set -eu
bin=$HOME/.local/bin
units=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user

systemctl --user disable --now swictation.service 2>/dev/null || true
for name in swictation swictationd; do
  case $(readlink "$bin/$name" 2>/dev/null || true) in */dist/bin/$name.js) rm -f "$bin/$name" ;; esac
done
if grep -qs '/dist/bin/swictationd.js' "$units/swictation.service"; then rm -f "$units/swictation.service"; fi
systemctl --user daemon-reload 2>/dev/null || true

echo 'Uninstalled. Your data stays where it is:'
echo "  settings    ${XDG_CONFIG_HOME:-$HOME/.config}/swictation"
echo "  statistics  ${XDG_DATA_HOME:-$HOME/.local/share}/swictation"
echo "  recordings  ${XDG_STATE_HOME:-$HOME/.local/state}/swictation"
