#!/usr/bin/env bash
# Gradescope runs this once, as root, when the container is built; where it fails, so does the build.
set -euo pipefail
cd "${AUTOGRADER_ROOT:-/autograder}/source"

apt-get update
apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv libseccomp2
rm -rf /var/lib/apt/lists/*

# Of the system's Python (Ubuntu 22.04 has 3.10, 24.04 has 3.12) only pip is used. It fetches the uv of constraints.txt,
# which knows one build of the wanted Python and its checksum. Not below /root, where student code's own user cannot read.
python3 -m venv ../uv
../uv/bin/pip install --no-cache-dir uv==0.13.9
export UV_PYTHON_INSTALL_DIR="$PWD/../python" UV_NO_CACHE=1
wanted="$(cat .python-version)"
../uv/bin/uv python install --no-bin "$wanted"
../uv/bin/uv venv --managed-python --python "$wanted" ../venv

install() { ../uv/bin/uv pip install --python ../venv/bin/python --no-deps "$@"; }
install --index-url https://download.pytorch.org/whl/cpu \
    $(grep -E '^(torch|torchvision)==' requirements.txt)  # without the gigabytes for GPUs
install --requirement requirements.txt  # all that these need is in it
../uv/bin/uv pip check --python ../venv/bin/python
install --no-build-isolation --editable .

chmod -R go-rwx autograder/suites  # hidden tests; student code runs as another user where that is possible
../venv/bin/python -m autograder doctor || true  # for the log; what comes next fails where nothing would be graded
../venv/bin/python -m autograder.gradescope.trial "$PWD/trial"
rm -r trial  # it holds the solution
