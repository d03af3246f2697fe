import { metricInfo } from "./metrics.js";
import { isNumber } from "./numbers.js";

/** The JSON that the page holds. */
export const readPageData = () => JSON.parse(document.getElementById("report-data").textContent);

/** Gives basins the few derived things every part of a page needs. */
export function withBasinFields(basins) {
  basins.forEach((basin, index) => {
    basin.index = index;
    basin.label = basin.name && basin.name !== basin.id ? `${basin.id} ${basin.name}` : basin.id;
    basin.located = isNumber(basin.latitude) && isNumber(basin.longitude);
    basin.search = basin.label.toLowerCase();
  });
}

/** Reads the report's JSON and gives it what its parts need. */
export function readReport() {
  const report = readPageData();
  report.metrics = report.metrics.map(metricInfo);
  report.mainIndex = Math.max(
    0,
    report.metrics.findIndex((info) => info.key === report.mainMetric),
  );
  report.main = report.metrics[report.mainIndex];
  withBasinFields(report.basins);
  return report;
}

/** The run's scores in one metric, in the order of basins; null where missing. */
export const scoresOf = (report, metricIndex) => report.basins.map((basin) => basin.scores[metricIndex]);

/** A comparison's scores in one metric, or nothing if it has none. */
export function comparisonScores(report, comparison, metricIndex) {
  const values = comparison.scores[report.metrics[metricIndex].key];
  return values?.some(isNumber) ? values : undefined;
}
