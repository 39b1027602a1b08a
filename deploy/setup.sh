# Sourced by the scripts in and under deploy/: build .venv from the lock file with nothing but Python >= 3.11.
fail() { echo "$*" >&2; exit 2; }

cd "$(dirname "$0")"
while [ ! -f pyproject.toml ]; do
    [ "$PWD" != / ] || fail "$0 is not inside a checkout of Followthrough."
    cd ..
done
root=$PWD
python=""
for candidate in ${PYTHON:-} python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Followthrough needs Python 3.11 or newer; set PYTHON to one that is not on the PATH."

sync_environment() {
    [ -d .venv ] || echo "Installing the locked packages into $root/.venv; this takes a moment." >&2
    uv=$(command -v uv || true)
    if [ -z "$uv" ]; then
        uv=.uv/bin/uv
        if [ ! -x "$uv" ]; then
            "$python" -m venv .uv || fail "python -m venv failed; on Debian install python3-venv."
            .uv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1" ||
                fail "Installing uv failed; is a package registry reachable?"
        fi
    fi
    "$uv" sync --quiet --frozen --python "$(command -v "$python")" "$@" ||
        fail "Installing the locked packages failed."
}

# Hold what is installed to run the service against osv.dev. It tells and does not fail: what became known overnight says
# nothing about the change under test. Where nobody answers within seconds it says that it was skipped, and why.
audit_dependencies() {
    status=0
    found=$(UV_HTTP_CONNECT_TIMEOUT=2 UV_HTTP_TIMEOUT=3 UV_HTTP_RETRIES=0 \
        "$uv" audit --frozen --no-dev --preview-features audit-command 2>&1) || status=$?
    case $status in
        0) echo "Dependencies: no known vulnerability." >&2 ;;
        1) printf '%s\n' "Dependencies with known vulnerabilities; see deploy/SECURITY.md:" "$found" >&2 ;;
        *) echo "Dependencies were not audited: $(printf '%s\n' "$found" | grep . | tail -n 1)" >&2 ;;
    esac
}

# The pages are tested in a real browser: the machine's Chromium, else the one that Playwright brings.
ensure_browser() {
    for candidate in chromium chromium-browser google-chrome; do
        command -v "$candidate" >/dev/null 2>&1 && return
    done
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing Chromium for the tests of the pages; this takes a moment." >&2
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core; } >/dev/null && return
    fi
    .venv/bin/python -m playwright install chromium >&2 ||
        fail "The tests of the pages need a browser: install Chromium (on Debian the package chromium)."
}
