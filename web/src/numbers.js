export const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export const kMissingText = "–";

const withSign = (text) => text.replace("-", "\u2212");

/** A number with a fixed count of decimals, a true minus sign, and a dash for a missing one. */
export function fixed(value, decimals) {
  if (!isNumber(value)) return kMissingText;
  const text = value.toFixed(decimals);
  return withSign(Number(text) === 0 ? text.replace("-", "") : text);
}

/** About `digits` significant digits, for numbers whose size is not known beforehand. */
export function significant(value, digits = 3) {
  if (!isNumber(value)) return kMissingText;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return withSign(value.toExponential(digits - 1));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return withSign(value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
}

/** Three significant digits, whole numbers in full, and no zeros that say nothing. */
export function compact(value) {
  if (!isNumber(value)) return kMissingText;
  return withSign(String(Number(Math.abs(value) >= 1000 ? Math.round(value) : value.toPrecision(3))));
}

export const count = (value) => value.toLocaleString("en");
export const basinCount = (value) => `${count(value)} ${value === 1 ? "basin" : "basins"}`;

/** The finite ones, ascending. */
export const sortedNumbers = (values) => values.filter(isNumber).sort((a, b) => a - b);

/** Quantile of ascending numbers with linear interpolation (p = 0.5 is the median); NaN of none. */
export function quantile(sorted, p) {
  if (sorted.length === 0) return NaN;
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

export const median = (values) => quantile(sortedNumbers(values), 0.5);

/** Where a value lies in a range, linear or logarithmic: 0 at its low end, 1 at its high end. */
export function positionIn({ low, high, logarithmic }, value) {
  return logarithmic ? Math.log(Math.max(value, 0) / low) / Math.log(high / low) : (value - low) / (high - low);
}

/** The value at such a position. */
export function valueAt({ low, high, logarithmic }, position) {
  return logarithmic ? low * (high / low) ** position : low + position * (high - low);
}

/** Ranks from 1, ties at the mean of theirs. */
function ranks(values) {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
  const result = new Array(values.length);
  for (let first = 0, end; first < order.length; first = end) {
    for (end = first + 1; end < order.length && values[order[end]] === values[order[first]]; ) ++end;
    for (let i = first; i < end; ++i) result[order[i]] = (first + end + 1) / 2;
  }
  return result;
}

/** Spearman's rank correlation of two sets of numbers; NaN where one is constant. */
export function rankCorrelation(a, b) {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length + 1) / 2;
  const product = (u, v) => u.reduce((sum, _, i) => sum + (u[i] - mean) * (v[i] - mean), 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

/** A number as an axis shows it. */
export const axisText = (value) => withSign(String(Number(value.toPrecision(6))));

/** The step 1, 2 or 5 times a power of ten that cuts `span` into `parts` or somewhat fewer. */
export function niceStep(span, parts) {
  const magnitude = 10 ** Math.floor(Math.log10(span / parts));
  return magnitude * [1, 2, 5, 10].find((factor) => factor * magnitude >= (span / parts) * 0.999);
}

/** `value` rounded down (direction -1) or up (+1) to a multiple of `step`. */
export function roundTo(step, value, direction) {
  const round = direction < 0 ? Math.floor : Math.ceil;
  return Number((round(value / step) * step).toPrecision(12));
}
