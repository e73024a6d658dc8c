#!/usr/bin/env bash
# Makes this machine ready: system packages, uv, .venv from a lock. Quick when nothing is missing.
#   scripts/setup.sh run    what `make run` needs
#   scripts/setup.sh test   what `make test` and `make check` need as well
set -euo pipefail
cd "$(dirname "$0")/.."
purpose="${1:-run}"
say() { printf '%s\n' "$*" >&2; }

install_packages() {  # names of Debian packages; apt where it may, else a clear line
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n); else
            say "Missing system packages. Please install them and start again: $*"
            return 1
        fi
    fi
    command -v apt-get >/dev/null || { say "Missing system packages (names as in Debian): $*"; return 1; }
    say "Installing system packages: $*"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$name"; return 0
        fi
    done
    return 1
}

python="$(find_python)" || { install_packages python3 python3-venv; python="$(find_python)"; } ||
    { say "Amparo needs Python 3.11, 3.12 or 3.13."; exit 1; }

# --- system packages ---------------------------------------------------------------------------
missing=()
has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
has_library libpango-1.0.so.0 || missing+=(libpango-1.0-0)
has_library libpangoft2-1.0.so.0 || missing+=(libpangoft2-1.0-0)
has_library libharfbuzz-subset.so.0 || missing+=(libharfbuzz-subset0)
if [ "$purpose" = test ]; then
    has_library libatomic.so.1 || missing+=(libatomic1)  # Playwright's driver
    command -v xgettext >/dev/null || missing+=(gettext)
    command -v pdftotext >/dev/null || missing+=(poppler-utils)
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
    command -v git >/dev/null || missing+=(git)
    command -v curl >/dev/null || missing+=(curl)  # the examples for agencies are run
    command -v zbarimg >/dev/null || missing+=(zbar-tools)
    command -v softhsm2-util >/dev/null || missing+=(softhsm2)
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
fi
[ "${#missing[@]}" = 0 ] || install_packages "${missing[@]}"

# --- uv -----------------------------------------------------------------------------------------
if command -v uv >/dev/null; then uv=uv; else
    uv="var/tools/bin/uv"
    if [ ! -x "$uv" ]; then
        "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv
        "$python" -m venv var/tools
        var/tools/bin/pip install --quiet --disable-pip-version-check uv
    fi
fi

# --- .venv ---------------------------------------------------------------------------------------
lock=requirements.lock
[ "$purpose" = test ] && lock=requirements-dev.lock
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
    "$uv" venv --quiet --clear --python "$python" .venv
fi
stamp=".venv/installed-$lock"
if [ "$purpose" = run ] && [ -f .venv/installed-requirements-dev.lock ]; then stamp=".venv/installed-requirements-dev.lock"; lock=requirements-dev.lock; fi
wanted="$(cksum < "$lock")"
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
    VIRTUAL_ENV="$PWD/.venv" "$uv" pip install --quiet --compile-bytecode --require-hashes --requirement "$lock"
    printf '%s' "$wanted" > "$stamp"
fi

# --- other people's verifiers, for the tests ------------------------------------------------------
outside=tests/outside
if [ "$purpose" = test ] && [ "$outside/package-lock.json" -nt "$outside/node_modules/.package-lock.json" ]; then
    npm ci --prefix "$outside" --ignore-scripts --no-audit --no-fund --silent
fi
