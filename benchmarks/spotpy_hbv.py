"""SCE-UA of spotpy with a model compiled by numba, beside Freshet's in the same run: evaluations a second for one basin.

    python benchmarks/spotpy_hbv.py CALIBRATE_BENCH [repeats]

CALIBRATE_BENCH is the program of calibrate_bench.cpp, which writes the basin's data: 10 years of days. Both search with 10
complexes, minimise 1 - NSE, and make 10,000 evaluations; the stopping rules other than the budget are off. Runs alternate, one
thread each; the fastest of each counts. The models are the same equations in the same order: HBV with 13 parameters, with and
without the gamma unit hydrograph, and EXP-HYDRO, in double precision; numba may reorder sums and use the processor's own
instructions (fastmath), and compiles before the clock starts.
"""

import contextlib
import io
import math
import os
import subprocess
import sys
import tempfile
import time

import numba
import numpy as np
import spotpy

EVALUATIONS, COMPLEXES = 10000, 10

HBV_RANGES = [
    (1, 6), (50, 1000), (0.05, 0.9), (0.01, 0.5), (0.001, 0.2), (0.2, 1), (0, 10), (0, 100), (-2.5, 2.5), (0.5, 10), (0, 0.1),
    (0, 0.2), (0.3, 5),
]  # fmt: skip
GAMMA_RANGES = [(0, 2.9), (0, 6.5)]
EXP_HYDRO_RANGES = [(0, 0.1), (100, 1500), (10, 50), (0, 5), (-3, 0), (0, 3)]


@numba.njit(fastmath=True)
def hbv(precipitation, temperature, pet, p, runoff):
    beta, fc, k0, k1, k2, lp, perc, uzl, tt, cfmax, cfr, cwh, betaet = p[:13]
    snowpack = meltwater = soil = upper = lower = 1e-3
    for t in range(len(runoff)):
        warmth = temperature[t] - tt
        rain = precipitation[t] if warmth >= 0 else 0.0
        snowpack += precipitation[t] - rain
        melt = min(max(cfmax * warmth, 0.0), snowpack)
        meltwater += melt
        snowpack -= melt
        refreezing = min(max(-cfr * cfmax * warmth, 0.0), meltwater)
        snowpack += refreezing
        meltwater -= refreezing
        outflow = max(meltwater - cwh * snowpack, 0.0)
        meltwater -= outflow
        water = rain + outflow
        recharge = water * min((soil / fc) ** beta, 1.0)
        soil += water - recharge
        excess = max(soil - fc, 0.0)
        soil -= excess
        soil = max(soil - min(pet[t] * min((soil / (lp * fc)) ** betaet, 1.0), soil), 1e-5)
        upper += recharge + excess
        percolation = min(perc, upper)
        upper -= percolation
        quickflow = k0 * max(upper - uzl, 0.0)
        upper -= quickflow
        interflow = k1 * upper
        upper -= interflow
        lower += percolation
        baseflow = k2 * lower
        lower -= baseflow
        runoff[t] = quickflow + interflow + baseflow


@numba.njit(fastmath=True)
def hbv_gamma(precipitation, temperature, pet, p, discharge):
    runoff = np.empty(len(discharge))
    hbv(precipitation, temperature, pet, p, runoff)
    weights = np.empty(15)
    for k in range(15):
        weights[k] = (k + 0.5) ** (p[13] + 0.1 - 1.0) * math.exp(-(k + 0.5) / (p[14] + 0.5))
    weights /= weights.sum()
    for t in range(len(runoff)):
        routed = 0.0
        for k in range(min(15, t + 1)):
            routed += weights[k] * runoff[t - k]
        discharge[t] = routed


@numba.njit(fastmath=True)
def smooth_step(x):
    return 0.5 * (1.0 + math.tanh(5.0 * x))


@numba.njit(fastmath=True)
def bucket_losses(bucket, pet, f, smax, qmax):
    filled, above = smooth_step(bucket), smooth_step(bucket - smax)
    below = 1.0 - above
    declined = math.exp(min(f * (bucket - smax), 50.0))
    return (filled * pet * (above + below * (bucket / smax)), filled * qmax * (above + below * declined),
            filled * above * (bucket - smax))  # fmt: skip


@numba.njit(fastmath=True)
def exp_hydro(precipitation, temperature, pet, p, runoff):
    f, smax, qmax, ddf, tmin, tmax = p[:6]
    snowpack = bucket = 0.0
    for t in range(len(runoff)):
        rain = smooth_step(temperature[t] - tmin) * precipitation[t]
        warmth = temperature[t] - tmax
        melt = smooth_step(warmth) * smooth_step(snowpack) * min(ddf * warmth, snowpack)
        evaporation, subsurface, surface = bucket_losses(bucket, pet[t], f, smax, qmax)
        snowpack += precipitation[t] - rain - melt
        bucket += rain + melt - evaporation - subsurface - surface
        after = bucket_losses(bucket, pet[t], f, smax, qmax)
        runoff[t] = after[1] + after[2]


@numba.njit(fastmath=True)
def one_less_nse(simulated, observed):
    mean = observed.mean()
    error = spread = 0.0
    for t in range(len(observed)):
        error += (simulated[t] - observed[t]) ** 2
        spread += (observed[t] - mean) ** 2
    return error / spread


class Setup:
    def __init__(self, model, ranges, data):
        self.model = model
        self.forcing = [np.ascontiguousarray(data[:, v]) for v in range(3)]
        self.observed = np.ascontiguousarray(data[:, 3])
        self.params = [spotpy.parameter.Uniform(f"p{i}", low, high) for i, (low, high) in enumerate(ranges)]

    def parameters(self):
        return spotpy.parameter.generate(self.params)

    def simulation(self, x):
        discharge = np.empty(len(self.observed))
        self.model(*self.forcing, np.asarray(x, dtype=np.float64), discharge)
        return discharge

    def evaluation(self):
        return self.observed

    def objectivefunction(self, simulation, evaluation):
        return one_less_nse(simulation, evaluation)


def spotpy_rate(setup, seed):
    """Evaluations a second of one calibration, and 1 - its best value."""
    with contextlib.redirect_stdout(io.StringIO()):
        sampler = spotpy.algorithms.sceua(setup, dbname="unused", dbformat="ram", save_sim=False, random_state=seed)
        start = time.perf_counter()
        sampler.sample(EVALUATIONS, ngs=COMPLEXES, kstop=10**6, pcento=0, peps=0)
        seconds = time.perf_counter() - start
    results = sampler.getdata()
    return len(results) / seconds, 1 - results["like1"].min()


def model_rate(setup, ranges):
    """Runs of the compiled model alone a second."""
    middle = np.array([(low + high) / 2 for low, high in ranges])
    start = time.perf_counter()
    for _ in range(500):
        setup.simulation(middle)
    return 500 / (time.perf_counter() - start)


def freshet_rate(program, model, routing):
    printed = subprocess.run([program, model, routing, "1", "1"], check=True, capture_output=True, text=True).stdout
    return float(printed.split()[-1])


def main():
    program, repeats = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    cases = [("hbv_betaet", "none", hbv, HBV_RANGES), ("hbv_betaet", "gamma", hbv_gamma, HBV_RANGES + GAMMA_RANGES),
             ("exp_hydro", "none", exp_hydro, EXP_HYDRO_RANGES)]  # fmt: skip
    print("Evaluations/s, one thread")
    print(f"{'model':<12}{'routing':<8}{'numba alone':>14}{'spotpy + numba':>17}{'Freshet':>12}{'ratio':>8}{'NSE of spotpy':>16}")
    for model, routing, function, ranges in cases:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "basin.csv")
            subprocess.run([program, model, routing, "--write", path], check=True)
            data = np.loadtxt(path, delimiter=",")
        setup = Setup(function, ranges, data)
        model_rate(setup, ranges)  # compiles
        one_less_nse(setup.observed, setup.observed)
        alone, theirs, ours, nse = [], [], [], []
        for seed in range(repeats):
            alone.append(model_rate(setup, ranges))
            rate, found = spotpy_rate(setup, seed)
            theirs.append(rate)
            nse.append(found)
            ours.append(freshet_rate(program, model, routing))
        print(f"{model:<12}{routing:<8}{max(alone):>14.0f}{max(theirs):>17.0f}{max(ours):>12.0f}{max(ours) / max(theirs):>8.1f}"
              f"{min(nse):>16.4f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
