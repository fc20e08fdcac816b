#!/bin/sh
# Tells this account of the programs beside this file: put-in-place.sh [commands]. Completions, manual and user service;
# with "commands" also links in ~/.local/bin, which npm makes by itself. Running it again upgrades; settings, statistics
# and recordings are never touched, so those of an older installation are continued.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
. scripts/install-places.sh

put_commands() {
  mkdir -p "$bin"
  for name in $programs; do
    link=$bin/$name
    if [ -e "$link" ] && ! is_ours "$link"; then
      mv "$link" "$link.before"
      echo "The $name that was there is kept as $link.before"
    fi
    put_launcher "$root/dist/bin/$name.js" "$link"
  done
}

put_papers() {
  mkdir -p "$(dirname "$bash_file")" "$(dirname "$zsh_file")" "$(dirname "$fish_file")" "$(dirname "$man_file")"
  node dist/bin/swictation.js completions bash >"$bash_file"
  node dist/bin/swictation.js completions zsh >"$zsh_file"
  node dist/bin/swictation.js completions fish >"$fish_file"
  cp docs/swictation.1 "$man_file"
  echo ".so man1/$(basename "$man_file")" >"$daemon_man_file"
}

# The program in a desktop file: quoted, and its own special characters and those of sed and of field codes escaped.
put_desktop_file() {
  mkdir -p "$(dirname "$desktop_file")"
  program=$(printf '%s' "$1" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g' -e 's/[\&|]/\\&/g')
  sed -e "s|@PROGRAM@|\"$program\"|g" "scripts/$desktop_entry.in" >"$desktop_file"
}

# A path as it stands in a unit file, in the words of sed: systemd reads % as the start of a name.
unit_path() { printf '%s' "$1" | sed -e 's/%/%%/g' -e 's/[\\&|]/\\&/g'; }

put_unit() {
  mkdir -p "$units"
  new=$units/.$unit.new
  node=$(unit_path "$(command -v node)")
  sed -e "s|@ROOT@|$(unit_path "$root")|g" -e "s|@NODE@|$node|g" "scripts/$unit.in" >"$new"
  if [ -f "$units/$unit" ] && ! grep -q '/dist/bin/swictationd.js' "$units/$unit"; then
    mv "$units/$unit" "$units/$unit.before"
    echo "The service of an older daemon is replaced; its file is kept as $units/$unit.before"
  fi
  mv "$new" "$units/$unit"
}

# Two daemons would share one socket: that of an older installation goes to rest.
retire_older_units() {
  for older in $older_units; do
    [ -f "$units/$older" ] || continue
    systemctl --user disable --now "$older" >/dev/null 2>&1 || true
    mv "$units/$older" "$units/$older.before"
    echo "The older service $older is stopped; its file is kept as $units/$older.before"
  done
}

start_unit() {
  if systemctl --user daemon-reload 2>/dev/null && systemctl --user enable --quiet "$unit" 2>/dev/null; then
    systemctl --user restart --no-block "$unit" && echo 'The service is started: swictation status'
  else
    echo 'No user service manager here; start it with your session: swictationd'
  fi
}

tell_what_continues() {
  [ ! -f "$config/config.toml" ] || echo "Your settings are continued: $config/config.toml"
  [ ! -f "$data/metrics.db" ] || echo "Your statistics are continued: $data/metrics.db"
}

swictation=swictation
if [ "${1:-}" = commands ]; then
  put_commands
  swictation=$bin/swictation
  case ":$PATH:" in *":$bin:"*) ;; *) echo "Add $bin to PATH to call them by name." ;; esac
fi
put_papers
put_desktop_file "$(command -v "$swictation" || echo "$swictation")"
retire_older_units
put_unit
echo "Installed: $root, $units/$unit"
tell_what_continues
start_unit
cat <<END
Bind a key, nothing is bound for you:
  sway, i3:  bindsym Mod4+d exec $swictation toggle
  Hyprland:  bind = SUPER, D, exec, $swictation toggle
Push-to-talk:
  sway, i3:  bindsym --no-repeat Mod4+d exec $swictation start
             bindsym --release Mod4+d exec $swictation stop-recording
  Hyprland:  bind = SUPER, D, exec, $swictation start
             bindr = SUPER, D, exec, $swictation stop-recording
What is missing on this machine: $swictation doctor
END
