#!/bin/sh
# Takes away what installing put in place, programs and Python environment included, and nothing that is the user's.
set -eu
cd "$(dirname "$0")/.."
. scripts/install-places.sh
cd /

remove_if_empty() {
  for folder in "$@"; do rmdir "$folder" 2>/dev/null || true; done
}

systemctl --user disable --now "$unit" >/dev/null 2>&1 || true
if grep -qs '/dist/bin/swictationd.js' "$units/$unit"; then rm -f "$units/$unit"; fi
systemctl --user daemon-reload 2>/dev/null || true
for name in $programs; do
  if is_ours "$bin/$name"; then rm -f "$bin/$name"; fi
done
rm -f "$bash_file" "$zsh_file" "$fish_file" "$man_file" "$daemon_man_file" "$desktop_file"
rm -rf "$app" "$app.new" "$app.old"
[ ! -f "$python/pyvenv.cfg" ] || rm -rf "$python"
rm -rf "$python.lock" "$app.lock"
# What `swictation setup --languages` fetched.
rm -rf "$data/models/whisper-base" "$data/models/whisper-base".*
remove_if_empty "$data/models"
# Folders that only we used, the inner ones first; others hold something and stay.
for file in "$bash_file" "$zsh_file" "$fish_file" "$man_file" "$desktop_file"; do
  remove_if_empty "$(dirname "$file")" "$(dirname "$(dirname "$file")")"
done
remove_if_empty "$data" "$units" "$config_home/systemd" "$bin" "$config_home" "$share" "$HOME/.local"

echo 'Uninstalled. Your data stays where it is:'
echo "  settings    $config"
echo "  statistics  $data"
echo "  recordings  $state"
kept=
for file in "$units/$unit" $older_units; do kept="$kept $units/$(basename "$file").before"; done
for name in $programs; do kept="$kept $bin/$name.before"; done
for file in $kept; do
  [ ! -e "$file" ] || echo "  kept from before: $file"
done
