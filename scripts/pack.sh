#!/bin/sh
# The package that `npm install -g FILE` installs: build/swictation-VERSION.tgz. Prints its path.
set -eu
cd "$(dirname "$0")/.."
node scripts/stage.mjs build/package
npm pack --silent --pack-destination build ./build/package >/dev/null
version=$(node -p 'require("./package.json").version')
echo "$PWD/build/swictation-$version.tgz"
