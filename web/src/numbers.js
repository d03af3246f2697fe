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
