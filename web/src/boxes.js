import { BoxplotChart } from "echarts/charts";
import { use } from "echarts/core";
import { axisStyle, createChart, tooltipStyle } from "./charts.js";
import { label } from "./comparison_data.js";
import { escapeHtml, h } from "./dom.js";
import { axisRange, formatScore } from "./metrics.js";
import { axisText, isNumber } from "./numbers.js";
import { lineColour, palette } from "./theme.js";

use([BoxplotChart]);

const kRowHeight = 44;

/** A box a model: quartiles and median, whiskers from 5 to 95 % of the basins, the mean as a dot. */
export class Boxes {
  constructor(data) {
    this.data = data;
    this.canvas = h("div", { class: "chart boxes", role: "img" });
    this.canvas.style.height = `${kRowHeight * data.models.length + 70}px`;
    this.note = h("p", { class: "note" }, "Box: quartiles and median; whiskers: 5 and 95 % of the basins; dot: mean.");
    this.element = h("figure", {}, h("h3", {}, "Boxes"), this.canvas, this.note);
  }

  draw(metric) {
    this.chart ??= createChart(this.canvas);
    this.chart.setOption(this.option(metric, palette()), { replaceMerge: ["series"] });
    this.canvas.setAttribute("aria-label", `Box plots of ${metric.info.title}`);
  }

  option(metric, colours) {
    const axis = axisStyle(colours);
    const { low, high, step } = axisRange(metric.info, metric.values);
    const rows = this.data.models.map((_, i) => i);
    const colour = (i) => lineColour(i, colours);
    const boxes = rows.map((i) => this.box(metric.models[i], i, colour(i)));
    return {
      animation: false,
      grid: { left: 8, right: 18, top: 6, bottom: 44, containLabel: true },
      tooltip: { ...tooltipStyle(colours), trigger: "item", formatter: ({ dataIndex }) => this.tooltip(metric, dataIndex) },
      xAxis: {
        ...axis,
        type: "value",
        min: low,
        max: high,
        interval: step,
        name: metric.info.title,
        nameLocation: "middle",
        nameGap: 28,
        axisLabel: { ...axis.axisLabel, hideOverlap: true, formatter: axisText },
      },
      yAxis: {
        ...axis,
        type: "category",
        inverse: true,
        data: this.data.models.map(label),
        axisTick: { show: false },
        axisLabel: { ...axis.axisLabel, width: 130, overflow: "break", lineHeight: 14 },
      },
      series: [
        { id: "boxes", type: "boxplot", data: boxes, boxWidth: [8, 20], clip: true },
        { id: "means", type: "scatter", data: rows.map((i) => this.mean(metric.models[i], i, colour(i))), symbolSize: 7, z: 5 },
      ],
    };
  }

  box({ quantiles, median }, row, colour) {
    const [, low, lower, upper, high] = quantiles;
    const value = [low, lower, median[0], upper, high];
    return { value: value.every(isNumber) ? value : [], name: String(row), itemStyle: { color: "transparent", borderColor: colour, borderWidth: 1.8 } };
  }

  mean({ mean }, row, colour) {
    return { value: isNumber(mean[0]) ? [mean[0], row] : [], itemStyle: { color: colour } };
  }

  tooltip(metric, row) {
    const { quantiles, median, mean, basins } = metric.models[row];
    const score = (value) => formatScore(metric.info, value, 1);
    const lines = [
      ["Median", score(median[0])],
      ["Mean", score(mean[0])],
      ["25 to 75 %", `${score(quantiles[2])} to ${score(quantiles[3])}`],
      ["5 to 95 %", `${score(quantiles[1])} to ${score(quantiles[4])}`],
      ["Basins", String(basins)],
    ];
    const cells = lines.map(([name, text]) => `<tr><td>${name}</td><td>${text}</td></tr>`).join("");
    return `<b>${escapeHtml(label(this.data.models[row]))}</b><table class="tip">${cells}</table>`;
  }
}
