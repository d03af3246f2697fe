#!/usr/bin/env bash
# Builds the benchmarks and runs each; an argument is passed on to every program (such as --benchmark_filter=...).
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

cmake --preset bench
cmake --build --preset bench --parallel "${JOBS:-$(nproc)}"
shopt -s nullglob
programs=(build/bench/bin/*_bench)
if ((${#programs[@]} == 0)); then
  printf 'bench: no benchmark was built\n' >&2
  exit 1
fi
# The one Python that has torch: benchmarks that time the same step through it find it here.
export FRESHET_PYTHON=${FRESHET_PYTHON:-$PWD/.venv/bin/python}
for program in "${programs[@]}"; do
  printf '\n== %s\n' "${program##*/}"
  "$program" "$@"
done
