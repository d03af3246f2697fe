import { axisStyle, createChart, tooltipStyle } from "./charts.js";
import { byId, escapeHtml, h, legendKey } from "./dom.js";
import { metricInfo } from "./metrics.js";
import { axisText, fixed, isNumber, significant } from "./numbers.js";
import { palette } from "./theme.js";

/** Training curves: loss and validation score above, learning rate below. The section hides if there were no epochs. */
export class Training {
  constructor(report) {
    this.epochs = report.epochs;
    this.validation = this.epochs.validation.some(isNumber)
      ? metricInfo(report.validationMetric || "validation").label
      : undefined;
    byId("training").hidden = this.epochs.epoch.length === 0;
    if (byId("training").hidden) return;
    this.canvas = h("div", {
      class: "chart training",
      role: "img",
      "aria-label": "Loss, validation score and learning rate by epoch",
    });
    this.keys = h("ul", { class: "legend" });
    byId("training").replaceChildren(
      h("div", { class: "section-head" }, h("h2", { id: "training-title" }, "Training")),
      this.keys,
      this.canvas,
      h("p", { class: "note" }, this.summary()),
    );
  }

  summary() {
    const { epoch, seconds, loss, validation } = this.epochs;
    const total = seconds.filter(isNumber).reduce((sum, value) => sum + value, 0);
    const time = total >= 90 ? `${fixed(total / 60, 1)} minutes` : `${fixed(total, 1)} seconds`;
    const parts = [
      `${epoch.length} ${epoch.length === 1 ? "epoch" : "epochs"} in ${time}; last loss ${significant(loss.at(-1))}.`,
    ];
    const last = validation.findLast(isNumber);
    if (this.validation) parts.push(`Last validation ${this.validation} ${fixed(last, 3)} (median over basins).`);
    return parts.join(" ");
  }

  redraw() {
    if (!this.epochs.epoch.length) return;
    this.chart ??= createChart(this.canvas);
    this.chart.setOption(this.option(palette()), { notMerge: true });
    const keys = [
      legendKey("Loss", "observed"),
      this.validation ? legendKey(`Validation ${this.validation}`, "simulated") : null,
      legendKey("Learning rate", "rate"),
    ];
    this.keys.replaceChildren(...keys.filter(Boolean));
  }

  option(colours) {
    const { epoch } = this.epochs;
    const style = axisStyle(colours);
    const single = epoch.length === 1;
    const x = {
      ...style,
      type: "value",
      min: single ? epoch[0] - 1 : epoch[0],
      max: single ? epoch[0] + 1 : epoch.at(-1),
      minInterval: 1,
      splitLine: { show: false },
    };
    return {
      animation: false,
      axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: colours.soft, type: "solid" } },
      tooltip: { ...tooltipStyle(colours), trigger: "axis", formatter: (items) => this.tooltip(items) },
      grid: [
        { left: 56, right: 56, top: 30, height: 190 },
        { left: 56, right: 56, top: 262, height: 64 },
      ],
      xAxis: [
        { ...x, gridIndex: 0, axisLabel: { show: false }, axisTick: { show: false } },
        { ...x, gridIndex: 1, name: "Epoch", nameLocation: "middle", nameGap: 28 },
      ],
      yAxis: this.valueAxes(style),
      series: this.series(colours),
    };
  }

  valueAxes(style) {
    const axis = {
      ...style,
      axisLabel: { ...style.axisLabel, formatter: axisText },
      type: "value",
      scale: true,
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
    };
    const left = { ...axis, nameTextStyle: { ...style.nameTextStyle, align: "left", padding: [0, 0, 0, -46] } };
    return [
      { ...left, gridIndex: 0, name: "Loss" },
      { ...axis, gridIndex: 0, name: this.validation ?? "", show: Boolean(this.validation), splitLine: { show: false } },
      { ...left, gridIndex: 1, name: "Learning rate", min: 0, scale: false, splitNumber: 2 },
    ];
  }

  series(colours) {
    const { epoch, loss, validation, learningRate } = this.epochs;
    const line = (name, values, colour, more) => ({
      name,
      type: "line",
      data: epoch.map((e, i) => [e, values[i]]),
      showSymbol: epoch.length < 60,
      symbol: "circle",
      symbolSize: 5,
      connectNulls: true,
      emphasis: { disabled: true },
      lineStyle: { color: colour, width: 2 },
      itemStyle: { color: colour },
      ...more,
    });
    return [
      line("loss", loss, colours.observed, { xAxisIndex: 0, yAxisIndex: 0 }),
      line("validation", validation, colours.accent, { xAxisIndex: 0, yAxisIndex: 1 }),
      line("rate", learningRate, colours.soft, { xAxisIndex: 1, yAxisIndex: 2, step: "middle" }),
    ];
  }

  tooltip(items) {
    const i = this.epochs.epoch.indexOf(items[0]?.axisValue);
    if (i < 0) return "";
    const { epoch, loss, validation, learningRate, seconds } = this.epochs;
    const rows = [
      ["Loss", significant(loss[i])],
      ["Learning rate", significant(learningRate[i], 2)],
      ["Seconds", significant(seconds[i])],
    ];
    if (this.validation) rows.splice(1, 0, [`Validation ${this.validation}`, fixed(validation[i], 3)]);
    const cells = rows.map(([name, text]) => `<tr><td>${escapeHtml(name)}</td><td>${text}</td></tr>`).join("");
    return `<b>Epoch ${epoch[i]}</b><table class="tip">${cells}</table>`;
  }
}
