#!/bin/sh
# Takes away what an x86-64 Linux with glibc does not load: scripts/prune-for-x64.sh NODE_MODULES
set -eu
modules=${1:?usage: scripts/prune-for-x64.sh NODE_MODULES}
find "$modules/zeromq/build" -mindepth 1 -maxdepth 1 -type d ! -name linux -prune -exec rm -rf {} + 2>/dev/null || true
find "$modules" -path '*/zeromq/build/linux/*' -type d \( -name arm64 -o -name ia32 -o -name 'musl*' \) -prune -exec rm -rf {} +
find "$modules" \( -name '*musl*.node' -o -name '*-musl' \) -prune -exec rm -rf {} +
rm -rf "$modules"/zeromq/vendor "$modules"/zeromq/src "$modules"/.bin
find "$modules" \( -name '*.d.ts' -o -name '*.map' -o -name '*.md' -o -name '*.ts' \) -type f -delete
