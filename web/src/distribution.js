import { axisStyle, createChart, tooltipStyle } from "./charts.js";
import { escapeHtml, h } from "./dom.js";
import { axisRange, formatScore } from "./metrics.js";
import { axisText, count, isNumber, median } from "./numbers.js";
import { comparisonScores, scoresOf } from "./report_data.js";
import { comparisonColour, comparisonDash, palette } from "./theme.js";

/** The run and the comparisons that have the metric, as lines of [score, fraction of basins at or below it, basin]. */
function linesOf(report, metricIndex) {
  const line = (name, values, colour, dash) => {
    const order = values.map((value, basin) => [value, basin]).filter(([value]) => isNumber(value));
    order.sort((a, b) => a[0] - b[0]);
    const points = order.map(([value, basin], i) => [value, (i + 1) / order.length, basin]);
    return { name, values, points, colour, dash };
  };
  const others = report.comparisons.map((comparison, i) => {
    const values = comparisonScores(report, comparison, metricIndex);
    return values && line(comparison.name, values, comparisonColour(i), comparisonDash(i));
  });
  return [line(report.runName ?? "This run", scoresOf(report, metricIndex), undefined, "solid"), ...others.filter(Boolean)];
}

/** The points of a distribution function that starts at 0 and goes on at 1 to the axis's end. */
function staircase(points, end) {
  if (points.length === 0) return [];
  return [[points[0][0], 0], ...points, [Math.max(end, points.at(-1)[0]), 1]];
}

/** Distribution function of the scores: how large a share of the basins scores at most so much. */
export class Distribution {
  constructor(report, selection) {
    this.report = report;
    this.selection = selection;
    this.canvas = h("div", { class: "chart distribution", role: "img" });
    this.legend = h("ul", { class: "legend" });
    this.note = h("p", { class: "note" });
    this.element = h("figure", {}, h("h3", {}, "Distribution over basins"), this.legend, this.canvas, this.note);
  }

  draw(metricIndex) {
    this.metricIndex = metricIndex;
    if (!this.chart) this.start();
    const info = this.report.metrics[metricIndex];
    const colours = palette();
    const lines = linesOf(this.report, metricIndex);
    lines[0].colour = colours.accent;
    const range = axisRange(
      info,
      lines.map((line) => line.values),
    );
    this.canvas.classList.toggle(
      "empty",
      lines.every(({ points }) => points.length === 0),
    );
    this.chart.setOption(this.option(info, lines, range, colours), { replaceMerge: ["series"] });
    this.mark();
    this.legend.replaceChildren(...lines.map((line) => this.legendItem(line, info)));
    this.note.textContent = this.noteOn(lines[0], range);
    this.canvas.setAttribute("aria-label", `Distribution of ${info.title} over basins`);
  }

  start() {
    this.chart = createChart(this.canvas);
    this.chart.on("click", ({ seriesId, data }) => {
      if (seriesId.startsWith("basins")) this.selection.set(data[2]);
    });
  }

  legendItem(line, info) {
    const stroke = { stroke: line.colour, "stroke-width": line.dash === "solid" ? 3 : 2 };
    if (line.dash !== "solid") stroke["stroke-dasharray"] = line.dash.join(" ");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const geometry = { x1: 0, y1: 5, x2: 26, y2: 5, ...stroke };
    for (const [name, value] of Object.entries(geometry)) path.setAttribute(name, value);
    for (const [name, value] of [
      ["width", 26],
      ["height", 10],
      ["aria-hidden", "true"],
    ])
      svg.setAttribute(name, value);
    svg.append(path);
    return h("li", {}, svg, h("span", {}, line.name), h("b", {}, formatScore(info, median(line.values), 1)));
  }

  noteOn(run, { low, high }) {
    const total = run.values.length;
    const shown = run.points.length;
    const outside = run.points.filter(([value]) => value < low || value > high).length;
    if (shown === 0) return `No basin of ${this.report.runName ?? "this run"} has this score.`;
    const parts = ["Medians beside the names.", `Basins with this score: ${count(shown)} of ${count(total)}`];
    return outside ? `${parts.join(" ")}, ${count(outside)} beyond the axis.` : `${parts.join(" ")}.`;
  }

  option(info, lines, { low, high, step }, colours) {
    const axis = axisStyle(colours);
    return {
      animation: false,
      grid: { left: 46, right: 18, top: 14, bottom: 48 },
      tooltip: { ...tooltipStyle(colours), trigger: "item", formatter: (item) => this.tooltip(item, info) },
      xAxis: {
        ...axis,
        type: "value",
        min: low,
        max: high,
        name: info.title,
        nameLocation: "middle",
        nameGap: 30,
        interval: step,
        axisLabel: { ...axis.axisLabel, hideOverlap: true, formatter: axisText },
      },
      yAxis: {
        ...axis,
        type: "value",
        min: 0,
        max: 1,
        interval: 0.25,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...axis.axisLabel, formatter: (value) => `${Math.round(value * 100)} %` },
      },
      series: this.series(lines, high, colours),
    };
  }

  series(lines, end, colours) {
    const drawn = lines.map((line, i) => ({
      id: `line-${i}`,
      name: line.name,
      type: "line",
      step: "end",
      data: staircase(line.points, end),
      showSymbol: false,
      silent: true,
      z: i === 0 ? 5 : 3,
      lineStyle: { color: line.colour, width: i === 0 ? 2.6 : 1.8, type: line.dash },
    }));
    // The points of the lines, invisible but there for the pointer.
    const points = lines.map((line, i) => ({
      id: `basins-${i}`,
      name: line.name,
      type: "scatter",
      data: line.points,
      symbolSize: 12,
      z: i === 0 ? 6 : 4,
      itemStyle: { color: line.colour, opacity: 0 },
      emphasis: { itemStyle: { opacity: 1 }, scale: false },
    }));
    const ring = { color: colours.paper, borderColor: colours.ink, borderWidth: 2.5 };
    return [...drawn, ...points, { id: "selected", type: "scatter", data: [], symbolSize: 12, z: 8, silent: true, itemStyle: ring }];
  }

  tooltip({ data, seriesName }, info) {
    const [value, fraction, basin] = data;
    const label = escapeHtml(this.report.basins[basin].label);
    const share = `${Math.round(fraction * 100)} % of basins at or below`;
    return `<b>${label}</b><br>${escapeHtml(seriesName)}: ${escapeHtml(info.label)} ${formatScore(info, value)}<br>${share}`;
  }

  /** Marks the selected basin on the run's line. */
  mark() {
    if (!this.chart) return;
    const [line] = linesOf(this.report, this.metricIndex);
    const point = line.points.find(([, , basin]) => basin === this.selection.index);
    this.chart.setOption({ series: [{ id: "selected", data: point ? [point] : [] }] });
  }
}
