#!/bin/sh
# Fill .venv with exactly what a lock names, every file checked against its hash: `requirements/install.sh run|dev`.
# uv does it in seconds; where it cannot (no build for this machine, an index only pip knows), pip does the same.
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.txt"
python=.venv/bin/python

# Where pip was told of another index, uv should use that one too.
index="${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2> /dev/null || true)}"
[ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"

with_uv() {
    "$python" -m pip install -q --require-hashes -r requirements/uv.txt &&
        .venv/bin/uv pip install -q --python "$python" --require-hashes -r "$lock" &&
        .venv/bin/uv pip install -q --python "$python" --no-deps --no-build-isolation --offline --editable .
}

with_pip() {
    "$python" -m pip install -q --require-hashes -r "$lock" &&
        "$python" -m pip install -q --no-deps --no-build-isolation --no-index --editable .
}

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
echo "Installing $lock …" >&2
with_uv || { echo "uv could not do it; installing with pip, which takes longer …" >&2; with_pip; }
