"""Makes the expected numbers of peaks_test.cpp and signatures_test.cpp, independently of Freshet, with NumPy and SciPy.

Run: python3 tests/unit/metrics/reference.py   (the numbers in the tests: NumPy 2.4.6, SciPy 1.17.1)
The series are those of synthetic_series.hpp.
"""

import datetime

import numpy as np
from scipy.signal import find_peaks

DAYS = 4 * 365 + 1 + 200
FIRST = datetime.datetime(1999, 8, 15)


def uniform(seed):
    values = []
    state = seed
    for _ in range(DAYS):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(state / 2**32)
    return np.array(values)


def reservoir(inflow, rate):
    store, outflow = 0.0, []
    for amount in inflow:
        store += amount
        outflow.append(rate * store)
        store -= outflow[-1]
    return np.array(outflow)


def flow(rain, quick_rate, slow_rate):
    return reservoir(0.4 * rain, quick_rate) + reservoir(0.25 * rain, slow_rate)


u, v, w = uniform(1), uniform(2), uniform(3)
rain = np.where(u > 0.8, (u - 0.8) * 100 * v, 0.0)
observed = flow(rain, 0.5, 0.02)
simulated = flow(rain * (0.6 + 0.8 * w), 0.35, 0.03)
simulated[400:1000] = simulated[399:999].copy()  # a day late
simulated[1230:1260] = 0.5  # one flood not seen at all
observed[100:110] = np.nan
simulated[635] = np.nan  # next to a flood
observed[0:3] = 0

valid = ~np.isnan(observed) & ~np.isnan(simulated)
position = np.where(valid)[0]
o, s = observed[valid], simulated[valid]


def whole(peak, window):
    inside = peak - window >= 0 and peak + window < len(o)
    return inside and position[peak + window] - position[peak - window] == 2 * window


def timing(step_minutes):
    window = max(720 // step_minutes, 3)
    lags = []
    for peak in find_peaks(o, distance=100, prominence=np.std(o))[0]:
        if not whole(peak, window):
            continue
        if s[peak] > s[peak - 1] and s[peak] > s[peak + 1]:
            lags.append(0)
        else:
            lags.append(abs(int(np.argmax(s[peak - window:peak + window + 1])) - window))
    return lags, np.mean(lags)


def missed(step_minutes):
    window = max(720 // step_minutes, 1)
    peaks = find_peaks(o, distance=30, height=np.percentile(o, 80))[0]
    found = find_peaks(s, distance=30, height=np.percentile(s, 80))[0]
    lost = [p for p in peaks if whole(p, window) and not np.any(np.abs(found - p) <= window)]
    return len(lost), len(peaks), len(lost) / len(peaks)


def years(month):
    dates = np.array([FIRST + datetime.timedelta(days=i) for i in range(DAYS)])
    for year in range(FIRST.year, 2100):
        start, end = datetime.datetime(year, month, 1), datetime.datetime(year + 1, month, 1)
        if end > dates[-1]:
            return
        if start >= FIRST:
            yield (dates >= start) & (dates < end)


def run_length(inside):
    text = "".join("x" if x else " " for x in inside)
    return np.mean([len(run) for run in text.split()])


def baseflow_index(q, alpha, passes, warm_up=30):
    index = np.where(~np.isnan(q))[0]
    base = total = 0.0
    for run in np.split(index, np.where(np.diff(index) > 1)[0] + 1):
        if len(run) <= warm_up:
            continue
        x = np.concatenate([q[run][1:warm_up + 1][::-1], q[run], q[run][-warm_up - 1:-1][::-1]])
        for k in range(passes):
            x = x[::-1] if k % 2 else x
            y, quick = np.empty_like(x), x[0]
            for i in range(len(x)):
                if i > 0:
                    quick = alpha * quick + (1 + alpha) / 2 * (x[i] - x[i - 1])
                y[i] = x[i] - quick if quick > 0 else x[i]
            x = y[::-1] if k % 2 else y
        base += x[warm_up:-warm_up].sum()
        total += q[run].sum()
    return base / total


def show(name, value):
    print(f"{name:40} {value!r}")


median, mean = np.nanmedian(observed), np.nanmean(observed)
show("some observed", observed[[5, 500, 1600]].tolist())
show("some simulated", simulated[[5, 500, 1600]].tolist())
show("flood peaks", find_peaks(o, distance=100, prominence=np.std(o))[0].tolist())
for step in (1440, 60):
    show(f"peak_timing, step {step}", timing(step))
    show(f"missed_peaks, step {step}", missed(step))
floods = find_peaks(o, distance=100, prominence=np.std(o))[0]
show("peak_mape", 100 * np.mean(np.abs(s[floods] - o[floods]) / o[floods]))
for factor in (9, 3):
    show(f"high_flow_frequency {factor}", np.mean([np.sum(observed[y] > factor * median) for y in years(1)]))
for factor in (0.2, 0.6):
    show(f"low_flow_frequency {factor}", np.mean([np.sum(observed[y] < factor * mean) for y in years(1)]))
show("high_flow_duration 3", run_length(observed > 3 * median))
show("low_flow_duration 0.6", run_length(observed < 0.6 * mean))
show("zero_flow_frequency", np.sum(observed == 0) / np.sum(~np.isnan(observed)))
sums = [np.nancumsum(observed[y]) for y in years(10)]
show("half_flow_date", np.mean([np.where(c > c[-1] / 2)[0][0] for c in sums]))
for alpha, passes in ((0.98, 3), (0.925, 3), (0.98, 9)):
    show(f"baseflow_index {alpha} {passes}", baseflow_index(observed, alpha, passes))
curve = np.sort(observed[~np.isnan(observed)])[::-1]
low, high = round(0.33 * len(curve)), round(0.66 * len(curve))
show("slope", (np.log(curve[low] + 1e-8) - np.log(curve[high] + 1e-8)) / (0.66 - 0.33))
known = ~np.isnan(observed)
q_mean, p_mean = observed[known].mean(), rain[known].mean()
changes = [(observed[y & known].mean() - q_mean) / (rain[y & known].mean() - p_mean) for y in years(10)]
show("stream_elasticity", np.median(changes) * p_mean / q_mean)
show("runoff_ratio", q_mean / p_mean)
show("q5, q95, mean", [float(np.nanquantile(observed, 0.05)), float(np.nanquantile(observed, 0.95)), float(mean)])

plateaus = [0, 2, 2, 0, 1, 3, 3, 3, 1, 5, 1, 4, 1, 4.5, 4.5, 0, 2, 1, 2, 2]
for rule in ({}, {"distance": 3}, {"height": 3}, {"prominence": 2}, {"distance": 5, "prominence": 2}):
    show(f"find_peaks {rule}", find_peaks(plateaus, **rule)[0].tolist())
