#!/usr/bin/env bash
# Writes both lock files: with hashes, for every platform, without download addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
options=(--universal --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 --quiet)
uv pip compile "${options[@]}" pyproject.toml -o requirements.lock
uv pip compile "${options[@]}" --extra dev pyproject.toml -o requirements-dev.lock
