import { gainInfo, label, pairOf } from "./comparison_data.js";
import { byId, h } from "./dom.js";
import { formatScore } from "./metrics.js";
import { count, fixed, isNumber, kMissingText, significant } from "./numbers.js";

const kQuantiles = ["lowest", "5 %", "25 %", "75 %", "95 %", "highest"];

/** A table with a heading column; cells are texts or elements. */
export function plainTable(caption, head, rows) {
  const line = ([first, ...cells]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, first),
      cells.map((cell) => h("td", {}, cell)),
    );
  const [corner, ...columns] = head;
  return h(
    "div",
    { class: "basin-scores" },
    h(
      "table",
      { class: "scores-table plain" },
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", {}, corner),
          columns.map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h("tbody", {}, rows.map(line)),
    ),
  );
}

/** A value with its interval in small. */
export function estimate(info, [value, low, high], signed = false) {
  const text = (x) => {
    const plain = formatScore(info, x, 1);
    return signed && Number(plain) > 0 ? `+${plain}` : plain;
  };
  return [text(value), isNumber(low) ? h("small", {}, `${text(low)} to ${text(high)}`) : null];
}

export const pText = (p) => (isNumber(p) ? (p < 0.001 ? significant(p, 2) : fixed(p, 3)) : kMissingText);

/** A line a model: centres with intervals, spread, quantiles, counts. */
export function summaryTable(data, metric) {
  const efficiency = metric.models.some(({ good }) => good !== null);
  const head = ["Run", "median", "mean", "sd", ...kQuantiles, ...(efficiency ? ["below 0", `≥ ${data.good}`] : []), "basins"];
  const rows = data.models.map((model, i) => {
    const of = metric.models[i];
    const score = (value) => formatScore(metric.info, value, 1);
    const counts = efficiency ? [of.belowZero, of.good].map(count) : [];
    return [
      label(model),
      estimate(metric.info, of.median),
      estimate(metric.info, of.mean),
      score(of.deviation),
      ...of.quantiles.map(score),
      ...counts,
      count(of.basins),
    ];
  });
  return plainTable(`${metric.title}; in small, the intervals`, head, rows);
}

/** The numbers of one pair, and how its good basins overlap. */
export function pairTables(data, metric, model, against) {
  const pair = pairOf(metric, model, against);
  if (!pair) return [];
  const info = gainInfo(metric.info);
  const [a, b] = [data.models[model].name, data.models[against].name];
  const numbers = plainTable(
    `${a} against ${b}: gain in ${metric.info.title}, positive where ${a} is better`,
    ["", "median gain", "mean gain", "gain of the median", "better / equal / worse", "p", "p, Holm", "test", "d_z", "d"],
    [
      [
        a,
        estimate(info, pair.medianGain, true),
        estimate(info, pair.meanGain, true),
        estimate(info, pair.gainOfMedian, true),
        `${count(pair.better)} / ${count(pair.equal)} / ${count(pair.worse)}`,
        pText(pair.p),
        pText(pair.holm),
        pair.test,
        fixed(pair.dPaired, 3),
        fixed(pair.dPooled, 3),
      ],
    ],
  );
  if (!pair.good) return [numbers];
  const [both, onlyFirst, onlySecond, neither] = pair.good.map(count);
  const good = plainTable(
    `Basins with ${metric.info.label} ≥ ${data.good}; McNemar's exact p: ${pText(pair.mcnemar)}`,
    ["", `${b}: yes`, `${b}: no`],
    [
      [`${a}: yes`, both, onlyFirst],
      [`${a}: no`, onlySecond, neither],
    ],
  );
  return [numbers, good];
}

/** Median gain and adjusted p of every pair: rows over columns. */
export function drawMatrix(data, metric) {
  const section = byId("matrix");
  section.hidden = data.paired < 3;
  if (section.hidden) return;
  const info = gainInfo(metric.info);
  const models = data.models.slice(0, data.paired);
  const cell = (row, column) => {
    const pair = row === column ? undefined : pairOf(metric, row, column);
    return pair ? [estimate(info, [pair.medianGain[0]], true)[0], h("small", {}, `p ${pText(pair.holm)}`)] : "";
  };
  const rows = models.map(({ name }, row) => [name, ...models.map((_, column) => cell(row, column))]);
  section.replaceChildren(
    h("div", { class: "section-head" }, h("h2", { id: "matrix-title" }, "All pairs")),
    plainTable(
      `Median gain in ${metric.info.title} of the row over the column, and Holm's p`,
      ["", ...models.map(({ name }) => `over ${name}`)],
      rows,
    ),
  );
}

/** Where the scores come from, as far as it is known. */
export function drawSources(data) {
  const rows = data.models.map((model) => [
    label(model),
    ...[model.period, model.mode, model.dataset, model.forcings, model.source].map((text) => text || kMissingText),
  ]);
  byId("sources").replaceChildren(
    h("div", { class: "section-head" }, h("h2", { id: "sources-title" }, "Sources")),
    plainTable("Where the scores come from", ["Run", "period", "mode", "data set", "forcings", "source"], rows),
  );
}
