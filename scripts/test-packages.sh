#!/bin/sh
# Brings the Debian packages that some tests speak to, where that is allowed; without them those tests are
# skipped and say why.
set -u

# program:package
wanted='espeak-ng:espeak-ng dbus-daemon:dbus-daemon wtype:wtype wl-copy:wl-clipboard sway:sway foot:foot
grim:grim chromium:chromium pulseaudio:pulseaudio pactl:pulseaudio-utils zsh:zsh fish:fish
swaylock:swaylock Xvfb:xvfb openbox:openbox xdotool:xdotool xclip:xclip xprop:x11-utils setxkbmap:x11-xkb-utils'

missing=
for pair in $wanted; do
  command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
# A window of GTK, for Debian's own Python.
/usr/bin/python3 -c "import gi; gi.require_version('Gtk', '3.0')" 2>/dev/null ||
  missing="$missing python3-gi gir1.2-gtk-3.0"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "tests: some will be skipped, they need the packages:$missing" >&2
  exit 0
fi
echo "tests: installing the Debian packages:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
timeout 300 apt-get update -qq >/dev/null 2>&1
for package in $missing; do
  timeout 600 apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
    echo "tests: $package could not be installed, some tests will be skipped" >&2
done
exit 0
