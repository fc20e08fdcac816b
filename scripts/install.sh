#!/bin/sh
# Installs what the checkout builds, without a way back to it: the package goes to ~/.local/share/swictation/app, its
# Python environment beside it; commands, completions, manual and user service are put in place. Running it again
# upgrades, and replaces the links into a checkout of earlier versions. What is there works until the new one is ready.
set -eu
cd "$(dirname "$0")/.."
. scripts/install-places.sh
. scripts/one-at-a-time.sh

fail() { echo "install: $*" >&2; exit 1; }

one_at_a_time "$app.lock"
package=$(scripts/pack.sh)
rm -rf "$app.new"
mkdir -p "$app.new"
trap 'rm -rf "$app.new"' EXIT
# Without a network npm would try for a minute for each package.
npm install --global --prefix "$app.new" --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error \
  --fetch-retries=1 --fetch-retry-mintimeout=2000 "$package" >/dev/null ||
  fail 'npm could not install the package: check the network, then type the same again'
# Whoever names an interpreter has an environment of his own.
[ -n "${SWICTATION_PYTHON:-}" ] ||
  node "$app.new/lib/node_modules/swictation/dist/bin/swictation.js" setup --quiet ${PYTHON:+--python "$PYTHON"}
rm -rf "$app.old"
[ ! -e "$app" ] || mv "$app" "$app.old"
mv "$app.new" "$app"
rm -rf "$app.old"
exec "$app/lib/node_modules/swictation/scripts/put-in-place.sh" commands
