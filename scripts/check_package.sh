#!/usr/bin/env bash
# Proves that the packaged program stands alone: unpacks the archive elsewhere, hides the virtual environment, runs
# the program with an empty environment, and sees where each library is loaded from.
set -euo pipefail

usage='usage: scripts/check_package.sh ARCHIVE [RUN_FOLDER]'
if (($# < 1 || $# > 2)); then
  printf '%s\n' "$usage" >&2
  exit 2
fi
fail() {
  printf 'check_package: %s\n' "$*" >&2
  exit 1
}

root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
archive=$(readlink -f "$1")
work=$(mktemp -d)
hidden=
restore() {
  if [[ -n $hidden ]]; then mv "$hidden" "$root/.venv"; fi
  rm -rf "$work"
}
trap restore EXIT
trap 'exit 130' INT TERM

tar --extract --gzip --file "$archive" --directory "$work"
folder=$(find "$work" -mindepth 1 -maxdepth 1 -type d)
program=$folder/bin/freshet
[[ -x $program ]] || fail "the archive holds no bin/freshet"
if [[ -n ${2:-} ]]; then
  # A copy: the run's own folder stays as it is.
  cp -R "$2" "$work/run"
fi
if [[ -e $root/.venv ]]; then
  hidden=$root/.venv.hidden.$$
  mv "$root/.venv" "$hidden"
fi

# Neither Python nor any setting of this shell is within reach. The data folder is no part of the set-up: a run reads it.
alone() {
  env -i PATH=/nonexistent HOME="$work" ${FRESHET_DATA_DIR:+FRESHET_DATA_DIR="$FRESHET_DATA_DIR"} "$@"
}

# Each library must come from the package, or be of the C and C++ runtime that every system has.
runtime='ld-linux-[^/]*|linux-vdso|lib(c|m|mvec|dl|pthread|rt|resolv|util|anl|stdc\+\+|gcc_s)\.so'
loaded=$(alone LD_TRACE_LOADED_OBJECTS=1 "$program")
foreign=$(grep --invert-match --fixed-strings " => $folder/bin/../lib/" <<<"$loaded" |
  grep --invert-match --extended-regexp "^[[:space:]]*([^[:space:]]*/)?($runtime)" || true)
[[ -z $foreign ]] || fail "libraries from outside the package:"$'\n'"$foreign"
printf 'check_package: %s libraries from the package, none from elsewhere\n' "$(grep --count "$folder" <<<"$loaded")"

alone "$program" --version
if [[ -n ${2:-} ]]; then
  alone "$program" predict "$work/run" --out "$work/predictions.nc"
  [[ -s $work/predictions.nc ]] || fail "predict wrote nothing"
  printf 'check_package: predict wrote %s bytes without Python\n' "$(stat --format %s "$work/predictions.nc")"
fi
