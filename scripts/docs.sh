#!/usr/bin/env bash
# Writes docs/reference from the program's own tables of configuration keys and command line options.
set -euo pipefail

if (($# != 1)); then
  printf 'usage: scripts/docs.sh PROGRAM\n' >&2
  exit 2
fi
program=$(readlink -f "$1")
reference=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)/docs/reference
mkdir -p "$reference"

# Whole pages or none: a failing program leaves the old page.
write_page() {
  local page=$reference/$1
  shift
  "$program" "$@" >"$page.new"
  mv "$page.new" "$page"
  printf 'docs: %s\n' "$page"
}
trap 'rm -f "$reference"/*.new' EXIT
write_page configuration.md config explain --markdown
write_page calibration.md config explain --of calibrate --markdown
write_page cli.md --help-markdown
