#!/bin/sh
# Puts the commands on PATH and the daemon under the user's service manager. Running it again upgrades.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
bin=$HOME/.local/bin
units=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user

mkdir -p "$bin" "$units"
for name in swictation swictationd; do ln -sfn "$root/dist/bin/$name.js" "$bin/$name"; done
sed -e "s|@ROOT@|$root|g" -e "s|@NODE@|$(command -v node)|g" scripts/swictation.service.in >"$units/.swictation.service"
if [ -f "$units/swictation.service" ] && ! grep -q "$root/dist/bin" "$units/swictation.service"; then
  mv "$units/swictation.service" "$units/swictation.service.before"
  echo "The service that was there is kept as $units/swictation.service.before"
fi
mv "$units/.swictation.service" "$units/swictation.service"

echo "Installed: $bin/swictation, $bin/swictationd, $units/swictation.service"
case ":$PATH:" in *":$bin:"*) ;; *) echo "Add $bin to PATH to call them by name." ;; esac
if systemctl --user daemon-reload 2>/dev/null && systemctl --user enable swictation.service 2>/dev/null; then
  systemctl --user restart --no-block swictation.service && echo 'The service is started.'
else
  echo 'No user service manager here; it starts with: swictationd'
fi
cat <<END
Bind a key to "swictation toggle", for example
  sway, i3:  bindsym Mod4+d exec $bin/swictation toggle
  Hyprland:  bind = SUPER, D, exec, $bin/swictation toggle
END
