#!/bin/sh
# Sets up what is missing and nothing else: scripts/setup.sh run|full|test
#   run   Node packages, built programs, the embedded engine; the full worker too where an NVIDIA card works
#   full  the full worker (torch, NeMo), on a machine without a card with torch's build for the CPU
#   test  full, and what checks and tests need
# Each step leaves a stamp with the checksum of what it was made from, so that a second run is immediate.
set -eu
cd "$(dirname "$0")/.."
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

find_python() {
  for candidate in python3.11 python3.12 python3.13 python3; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  fail 'Python 3.11 or newer with venv is missing (Debian: apt install python3 python3-venv)'
}

create_environment() {
  .venv/bin/python -c 'import pip' 2>/dev/null && return
  [ -w . ] || fail "the Python environment in $PWD does not work for $(id -un): copy the folder to one of yours"
  python=$(find_python)
  say "creating the Python environment with $python"
  rm -rf .venv
  "$python" -m venv .venv
}

# A person at a terminal sees the progress of long downloads, a log only what went wrong.
pip_install() {
  quiet=-qq
  [ ! -t 2 ] || quiet=
  .venv/bin/python -m pip install $quiet --no-input --disable-pip-version-check "$@" >&2
}

# install_packages FILE...: the first file is what is installed, all of them decide whether it is current.
install_packages() {
  stamp=.venv/.swictation-$1
  wanted=$(checksum "$@")
  is_done "$stamp" "$wanted" && return
  say "installing Python packages of $1"
  pip_install -r "$1" || return 1
  echo "$wanted" >"$stamp"
}

has_working_card() {
  command -v nvidia-smi >/dev/null && timeout 20 nvidia-smi -L 2>/dev/null | grep -q '^GPU '
}

# On a machine without a card only torch's build for the CPU may come, never gigabytes of CUDA.
install_cpu_torch() {
  .venv/bin/python -c 'import torch' 2>/dev/null && return
  version=$(sed -n 's/^torch==//p' requirements.txt)
  say "installing torch $version for the CPU"
  pip_install "torch==$version+cpu" ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"}
}

install_full_worker() {
  is_done .venv/.swictation-requirements.txt "$(checksum requirements.txt requirements-embedded.txt)" && return
  if ! has_working_card && ! install_cpu_torch; then
    say "torch's build for the CPU was not found: name PyTorch's CPU index, e.g. make setup FULL=1 TORCH_INDEX=URL"
    say 'going on without the full worker: Canary is not available'
    return
  fi
  install_packages requirements.txt requirements-embedded.txt
}

check_node
install_node_packages
# The tests go on after a build with errors: their check of the types is what reports those.
node scripts/build.mjs --quick >&2 || [ "$profile" = test ] || fail 'the build failed'
create_environment
install_packages requirements-embedded.txt
case $profile in
  run) if has_working_card; then install_full_worker; fi ;;
  full) install_full_worker ;;
  test)
    install_full_worker
    install_packages requirements-test.txt
    ;;
  *) fail "unknown profile $profile: run, full or test" ;;
esac
