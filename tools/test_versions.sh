#!/bin/bash
# Runs the README's tests with the lowest versions that setup.py admits, or
# with the newest:
#
#     tools/test_versions.sh lowest [PYTEST ARGUMENTS]
#     tools/test_versions.sh newest [PYTEST ARGUMENTS]
#
# In a virtual environment of its own that is deleted at the end. PYTHON names
# the interpreter.
set -euo pipefail

which=${1:-}
case $which in lowest | newest) shift ;; *)
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
  ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
export PATH="$work/venv/bin:$PATH" PIP_DISABLE_PIP_VERSION_CHECK=1
cd "$root"
: >"$work/constraints.txt"
if [ "$which" = lowest ]; then
  # Every `NAME>=VERSION` of setup.py becomes `NAME==VERSION`.
  grep -oE "['\"][A-Za-z0-9_.-]+>=[0-9.]+" setup.py | tr -d "'\"" |
    grep -v '^setuptools' | sed 's/>=/==/' | sort -u >"$work/constraints.txt"
fi
pip install --quiet --upgrade pip
pip install --quiet --constraint "$work/constraints.txt" --editable '.[test]'
pip list --format=freeze | grep -iE \
  '^(tensorflow|keras|numpy|scikit-learn|absl-py|tensorboard|ai-edge-litert)=='
python -m pytest "$@"
