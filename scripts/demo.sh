#!/usr/bin/env bash
# The main job, once through, on virtual basins (synthetic data with known truth): make data, look at them, train a
# regional LSTM, evaluate it on years it never saw, write the report.
set -euo pipefail

freshet=$(readlink -f "${1:?usage: scripts/demo.sh PROGRAM}")
cd "${BASH_SOURCE[0]%/*}/.."

stamp=$(date +%Y%m%d_%H%M%S)
run=runs/demo_$stamp
export FRESHET_VIRTUAL_BASINS=$PWD/runs/virtual_basins
export XDG_CACHE_HOME=$PWD/runs/cache

step() { printf '\n\033[1m%s\033[0m\n' "$*"; }

mkdir -p runs
if [[ ! -f $FRESHET_VIRTUAL_BASINS/README.txt ]]; then
  step 'Virtual basins: 50 rivers, 16 years of daily weather and discharge, made up by a weather generator and an HBV model'
  rm -rf "$FRESHET_VIRTUAL_BASINS"
  "$freshet" synth --basins 50 --years 16 --seed 1 --out "$FRESHET_VIRTUAL_BASINS"
fi

step 'What a run would read, and what is odd about it'
"$freshet" data check examples/virtual_basins/lstm.yml | tail --lines=12

step 'Training one LSTM on all basins'
"$freshet" train examples/virtual_basins/lstm.yml --out "$run"

step 'Years and flows it never saw (synthetic basins; persistence knows yesterday'"'"'s flow, the LSTM only the weather)'
"$freshet" evaluate "$run"
printf '\nOpen %s/report.html in a browser. Next: docs/tutorial.md\n' "$PWD/$run"
