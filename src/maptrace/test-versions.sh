#!/usr/bin/env bash
# Tests and vets the module with every Go release it supports, as far as the Go module proxy has them. The race detector runs with the newest.
set -uo pipefail
cd "$(dirname "$0")"
failed=0
for version in 1.22.12 1.23.12 1.24.13 1.25.7 1.26.8 1.27.0; do
  export GOTOOLCHAIN=go$version
  if ! go version >/dev/null 2>&1; then
    echo "go$version: not available here, not tested"
    continue
  fi
  if go vet . && go test -count=1 .; then
    echo "go$version: ok"
  else
    echo "go$version: FAILED"
    failed=1
  fi
done
for experiment in 1.24.13 1.25.7; do
  echo "go$experiment with classic maps:"
  GOTOOLCHAIN=go$experiment GOEXPERIMENT=noswissmap go test -count=1 . || failed=1
done
echo "race detector:"
go test -race -count=1 . || failed=1
exit $failed
