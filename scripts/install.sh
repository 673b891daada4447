#!/bin/sh
# Fill .venv from a lock file and put the house itself in, editable: scripts/install.sh LOCK
# uv (itself from the lock, by hash) does it in seconds; where it cannot, pip does the same.
set -eu

lock="$1"
python=.venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never

if [ ! -x .venv/bin/uv ]; then
    own=$(mktemp)
    trap 'rm -f "$own"' EXIT
    awk '/^uv==/ {ours = 1; print; next} /^[^ ]/ {ours = 0} ours && !/#/' requirements-dev.lock >"$own"
    $python -m pip install --quiet --require-hashes --no-deps -r "$own" ||
        echo "uv could not be installed; pip takes over" >&2
fi
if [ -x .venv/bin/uv ]; then
    if .venv/bin/uv pip install --quiet --python $python --require-hashes -r "$lock" &&
        .venv/bin/uv pip install --quiet --python $python --no-deps -e .; then
        exit 0
    fi
    echo "uv could not install $lock; pip takes over" >&2
fi
$python -m pip install --quiet --require-hashes -r "$lock"
$python -m pip install --quiet --no-deps -e .
