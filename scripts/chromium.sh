#!/bin/sh
# Debian's chromium for the browser tests: installed where that is allowed, else said plainly.
set -u
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setup: installing chromium for the browser tests" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends chromium; } >/dev/null && exit 0
fi
echo "setup: LEFT OUT: no chromium here, the browser tests will be skipped." >&2
echo "setup: to have them run, as root: apt-get install chromium" >&2
