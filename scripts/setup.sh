#!/bin/sh
# Makes .venv and installs a requirements file into it, when that has changed since the last time.
#   scripts/setup.sh requirements.txt        (PYTHON=/path/to/python to choose one)
set -eu
cd "$(dirname "$0")/.."
wanted=$1
venv=.venv
stamp=$venv/installed-$wanted

say() { printf '%s\n' "setup: $*" >&2; }
fail() { say "$*"; exit 1; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed, ${PYTHON:-python3} is $("${PYTHON:-python3}" -V 2>&1 || true)." \
        "Install it, or name another one: PYTHON=/path/to/python3.11 make run"
}

make_venv() {
    python=$(find_python)
    say "making $venv with $("$python" -V)"
    if command -v uv >/dev/null; then
        uv venv -q --clear --python "$python" $venv || fail "uv could not make $venv, see above"
    elif "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -m venv --clear $venv || fail "$python could not make $venv, see above"
    else
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        fail "$python has no venv module. On Debian and Ubuntu: apt-get install python$version-venv"
    fi
}

install() {
    free=$(df -Pk . | awk 'NR == 2 { print $4 }')
    [ "$free" -ge 400000 ] || fail "the disk of $PWD is full ($((free / 1024)) MB free, 400 MB wanted): free some space"
    say "installing $wanted (once, and when it changes)"
    if command -v uv >/dev/null; then
        uv pip install -q -p $venv/bin/python -r "$wanted"
    else
        $venv/bin/python -m ensurepip >/dev/null 2>&1 || true  # a venv that uv made has no pip
        $venv/bin/python -m pip install -q --disable-pip-version-check -r "$wanted"
    fi || fail "the packages of $wanted could not be installed, see above (is there a network?)"
}

# A folder that was moved has scripts that point to its old place: hence PWD.
state=$(cat requirements*.txt constraints.txt | cksum; pwd)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state" ] && $venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi
if ! $venv/bin/python -c '' 2>/dev/null || { [ -f "$stamp" ] && ! grep -qxF "$PWD" "$stamp"; }; then
    make_venv
fi
install
printf '%s\n' "$state" > "$stamp"
