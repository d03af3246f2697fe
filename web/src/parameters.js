import { axisStyle, createChart, tooltipStyle } from "./charts.js";
import { byId, escapeHtml, h } from "./dom.js";
import { BasinMap } from "./map.js";
import { axisRange, formatScore } from "./metrics.js";
import {
  axisText,
  basinCount,
  compact,
  count,
  fixed,
  isNumber,
  niceStep,
  positionIn,
  quantile,
  rankCorrelation,
  roundTo,
  sortedNumbers,
  valueAt,
} from "./numbers.js";
import { scoresOf } from "./report_data.js";
import { palette } from "./theme.js";

const kBins = 40; // of the histogram, over the range
const kBound = 0.01; // share of the range within which a value lies at its end
const kBeyond = 1e-6; // share of the range: less is rounding
const kMargin = 0.04; // share of the range that the scatter shows beyond an end with values there
const kNarrow = [0.005, 1 / 3]; // shares of the range that colours and scatter are drawn over instead of the whole
const kFewest = 10; // basins with both, for a correlation

/** How many of the values lie at the lower and at the upper end of the range, or beyond; and below and above it. */
export function atBounds(range, values) {
  const positions = sortedNumbers(values).map((value) => positionIn(range, value));
  const number = (test) => positions.filter(test).length;
  return {
    low: number((u) => u <= kBound),
    high: number((u) => u >= 1 - kBound),
    below: number((u) => u < -kBeyond),
    above: number((u) => u > 1 + kBeyond),
  };
}

/** Counts of values in equal parts of the range; what lies beyond is counted in the last ones. */
export function histogram(range, values) {
  const counts = new Array(kBins).fill(0);
  for (const value of sortedNumbers(values)) {
    const bin = Math.floor(positionIn(range, value) * kBins);
    ++counts[Math.min(kBins - 1, Math.max(0, bin))];
  }
  return counts;
}

/** What colours tell apart: the range, or about the 5 % to the 95 % quantile of values that are much closer together. */
export function shownRange(range, values) {
  const sorted = sortedNumbers(values);
  const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  const share = positionIn(range, high) - positionIn(range, low);
  if (!(share > kNarrow[0] && share < kNarrow[1])) return range;
  const step = range.logarithmic ? 0 : niceStep(high - low, 5);
  const [first, last] = step ? [roundTo(step, low, -1), roundTo(step, high, 1)] : [low, high];
  const ragged = [range.logarithmic, range.logarithmic]; // ends that are no round numbers
  return { ...range, low: Math.max(first, range.low), high: Math.min(last, range.high), narrow: true, ragged };
}

/** The axis of the scatter: what colours tell apart, with a margin where values lie beyond the range itself. */
function dotsRange({ whole, range }, values) {
  const { below, above } = atBounds(whole, values);
  if (range.narrow || !(below || above)) return range;
  const [low, high] = [below ? valueAt(whole, -kMargin) : whole.low, above ? valueAt(whole, 1 + kMargin) : whole.high];
  return { ...whole, low, high, ragged: [below > 0, above > 0] };
}

/** A parameter as the map reads it. */
function infoOf(parameter) {
  const range = { low: parameter.lower, high: parameter.upper, logarithmic: parameter.logarithmic, sequential: true };
  const shown = shownRange(range, parameter.values);
  const title = parameter.unit === "-" ? parameter.name : `${parameter.name} (${parameter.unit})`;
  const legend = `${title}, ${shown.narrow ? "where 90 % of basins lie" : "whole range"}`;
  return { key: parameter.name, label: title, kind: "compact", unit: "", title, legend, whole: range, range: shown };
}

/** The parameters of a process model: their values on a map, over their range, and beside the score. */
export class Parameters {
  constructor(report, selection) {
    this.report = report;
    this.selection = selection;
    this.parameters = report.parameters;
    byId("parameters").hidden = this.parameters.length === 0;
    if (this.parameters.length === 0) return;
    this.shown = 0;
    this.infos = this.parameters.map(infoOf);
    const basins = report.basins.map((basin, b) => ({ ...basin, scores: this.parameters.map(({ values }) => values[b]) }));
    this.map = new BasinMap({ ...report, metrics: this.infos, basins }, selection);
    const options = this.infos.map(({ title }, i) => h("option", { value: i }, `${title}: ${this.parameters[i].meaning}`));
    const choice = h("select", { id: "parameter", onchange: (event) => this.choose(Number(event.target.value)) }, options);
    this.meaning = h("p", { class: "facts" });
    this.bars = h("div", { class: "chart parameter-bars", role: "img" });
    this.barsNote = h("p", { class: "note" });
    this.dots = h("div", { class: "chart parameter-dots", role: "img" });
    this.dotsNote = h("p", { class: "note" });
    this.against = h("figure", {}, h("h3", {}, `Beside ${report.main.title}`), this.dots, this.dotsNote);
    const left = h("div", {}, h("figure", {}, h("h3", {}, "Values over the range"), this.bars, this.barsNote), this.against);
    byId("parameters").replaceChildren(
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "parameters-title" }, "Parameters"),
        h("label", { class: "field" }, "Parameter", choice),
      ),
      this.meaning,
      h("div", { class: this.map.usable ? "pair" : "single" }, left, this.map.usable ? this.map.element : null),
    );
    selection.listen(() => this.mark());
  }

  choose(index) {
    this.shown = index;
    return this.draw();
  }

  get info() {
    return this.infos[this.shown];
  }

  get values() {
    return this.parameters[this.shown].values;
  }

  draw() {
    if (this.parameters.length === 0) return undefined;
    this.start();
    const colours = palette();
    const { meaning } = this.parameters[this.shown];
    const sorted = sortedNumbers(this.values);
    const middle = sorted.length ? `, median ${compact(quantile(sorted, 0.5))} over ${basinCount(sorted.length)}` : "";
    this.meaning.textContent = `${this.info.title}: ${meaning}${middle}.`;
    this.charts[0].setOption(this.barsOption(colours), { notMerge: true });
    this.bars.setAttribute("aria-label", `Histogram of ${this.info.title} over basins`);
    const scores = scoresOf(this.report, this.report.mainIndex);
    const pairs = this.values.map((value, basin) => ({ value: [value, scores[basin]], basin }));
    this.pairs = pairs.filter(({ value }) => value.every(isNumber));
    this.against.hidden = this.pairs.length === 0;
    this.charts[1].setOption(this.dotsOption(colours), { notMerge: true });
    this.dots.setAttribute("aria-label", `${this.report.main.title} of basins by ${this.info.title}`);
    this.mark();
    return this.map.draw(this.shown);
  }

  start() {
    if (this.charts) return;
    this.charts = [createChart(this.bars), createChart(this.dots)];
    this.charts[1].on("click", ({ data }) => data && this.selection.set(data.basin));
  }

  axis({ low, high, logarithmic, ragged }, name, colours) {
    const style = axisStyle(colours);
    const ends = ragged ? { showMinLabel: !ragged[0], showMaxLabel: !ragged[1] } : {};
    return {
      ...style,
      type: logarithmic ? "log" : "value",
      min: low,
      max: high,
      splitNumber: 4,
      name,
      nameLocation: "middle",
      nameGap: 26,
      nameTruncate: { maxWidth: 300 },
      axisLine: { ...style.axisLine, onZero: false },
      splitLine: { show: false },
      axisLabel: { ...style.axisLabel, formatter: axisText, hideOverlap: true, ...ends },
    };
  }

  barsOption(colours) {
    const style = axisStyle(colours);
    const { whole } = this.info;
    const counts = histogram(whole, this.values);
    const ends = { color: colours.soft, width: 1, type: "dashed" };
    const marks = { silent: true, symbol: "none", label: { show: false } };
    const own = { color: colours.ink, width: 1.5, type: "solid" };
    return {
      animation: false,
      grid: { left: 46, right: 18, top: 16, bottom: 46 },
      tooltip: { ...tooltipStyle(colours), trigger: "axis", formatter: (items) => this.barTip(items, counts) },
      // The bars are parts of the range; the axis that is seen has the range's own scale.
      xAxis: [
        { ...this.axis(whole, this.info.title, colours), axisPointer: { show: false } },
        { type: "category", data: counts.map((_, i) => i), show: false, axisPointer: { type: "none" } },
      ],
      yAxis: { ...style, type: "value", minInterval: 1, splitNumber: 4, axisLine: { show: false }, axisTick: { show: false } },
      series: [
        { id: "basins", type: "bar", xAxisIndex: 1, data: counts, barCategoryGap: "10%", itemStyle: { color: colours.accent } },
        {
          id: "ends",
          type: "line",
          data: [],
          markLine: { ...marks, lineStyle: ends, data: [{ xAxis: whole.low }, { xAxis: whole.high }] },
        },
        { id: "selected", type: "line", data: [], markLine: { ...marks, lineStyle: own } },
      ],
    };
  }

  barTip(items, counts) {
    const bin = items.find(({ seriesId }) => seriesId === "basins")?.dataIndex;
    if (bin === undefined) return "";
    const [from, to] = [bin, bin + 1].map((edge) => compact(valueAt(this.info.whole, edge / kBins)));
    return `${escapeHtml(this.info.title)} ${from} to ${to}: ${basinCount(counts[bin])}`;
  }

  dotsOption(colours) {
    const { main } = this.report;
    const range = axisRange(main, [this.pairs.map(({ value }) => value[1])]);
    const shown = dotsRange(this.info, this.values);
    const { low, high } = shown;
    const outside = this.pairs.filter(({ value: [x, y] }) => x < low || x > high || y < range.low || y > range.high).length;
    const parts = [];
    if (this.pairs.length >= kFewest) {
      const r = rankCorrelation(...[0, 1].map((i) => this.pairs.map(({ value }) => value[i])));
      parts.push(`Spearman's rank correlation over ${basinCount(this.pairs.length)}: ${fixed(r, 2)}.`);
    }
    if (outside) parts.push(`Beyond the axes: ${count(outside)}.`);
    this.dotsNote.textContent = parts.join(" ");
    const style = axisStyle(colours);
    const ring = { color: "transparent", borderColor: colours.ink, borderWidth: 2.4 };
    return {
      animation: false,
      grid: { left: 46, right: 18, top: 16, bottom: 46 },
      tooltip: { ...tooltipStyle(colours), trigger: "item", formatter: ({ data }) => this.dotTip(data) },
      xAxis: this.axis(shown, this.info.title, colours),
      yAxis: {
        ...style,
        type: "value",
        min: range.low,
        max: range.high,
        interval: range.step,
        axisLine: { ...style.axisLine, onZero: false },
        axisLabel: { ...style.axisLabel, formatter: axisText },
      },
      series: [
        {
          id: "basins",
          type: "scatter",
          data: this.pairs,
          symbolSize: this.pairs.length > 1000 ? 4 : 6,
          clip: true,
          itemStyle: { color: colours.accent, opacity: 0.55 },
          z: 4,
        },
        { id: "selected", type: "scatter", data: [], symbolSize: 13, clip: true, silent: true, itemStyle: ring, z: 6 },
      ],
    };
  }

  dotTip({ value: [value, score], basin }) {
    const { main } = this.report;
    const row = (name, text) => `<tr><td>${escapeHtml(name)}</td><td>${text}</td></tr>`;
    const rows = row(this.info.title, compact(value)) + row(main.title, formatScore(main, score, 1));
    return `<b>${escapeHtml(this.report.basins[basin].label)}</b><table class="tip">${rows}</table>`;
  }

  /** Shows where the selected basin lies. */
  mark() {
    if (!this.charts) return;
    const colours = palette();
    const { id, index } = this.report.basins[this.selection.index];
    const value = this.values[index];
    const { whole } = this.info;
    const at = isNumber(value) ? [{ xAxis: Math.min(Math.max(value, whole.low), whole.high) }] : [];
    this.charts[0].setOption({ series: [{ id: "selected", markLine: { data: at } }] });
    const dot = this.pairs.find(({ basin }) => basin === index);
    this.charts[1].setOption({ series: [{ id: "selected", data: dot ? [dot.value] : [] }] });
    this.map.mark();
    const { low, high, below, above } = atBounds(whole, this.values);
    const outside = below + above ? `, of which ${count(below)} and ${count(above)} outside of it` : "";
    const own = isNumber(value) ? `Line: basin ${id}, ${compact(value)}.` : `Basin ${id} has no value.`;
    this.barsNote.textContent =
      `Dashed: ends of the ${whole.logarithmic ? "logarithmic " : ""}range. At a bound (within 1 % of the range): ` +
      `${count(low)} at the lower end, ${count(high)} at the upper${outside}. ${own}`;
  }
}
