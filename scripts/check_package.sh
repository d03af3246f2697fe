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

# A model of one's own, built against the package as docs/adding_a_model.md says, and loaded.
page=$folder/share/doc/freshet/adding_a_model.md
mkdir "$work/model"
block() { # the first block of a language
  awk -v start="\`\`\`$1" '$0 == start {on = 1; next} /^```/ && on {exit} on' "$page"
}
block cpp >"$work/model/snow_bucket.hpp"
block cmake >"$work/model/CMakeLists.txt"
block yaml >"$work/model/parameters.yml"
block csv >"$work/model/forcing.csv"
if ! (cmake -S "$work/model" -B "$work/model/build" -DCMAKE_PREFIX_PATH="$folder" && cmake --build "$work/model/build") \
  >"$work/model.log" 2>&1; then
  cat "$work/model.log" >&2
  fail "the model of $page does not build"
fi
(cd "$work/model" && alone "$program" simulate --plugin build/snow_bucket.so --parameters parameters.yml \
  --forcing forcing.csv --out out.csv) || fail "the plug-in does not run"
[[ -s $work/model/out.csv ]] || fail "simulate wrote nothing"
printf 'check_package: a model of one'"'"'s own was built against the package, and run\n'

if [[ -n ${2:-} ]]; then
  alone "$program" predict "$work/run" --out "$work/predictions.nc"
  [[ -s $work/predictions.nc ]] || fail "predict wrote nothing"
  printf 'check_package: predict wrote %s bytes without Python\n' "$(stat --format %s "$work/predictions.nc")"
fi
