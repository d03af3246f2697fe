#!/usr/bin/env bash
# Checks the format of the C++ sources, the shell scripts, and, with clang-tidy, what is built without LibTorch.
#
#   scripts/lint.sh           format, scripts, clang-tidy on the sources that differ from main
#   scripts/lint.sh --quick   format and scripts alone
#   scripts/lint.sh --all     clang-tidy on all sources
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

mode=${1:-}
case $mode in
  '' | --quick | --all) ;;
  *) printf 'usage: scripts/lint.sh [--quick | --all]\n' >&2; exit 2 ;;
esac
failed=0
note() {
  printf 'lint: %s\n' "$1"
  failed=1
}

git ls-files '*.cpp' '*.hpp' | xargs --no-run-if-empty clang-format-14 --dry-run --Werror ||
  note "some sources are not formatted; 'make fmt' formats them"

{ git ls-files '*.sh'; printf '.ci/run\n'; } | xargs shellcheck || note "shellcheck found something"

tidy_sources() {
  if [[ $mode == --all ]]; then
    git ls-files 'src/freshet/*.cpp'
  else
    git diff --name-only --diff-filter=d "$(git merge-base HEAD main)" -- 'src/freshet/*.cpp'
  fi
}
if [[ $mode != --quick ]]; then
  # A build folder of its own: no precompiled header and no LibTorch, neither of which clang-tidy gets on with.
  cmake --preset dev -B build/lint -DFRESHET_WITH_TORCH=OFF -DFRESHET_BUILD_TESTS=OFF >/dev/null
  built=$(sed -n "s|^  \"file\": \"$PWD/\(.*\)\"$|\1|p" build/lint/compile_commands.json | sort)
  mapfile -t sources < <(comm -12 <(tidy_sources | sort) - <<<"$built")
  printf 'lint: clang-tidy on %d sources\n' "${#sources[@]}"
  printf '%s\n' "${sources[@]}" |
    xargs --no-run-if-empty --max-args=4 --max-procs="$(nproc)" \
      clang-tidy-14 -p build/lint --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-ignored-optimization-argument \
      2> >(grep --invert-match 'warnings\? generated' >&2) ||
    note "clang-tidy found something"
fi
((failed)) || printf 'lint: nothing to complain about\n'
exit "$failed"
