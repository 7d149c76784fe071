#!/bin/sh
# Records the captures of ../../fixtures/cases again: record.sh [CASE...]. Needs Go 1.26, and 1.23 for the case of classic maps.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../fixtures/cases
binary=$(mktemp)
trap 'rm -f "$binary"' EXIT
record() { # toolchain case folder
	(cd "$here" && GOTOOLCHAIN=$1 CGO_ENABLED=0 go build -trimpath -o "$binary" .)
	GOMAXPROCS=2 "$binary" "$2" "$out/$3" 2>/dev/null
}
for name in ${*:-paths keys growth leaks pauses notgc rwmutex syncmap}; do record go1.26.8 "$name" "$name"; done
for name in ${*:-paths growth}; do case $name in paths | growth) record go1.23.12 "$name" "$name-classic" ;; esac; done
gzip -9nf "$out"/*/trace.out
