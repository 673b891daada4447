#!/bin/sh
# Install what the suite needs from Debian, where this user may: root with apt-get. Elsewhere it
# names what is missing and goes on; the suite then tells what it could not run.
set -eu

WANTED="postgresql chromium libatomic1 libgomp1 fonts-noto-cjk"
missing=""
for package in $WANTED; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed"; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "not installed here (needs root and apt-get):$missing" >&2
    exit 0
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
quiet="-qq -o=Dpkg::Use-Pty=0 -o=DPkg::Lock::Timeout=600"
apt-get $quiet update </dev/null
# shellcheck disable=SC2086 # the list is meant to be split
if ! apt-get $quiet install -y --no-install-recommends $missing </dev/null >/tmp/zhian-apt.log 2>&1; then
    tail -n 20 /tmp/zhian-apt.log >&2
    echo "apt-get could not install:$missing" >&2
fi
