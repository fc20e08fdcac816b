#!/bin/sh
# The Debian package: build/swictation_VERSION_ARCH.deb, with the content of scripts/pack.sh and the Node packages.
# The Python environment is each person's own: `swictation setup`. Prints its path.
set -eu
cd "$(dirname "$0")/.."
command -v dpkg-deb >/dev/null || { echo 'deb: dpkg-deb is missing: apt install dpkg' >&2; exit 1; }
version=$(node -p 'require("./package.json").version')
arch=$(dpkg --print-architecture)
root=build/deb
lib=$root/usr/lib/swictation
rm -rf "$root"
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib/systemd/user" "$root/usr/share/man/man1" \
  "$root/usr/share/doc/swictation" "$root/usr/share/bash-completion/completions" \
  "$root/usr/share/applications" "$root/usr/share/zsh/vendor-completions" "$root/usr/share/fish/vendor_completions.d"
node scripts/stage.mjs "$lib"
(cd "$lib" && npm ci --omit=dev --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error >/dev/null)
rm -rf "$lib/scripts" "$lib/node_modules/.package-lock.json"
for name in swictation swictationd; do ln -s "../lib/swictation/dist/bin/$name.js" "$root/usr/bin/$name"; done
sed -e 's|@ROOT@|/usr/lib/swictation|g' -e 's|@NODE@|/usr/bin/node|g' scripts/swictation.service.in \
  >"$root/usr/lib/systemd/user/swictation.service"
desktop_entry=org.swictation.Swictation.desktop
sed -e 's|@PROGRAM@|/usr/bin/swictation|g' "scripts/$desktop_entry.in" >"$root/usr/share/applications/$desktop_entry"
gzip -9nc docs/swictation.1 >"$root/usr/share/man/man1/swictation.1.gz"
echo '.so man1/swictation.1' | gzip -9nc >"$root/usr/share/man/man1/swictationd.1.gz"
gzip -9nc CHANGELOG.md >"$root/usr/share/doc/swictation/changelog.gz"
cp LICENSE "$root/usr/share/doc/swictation/copyright"
node dist/bin/swictation.js completions bash >"$root/usr/share/bash-completion/completions/swictation"
node dist/bin/swictation.js completions zsh >"$root/usr/share/zsh/vendor-completions/_swictation"
node dist/bin/swictation.js completions fish >"$root/usr/share/fish/vendor_completions.d/swictation.fish"
cat >"$root/DEBIAN/control" <<END
Package: swictation
Version: $version
Architecture: $arch
Maintainer: Swictation <swictation@localhost>
Section: sound
Priority: optional
Depends: nodejs (>= 20.12), python3 (>= 3.11), python3-venv
Recommends: wtype, wl-clipboard, pipewire-bin | pulseaudio-utils | alsa-utils
Installed-Size: $(du -sk "$root" | cut -f1)
Description: hands-free dictation for Wayland that survives a full GPU
 Listens, recognises speech on the graphics card or the CPU and types the text
 into the focused window. After the installation each person types
 "swictation setup" once: it makes the Python environment in the home folder.
END
cat >"$root/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
[ "$1" != configure ] || [ -n "${2:-}" ] || echo 'swictation: each person types once: swictation setup && systemctl --user enable --now swictation'
END
# What `swictation setup` made is no data of the person: it is of no use without the programs.
cat >"$root/DEBIAN/postrm" <<'END'
#!/bin/sh
set -e
[ "$1" = remove ] || [ "$1" = purge ] || exit 0
# What Python compiled beside the worker.
rm -rf /usr/lib/swictation
getent passwd | cut -d: -f6 | sort -u | while read -r home; do
  python=$home/.local/share/swictation/python
  # An installation of the person's own goes on using it.
  if [ -f "$python/.swictation-embedded" ] && [ ! -L "$python" ] && [ ! -e "$home/.local/share/swictation/app" ]; then
    rm -rf "$python" "$python.lock"
  fi
done
END
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/postrm"
find "$root" -type d -exec chmod 755 {} +
file=build/swictation_${version}_$arch.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$file" >/dev/null
echo "$PWD/$file"
