#!/bin/sh
# Builds tarball and Debian package, tries both in fresh homes, and prints their sums. Publishes nothing.
set -eu
cd "$(dirname "$0")/.."
fail() { echo "release: $*" >&2; exit 1; }

[ -z "$(git status --porcelain --untracked-files=no)" ] || fail 'files differ from the commit: commit first'
version=$(node -p 'require("./package.json").version')
grep -q "^## $version (20[0-9][0-9]-[01][0-9]-[0-3][0-9])$" CHANGELOG.md ||
  fail "CHANGELOG.md has no heading \"## $version (YYYY-MM-DD)\": write the day of the release"
package=$(scripts/pack.sh)
deb=$(scripts/deb.sh)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What the machine says of proxies and certificates holds for every account on it.
network=$(env | grep -iE '^(node_extra_ca_certs|ssl_cert_(file|dir)|pip_cert|npm_config_(registry|cafile)|[a-z]+_proxy)=' || true)

# try PROGRAMS NAME: sets up and dictates a file with these programs in an empty home.
try() {
  home=$scratch/$2
  mkdir -m 700 -p "$home/run"
  in_home() {
    # shellcheck disable=SC2086 # one assignment each
    env -i $network HOME="$home" XDG_RUNTIME_DIR="$home/run" PATH="$1:$PATH" npm_config_cache="${npm_config_cache:-$HOME/.npm}" \
      PIP_CACHE_DIR="$(python3 -m pip cache dir 2>/dev/null || true)" sh -c "$2"
  }
  echo "$2: $(in_home "$1" 'swictation --version')"
  in_home "$1" 'swictation setup --quiet'
  said=$(in_home "$1" "swictation transcribe $PWD/py-worker/swictation_worker/clips/known.wav")
  echo "$2: $said"
  [ "$said" = 'please open the file and save it again' ] || fail "the $2 heard something else"
}

npm install --global --prefix "$scratch/npm" --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error \
  "$package" >/dev/null
try "$scratch/npm/bin" tarball
dpkg-deb -x "$deb" "$scratch/deb"
try "$scratch/deb/usr/bin" deb
sha256sum "$package" "$deb"
