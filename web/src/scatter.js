import { axisStyle, createChart, tooltipStyle } from "./charts.js";
import { escapeHtml, h } from "./dom.js";
import { axisRange, formatScore } from "./metrics.js";
import { axisText, count, isNumber } from "./numbers.js";
import { palette, scoreColour } from "./theme.js";

/** One model's scores over another's, a dot a basin, with the line on which they are equal. */
export class Scatter {
  constructor(data, selection) {
    this.data = data;
    this.selection = selection;
    this.canvas = h("div", { class: "chart scatter", role: "img" });
    this.note = h("p", { class: "note" });
    this.element = h("figure", {}, h("h3", {}, "Basin by basin"), this.canvas, this.note);
  }

  draw(metric, model, against, gains) {
    if (!this.chart) {
      this.chart = createChart(this.canvas);
      this.chart.on("click", ({ seriesId, data }) => seriesId === "basins" && this.selection.set(data.basin));
    }
    const [own, other] = [metric.values[model], metric.values[against]];
    this.shown = own.map((value, basin) => ({ value: [other[basin], value], basin })).filter(({ value }) => value.every(isNumber));
    const range = axisRange(metric.info, [own, other]);
    const names = { model: this.data.models[model].name, against: this.data.models[against].name };
    this.chart.setOption(this.option(metric, names, gains, range, palette()), { replaceMerge: ["series"] });
    this.mark();
    const outside = this.shown.filter(({ value }) => value.some((x) => x < range.low || x > range.high)).length;
    const beyond = outside ? ` Beyond the axes: ${count(outside)}.` : "";
    this.note.textContent = `Blue: ${names.model} is better; orange: ${names.against} is.${beyond}`;
    this.canvas.setAttribute("aria-label", `${metric.info.title} of ${names.model} over that of ${names.against}`);
  }

  option(metric, names, gains, { low, high, step }, colours) {
    const axis = (name, gap) => ({
      ...axisStyle(colours),
      type: "value",
      min: low,
      max: high,
      interval: step,
      name,
      nameLocation: "middle",
      nameGap: gap,
      nameTruncate: { maxWidth: 320 },
      axisLabel: { ...axisStyle(colours).axisLabel, hideOverlap: true, formatter: axisText },
    });
    const colour = (gain) => (gain === 0 ? colours.soft : scoreColour(gain > 0 ? 0.78 : 0.2, {}, colours.dark));
    const dots = this.shown.map((dot) => ({ ...dot, itemStyle: { color: colour(gains[dot.basin]) } }));
    const ring = { color: "transparent", borderColor: colours.ink, borderWidth: 2.4 };
    const diagonal = { color: colours.soft, width: 1, type: "dashed" };
    return {
      animation: false,
      grid: { left: 58, right: 18, top: 14, bottom: 48 },
      tooltip: { ...tooltipStyle(colours), trigger: "item", formatter: ({ data }) => this.tooltip(metric, names, data) },
      xAxis: axis(`${metric.info.label}, ${names.against}`, 30),
      yAxis: axis(`${metric.info.label}, ${names.model}`, 42),
      series: [
        { id: "equal", type: "line", data: [[low, low], [high, high]], showSymbol: false, silent: true, lineStyle: diagonal },
        { id: "basins", type: "scatter", data: dots, symbolSize: dots.length > 1000 ? 4 : 7, clip: true, z: 4 },
        { id: "selected", type: "scatter", data: [], symbolSize: 14, silent: true, itemStyle: ring, z: 6 },
      ],
    };
  }

  tooltip(metric, names, { value: [other, own], basin }) {
    const score = (value) => formatScore(metric.info, value, 1);
    const line = (name, value) => `<tr><td>${escapeHtml(name)}</td><td>${score(value)}</td></tr>`;
    const title = escapeHtml(this.data.basins[basin].label);
    return `<b>${title}</b><table class="tip">${line(names.model, own)}${line(names.against, other)}</table>`;
  }

  mark() {
    if (!this.chart) return;
    const dot = this.shown.find(({ basin }) => basin === this.selection.index);
    this.chart.setOption({ series: [{ id: "selected", data: dot ? [dot.value] : [] }] });
  }
}
