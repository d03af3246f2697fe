import { compact, fixed, niceStep, quantile, roundTo, significant, sortedNumbers } from "./numbers.js";

// What the page knows of a metric: its label, and its kind, which sets colours, axis range and number format.
//   skill   1 is perfect, 0 is as good as a constant; colours clipped to [0, 1]
//   signed  0 is perfect, both signs are errors
//   ratio   1 is perfect, both sides are errors
//   error   0 is perfect, larger is worse
//   plain   nothing known: shown as it comes
//   compact none of a metric's, but a quantity with a range of its own: as short as it can be
const kMetrics = {
  nse: ["NSE", "skill", ""],
  mnse: ["mNSE", "skill", ""],
  log_nse: ["log-NSE", "skill", ""],
  kge: ["KGE", "skill", ""],
  kge_2009: ["KGE 2009", "skill", ""],
  kge_2012: ["KGE 2012", "skill", ""],
  correlation: ["r", "skill", ""],
  pearson_r: ["r", "skill", ""],
  r: ["r", "skill", ""],
  rmse: ["RMSE", "error", "mm/day"],
  ubrmse: ["ubRMSE", "error", "mm/day"],
  mse: ["MSE", "error", "mm²/day²"],
  mae: ["MAE", "error", "mm/day"],
  bias: ["Bias", "signed", "mm/day"],
  pbias: ["Bias", "signed", "%"],
  beta_nse: ["β-NSE", "signed", ""],
  fhv: ["FHV", "signed", "%"],
  flv: ["FLV", "signed", "%"],
  fms: ["FMS", "signed", "%"],
  alpha: ["α", "ratio", ""],
  alpha_nse: ["α-NSE", "ratio", ""],
  beta: ["β", "ratio", ""],
  beta_kge: ["β-KGE", "ratio", ""],
  gamma: ["γ", "ratio", ""],
  peak_timing: ["Peak timing", "error", "days"],
  peak_mape: ["Peak MAPE", "error", "%"],
  missed_peaks: ["Missed peaks", "error", ""],
};

export function metricInfo(key) {
  const [label, kind, unit] = kMetrics[key.toLowerCase().replace(/[^a-z0-9]+/g, "_")] ?? [key, "plain", ""];
  return { key, label, kind, unit, title: unit ? `${label} (${unit})` : label };
}

/** A score as text; an info with `decimals` of its own has just these. */
export function formatScore(info, value, extraDecimals = 0) {
  if (info.decimals !== undefined) return fixed(value, info.decimals);
  if (info.kind === "compact") return compact(value);
  if (info.kind === "plain" || Math.abs(value) >= 1e4) return significant(value, 3 + extraDecimals);
  if (info.kind === "error" && info.unit !== "%") return significant(value, 3);
  return fixed(value, (info.unit === "%" ? 1 : 2) + extraDecimals);
}

/** The range of values worth telling apart (an info may have its own), and whether its middle is the good value (diverging colours). */
export function colourRange(info, values) {
  if (info.range) return info.range;
  const sorted = sortedNumbers(values);
  const spread = (centre) => {
    const reach = Math.max(centre - quantile(sorted, 0.05), quantile(sorted, 0.95) - centre, 1e-9);
    const rounded = roundTo(niceStep(reach, 5), reach, 1);
    return { low: centre - rounded, high: centre + rounded, diverging: true, reversed: false };
  };
  if (info.kind === "skill" || sorted.length === 0) return { low: 0, high: 1, diverging: false, reversed: false };
  if (info.kind === "signed") return spread(0);
  if (info.kind === "ratio") return spread(1);
  const { low, high } = axisRange(info, [values]);
  return { low, high, diverging: false, reversed: info.kind === "error" };
}

/** The range of the distribution's axis over several sets of values, and its step. Long tails are cut off. */
export function axisRange(info, sets) {
  const sorted = sets.map(sortedNumbers).filter((values) => values.length > 0);
  if (sorted.length === 0) return { low: 0, high: 1, step: 0.2 };
  const low = Math.min(...sorted.map((values) => quantile(values, 0.03)));
  const high = Math.max(...sorted.map((values) => quantile(values, 0.97)));
  if (info.kind === "skill")
    return low < -0.6 ? { low: -1, high: 1, step: 0.5 } : { low: Math.min(0, roundTo(0.2, low, -1)), high: 1, step: 0.2 };
  const start = info.kind === "error" ? 0 : low;
  const step = niceStep(high - start || Math.abs(high) || 1, 5);
  const [first, last] = [roundTo(step, start, -1), roundTo(step, high, 1)];
  return { low: first, high: last > first ? last : first + step, step };
}
