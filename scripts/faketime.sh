#!/bin/sh
# Debian's libfaketime for the tests of wrong clocks: installed where that is allowed, else said plainly.
set -u
installed() { ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1; }
installed && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setup: installing libfaketime for the tests of wrong clocks" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends libfaketime; } >/dev/null && exit 0
fi
echo "setup: LEFT OUT: no libfaketime here, the tests of wrong clocks will be skipped." >&2
echo "setup: to have them run, as root: apt-get install libfaketime" >&2
