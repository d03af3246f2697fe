import { metricInfo } from "./metrics.js";
import { readPageData, withBasinFields } from "./report_data.js";
import { isNumber } from "./numbers.js";

/** Reads the comparison's JSON. Models are in the data's order everywhere: the reference first, context last. */
export function readComparison() {
  const data = readPageData();
  data.metrics.forEach((metric) => {
    metric.info = metricInfo(metric.key);
    metric.used = new Set(metric.basins);
  });
  withBasinFields(data.basins);
  data.paired = data.models.filter(({ paired }) => paired).length;
  return data;
}

/** A value that is larger the nearer a score is to the perfect one; null where the score is missing. */
function merit(metric, value) {
  if (!isNumber(value)) return null;
  return metric.higherIsBetter ? value : -Math.abs(value - metric.perfect);
}

/** How much better one model is than another in every basin, null where either has no score. */
export function gainsOf(metric, model, against) {
  const [own, other] = [metric.values[model], metric.values[against]];
  return own.map((value, basin) => {
    const [a, b] = [merit(metric, value), merit(metric, other[basin])];
    return a === null || b === null ? null : a - b;
  });
}

/** What is shown of a model's name where it stands alone. */
export const label = ({ name, paired }) => (paired ? name : `${name} (context)`);

/** How a gain is written: as its metric, with one more decimal. */
export function gainInfo(info, title = "Gain") {
  const decimals = info.unit === "%" ? 1 : 3;
  return { key: "gain", label: title, kind: "signed", unit: info.unit, title, decimals };
}

/** The pair's numbers with the models in the order asked for: those of the data, or turned round. */
export function pairOf(metric, model, against) {
  const same = metric.pairs.find((pair) => pair.model === model && pair.against === against);
  if (same) return same;
  const other = metric.pairs.find((pair) => pair.model === against && pair.against === model);
  if (!other) return undefined;
  const turned = ([value, low, high]) => [value, high, low].map((x) => (isNumber(x) ? -x : x));
  const negative = (x) => (isNumber(x) ? -x : x);
  return {
    ...other,
    model,
    against,
    medianGain: turned(other.medianGain),
    meanGain: turned(other.meanGain),
    gainOfMedian: turned(other.gainOfMedian),
    better: other.worse,
    worse: other.better,
    dPaired: negative(other.dPaired),
    dPooled: negative(other.dPooled),
    good: other.good && [other.good[0], other.good[2], other.good[1], other.good[3]],
  };
}
