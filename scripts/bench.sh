#!/usr/bin/env bash
# Builds the benchmarks and runs them all, peers in the same run. The data benchmark needs a CAMELS-US folder with its
# archives unpacked in FRESHET_CAMELS_US.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

cmake --preset bench
cmake --build build/bench --parallel "${JOBS:-$(nproc)}"
bin=build/bench/bin
python=${FRESHET_PYTHON:-.venv/bin/python}
steps=${FRESHET_BENCH_STEPS:-10}

title() { printf '\n== %s\n' "$*"; }

if [[ -n ${FRESHET_CAMELS_US:-} ]]; then
  title 'Reading CAMELS-US text, without and with the cache'
  "$bin/data_bench" "$FRESHET_CAMELS_US"
  title 'Peak memory of training on 401 basins (one epoch of 5 steps)'
  out=$(mktemp -d)
  trap 'rm -rf "$out"' EXIT
  /usr/bin/env python3 scripts/peak_memory.py "$bin/freshet" train examples/camels_us_lstm/lstm.yml --out "$out/run" \
    --set epochs=1 --set max_updates_per_epoch=5 --set validate_every=1
else
  title 'Reading CAMELS-US: skipped, FRESHET_CAMELS_US is not set'
fi
title 'Training step of the regional LSTM, Freshet'
"$bin/training_torch_bench" "$steps"
title 'The same step in PyTorch'
"$python" benchmarks/pytorch_step.py "$steps"
title 'LSTM sequence against torch::nn::LSTM'
"$bin/lstm_torch_bench" --benchmark_min_time=0.3
