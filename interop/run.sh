#!/usr/bin/env bash
# Runs the checks against LanceDB alone and shows what they print. Needs Node and the .NET SDK; installs the packages on first use.
# Ends with "N passed, N failed"; the exit code is 1 when something failed.
# usage: run.sh [FOLDER]   FOLDER keeps the tables and what LanceDB read from them
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
[ -d node_modules ] || npm install --no-audit --no-fund --no-progress || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ $# -eq 0 ] || { mkdir -p "$1" && export PENNON_INTEROP_FOLDER=$(realpath "$1"); }
dotnet test ../tests/Pennon.Lance.Tests -v q -nologo --filter "FullyQualifiedName~Pennon.Lance.Tests.Interop" 2>&1 | tee "$log"
passed=$(sed -nE 's/.*Passed: +([0-9]+).*/\1/p' "$log" | tail -1)
failed=$(sed -nE 's/.*Failed: +([0-9]+).*/\1/p' "$log" | tail -1)
echo "${passed:-0} passed, ${failed:-1} failed"
[ "${failed:-1}" -eq 0 ]
