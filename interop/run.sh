#!/usr/bin/env bash
# Writes tables of every kind, lets LanceDB read and change them, and reads the results back.
# Ends with "N passed, N failed"; the exit code is 1 when something failed. Needs Node and `npm install` in this folder.
set -euo pipefail
cd "$(dirname "$0")"
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
[ $# -gt 0 ] || trap 'rm -rf "$folder"' EXIT
[ -d node_modules ] || npm install --no-audit --no-fund >/dev/null
PENNON_INTEROP_FOLDER=$folder PENNON_INTEROP_WRITE_ONLY=1 dotnet test ../tests/Pennon.Lance.Tests -v q -nologo --filter "FullyQualifiedName~LanceDbReadsOurTables" >/dev/null
node check.mjs "$folder" 2>/dev/null
