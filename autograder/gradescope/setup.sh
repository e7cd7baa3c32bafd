#!/usr/bin/env bash
# Gradescope runs this once, as root, when the container is built.
set -euo pipefail
cd "${AUTOGRADER_ROOT:-/autograder}/source"

apt-get update
apt-get install --yes --no-install-recommends python3 python3-venv libseccomp2
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then  # Ubuntu 22.04 has 3.10 and 3.11
    apt-get install --yes --no-install-recommends python3.11 python3.11-venv
    python=python3.11
fi
rm -rf /var/lib/apt/lists/*

"$python" -m venv ../venv
../venv/bin/pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu \
    $(grep -E '^(torch|torchvision)==' requirements.txt)  # without the gigabytes for GPUs
../venv/bin/pip install --no-cache-dir --requirement requirements.txt
../venv/bin/pip install --no-cache-dir --no-deps --editable .
chmod -R go-rwx autograder/suites  # hidden tests; student code runs as another user where that is possible
../venv/bin/python -m autograder doctor
