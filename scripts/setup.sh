#!/bin/sh
# Sets up what is missing and nothing else: scripts/setup.sh build|run|full|serve|test
#   build Node packages and built programs
#   run   build, and what `swictation setup` makes of this machine
#   full  the full worker (torch, NeMo) too, without a card with torch's build for the CPU
#   serve run, and the server for other machines in .venv-serve (half a GB)
#   test  full, what checks and tests need, and the server where the network is quick
# The Node packages come from package-lock.json, the Python ones from locks/. A second run is immediate.
# PYTHON=python3.12 makes the environment from that Python.
set -eu
cd "$(dirname "$0")/.."
. scripts/one-at-a-time.sh
profile=${1:-run}

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

checksum() { cat "$@" | sha256sum | cut -d' ' -f1; }
is_done() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

check_node() {
  command -v node >/dev/null || fail 'Node.js is missing: install Node.js 20.12 or newer'
  command -v npm >/dev/null || fail 'npm is missing: install it beside Node.js'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 20 || (a === 20 && b >= 12) ? 0 : 1)' ||
    fail "Node.js $(node -v) is too old: install 20.12 or newer"
}

install_node_packages() {
  wanted=$(checksum package.json package-lock.json)
  is_done node_modules/.swictation "$wanted" && return
  say 'installing Node packages'
  # No package needs its install script: the native ones bring prebuilt binaries.
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  node -e 'require("zeromq"); require("libsql")' ||
    fail 'the prebuilt binaries of zeromq or libsql do not fit this machine'
  echo "$wanted" >node_modules/.swictation
}

set_up_python() { node dist/bin/swictation.js setup --quiet ${PYTHON:+--python "$PYTHON"} "$@" >&2; }

# What checks and tests need beside the worker, from the lock like everything else.
install_test_packages() {
  wanted=$(checksum locks/test.txt)
  is_done .venv/.swictation-test "$wanted" && return
  say 'installing what checks and tests need'
  .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check \
    --require-hashes --no-deps -r locks/test.txt >&2
  echo "$wanted" >.venv/.swictation-test
}

site_packages() { "$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

# The server's packages beside the worker's, which it sees behind its own; they are of the same versions, and nothing is installed there.
# $1: what to install beside locks/serve.txt, if anything; $2: seconds that it may take.
install_server() {
  wanted=$(checksum locks/serve.txt ${1:+"$1"})-$(.venv/bin/python -c 'import sys; print(sys.version_info[:3], sys.prefix)')
  is_done .venv-serve/.swictation "$wanted" && return
  say 'installing the server for other machines'
  rm -rf .venv-serve
  .venv/bin/python -m venv .venv-serve &&
    timeout "$2" .venv-serve/bin/python -m pip install -qq --no-input --disable-pip-version-check \
      --require-hashes --no-deps -r locks/serve.txt ${1:+-r "$1"} >&2 &&
    site_packages .venv >"$(site_packages .venv-serve)/worker.pth" || return 1
  [ -z "$1" ] || : >.venv-serve/.swictation-test
  echo "$wanted" >.venv-serve/.swictation
}

# What the tests of the server had added stays.
test_server_lock() { [ -e .venv-serve/.swictation-test ] && echo locks/serve-test.txt || :; }

check_node
one_at_a_time build/setup.lock
install_node_packages
# The tests go on after a build with errors: their check of the types is what reports those.
node scripts/build.mjs --quick >&2 || [ "$profile" = test ] || fail 'the build failed'
case $profile in
  build) ;;
  run) set_up_python ;;
  full) set_up_python --full ;;
  serve)
    set_up_python
    install_server "$(test_server_lock)" 1800 || fail 'the server could not be installed: see above'
    ;;
  test)
    # Tests of the full worker are skipped without it; those of the embedded engine are not.
    set_up_python --full || set_up_python
    install_test_packages
    install_server locks/serve-test.txt 180 || say 'the server could not be installed: its tests will be skipped'
    ;;
  *) fail "unknown profile $profile: build, run, full, serve or test" ;;
esac
