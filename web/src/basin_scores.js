import { isNarrow } from "./charts.js";
import { h } from "./dom.js";
import { formatScore } from "./metrics.js";
import { isNumber } from "./numbers.js";
import { comparisonScores } from "./report_data.js";

/** The models that have a score for the basin: this run, and the comparisons. */
function modelsOf(report, basin) {
  const { metrics, comparisons } = report;
  const others = comparisons.map((comparison) => ({
    name: comparison.name,
    values: metrics.map((_, i) => comparisonScores(report, comparison, i)?.[basin.index]),
  }));
  return [{ name: "This run", values: basin.scores }, ...others.filter(({ values }) => values.some(isNumber))];
}

/** A basin's scores as a table: a row a model or, on narrow screens, a row a metric. */
export function basinScores(report, basin) {
  const { metrics } = report;
  const models = modelsOf(report, basin);
  const labels = metrics.map((info) => [info.label, info.unit ? h("small", {}, info.unit) : null]);
  const names = models.map(({ name }) => name);
  const upright = isNarrow();
  const [columns, rows] = upright ? [names, labels] : [labels, names];
  const score = (metric, { values }) => h("td", {}, formatScore(metrics[metric], values[metric]));
  const cells = (row) => columns.map((_, column) => (upright ? score(row, models[column]) : score(column, models[row])));
  const heads = columns.map((label) => h("th", { scope: "col" }, label));
  const lines = rows.map((label, row) => h("tr", {}, h("th", { scope: "row" }, label), cells(row)));
  return h(
    "table",
    { class: upright ? "scores-table upright" : "scores-table" },
    h("caption", {}, "Scores of this basin"),
    h("thead", {}, h("tr", {}, h("td"), heads)),
    h("tbody", {}, lines),
  );
}
