import { axisStyle, createChart, tooltipStyle } from "./charts.js";
import { label } from "./comparison_data.js";
import { estimate, plainTable } from "./comparison_tables.js";
import { byId, escapeHtml, h } from "./dom.js";
import { axisText, basinCount, count, fixed, isNumber, niceStep, quantile, roundTo, sortedNumbers } from "./numbers.js";
import { lineColour, palette } from "./theme.js";

const kInfo = { decimals: 3 };
const ratioText = (value) => fixed(value, kInfo.decimals);

/** The simulated over the observed runoff ratio of every basin, a chart a run, and the table of all. Hides without ratios. */
export class WaterBalance {
  constructor(data, selection) {
    this.data = data;
    this.selection = selection;
    this.charts = [];
    const section = byId("balance");
    section.hidden = data.balance === null;
    if (section.hidden) return;
    this.used = new Set(data.balance.basins);
    this.range = this.axisRange();
    const figures = data.balance.models.map((run) => this.figure(run));
    section.replaceChildren(
      h("div", { class: "section-head" }, h("h2", { id: "balance-title" }, "Water balance")),
      h("div", { class: "multiples" }, figures),
      this.table(),
    );
    selection.listen(() => this.mark());
  }

  /** From 0 to 1 or beyond, the same for all runs; the farthest hundredth of the basins may lie outside. */
  axisRange() {
    const sets = this.data.balance.models.flatMap((run) => [run.observedRatios, run.simulatedRatios]).map(sortedNumbers);
    const high = Math.max(1, ...sets.filter(({ length }) => length > 0).map((ratios) => quantile(ratios, 0.99)));
    const step = niceStep(high, 5);
    return { low: 0, high: roundTo(step, high, 1), step };
  }

  figure(run) {
    const dots = run.observedRatios
      .map((observed, basin) => ({ value: [observed, run.simulatedRatios[basin]], basin }))
      .filter(({ value, basin }) => value.every(isNumber) && this.used.has(basin));
    const { low, high } = this.range;
    const outside = dots.filter(({ value }) => value.some((ratio) => ratio < low || ratio > high)).length;
    const canvas = h("div", { class: "chart balance", role: "img" });
    const name = label(this.data.models[run.model]);
    canvas.setAttribute("aria-label", `Simulated over observed runoff ratios of ${name}`);
    this.charts.push({ run, dots, canvas });
    const beyond = outside ? ` Beyond the axes: ${count(outside)}.` : "";
    const above = `More runoff than precipitation: simulated in ${basinCount(run.simulatedAboveOne)}, observed in ${count(run.observedAboveOne)}.`;
    return h("figure", {}, h("h3", {}, name), canvas, h("p", { class: "note" }, above + beyond));
  }

  draw() {
    const colours = palette();
    for (const entry of this.charts) {
      if (!entry.chart) {
        entry.chart = createChart(entry.canvas);
        entry.chart.on("click", ({ seriesId, data }) => seriesId === "basins" && this.selection.set(data.basin));
      }
      entry.chart.setOption(this.option(entry, colours), { replaceMerge: ["series"] });
    }
    this.mark();
  }

  option({ run, dots }, colours) {
    const { low, high, step } = this.range;
    const axis = (name, gap) => ({
      ...axisStyle(colours),
      type: "value",
      min: low,
      max: high,
      interval: step,
      name,
      nameLocation: "middle",
      nameGap: gap,
      axisLabel: { ...axisStyle(colours).axisLabel, hideOverlap: true, formatter: axisText },
    });
    const line = (id, data, type) => ({ id, type: "line", data, showSymbol: false, silent: true, lineStyle: { color: colours.soft, width: 1, type } });
    const ring = { color: "transparent", borderColor: colours.ink, borderWidth: 2.4 };
    return {
      animation: false,
      grid: { left: 54, right: 14, top: 12, bottom: 46 },
      tooltip: { ...tooltipStyle(colours), trigger: "item", formatter: ({ data }) => this.tooltip(data) },
      xAxis: axis("observed runoff ratio", 28),
      yAxis: axis("simulated", 38),
      series: [
        line("equal", [[low, low], [high, high]], "dashed"),
        line("all", [[low, 1], [1, 1], [1, low]], "dotted"),
        {
          id: "basins",
          type: "scatter",
          data: dots,
          symbolSize: dots.length > 1000 ? 3 : 6,
          itemStyle: { color: lineColour(run.model, colours), opacity: 0.75 },
          clip: true,
          z: 4,
        },
        { id: "selected", type: "scatter", data: [], symbolSize: 13, silent: true, itemStyle: ring, z: 6 },
      ],
    };
  }

  tooltip({ value: [observed, simulated], basin }) {
    const line = (name, value) => `<tr><td>${name}</td><td>${ratioText(value)}</td></tr>`;
    const title = escapeHtml(this.data.basins[basin].label);
    return `<b>${title}</b><table class="tip">${line("Observed", observed)}${line("Simulated", simulated)}</table>`;
  }

  mark() {
    for (const { chart, dots } of this.charts) {
      const dot = dots.find(({ basin }) => basin === this.selection.index);
      chart?.setOption({ series: [{ id: "selected", data: dot ? [dot.value] : [] }] });
    }
  }

  table() {
    const head = [
      "Run",
      "observed, median",
      "simulated, median",
      "median difference",
      "mean difference",
      "median absolute difference",
      "r",
      "observed > 1",
      "simulated > 1",
      "basins",
    ];
    const rows = this.data.balance.models.map((run) => [
      label(this.data.models[run.model]),
      estimate(kInfo, run.observed),
      estimate(kInfo, run.simulated),
      estimate(kInfo, run.medianDifference, true),
      estimate(kInfo, run.meanDifference, true),
      estimate(kInfo, run.medianAbsoluteDifference),
      ratioText(run.pearsonR),
      count(run.observedAboveOne),
      count(run.simulatedAboveOne),
      count(run.basins),
    ]);
    return plainTable("Runoff ratio: runoff / precipitation; difference: simulated less observed; in small, the intervals", head, rows);
  }
}
