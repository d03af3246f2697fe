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
title 'What a core can do: the roofline of process models'
"$bin/peak_bench"
title 'Generated kernels of all models on all instruction sets, lane-days/s'
"$bin/kernels_bench" --benchmark_min_time=0.2
title 'HBV with 13 parameters: generated kernels against a LibTorch loop over days'
"$bin/hbv_loop_torch_bench"
title 'Local models of 401 basins, trained side by side: against LibTorch, one basin after another'
"$bin/local_models_torch_bench"
title 'SCE-UA, one basin, 10 years: Freshet against spotpy with numba'
"$python" benchmarks/spotpy_hbv.py "$bin/calibrate_bench"
for model in 'hbv_betaet none' 'hbv_betaet gamma' 'exp_hydro none'; do
  title "SCE-UA, 401 basins together, 10,000 evaluations each, two threads: $model"
  # shellcheck disable=SC2086  # model and routing are two arguments
  "$bin/calibrate_bench" $model 401 2
done
