import { axisStyle, createChart, tooltipStyle } from "./charts.js";
import { byId, h, legendKey } from "./dom.js";
import { timeText } from "./hydrograph_option.js";
import { formatScore, metricInfo } from "./metrics.js";
import { axisText, basinCount, count, fixed, isNumber, median, significant } from "./numbers.js";
import { decodeSeries } from "./series.js";
import { palette } from "./theme.js";

/** Labels of what metrics.js does not know, and their units; "" is the state's own. */
const kColumns = {
  days: ["Days", null],
  mean_observed: ["Observed mean", ""],
  mean_simulated: ["Simulated mean", ""],
  bias: ["Bias", ""],
  spearman_r: ["Spearman r", null],
  water_years: ["Water years", null],
  years_kept: ["Years kept", null],
  peak_ratio: ["Peak ratio", null],
  peak_days: ["Peak", "days"],
  melt_out_days: ["Melt-out", "days"],
};

const kBins = 20; // of the histogram, over [0, 1]

/** Counts of correlations in equal bins over [0, 1]; what lies below is counted in the first. */
export function histogram(values) {
  const counts = new Array(kBins).fill(0);
  for (const value of values) {
    if (isNumber(value)) ++counts[Math.min(kBins - 1, Math.max(0, Math.floor(value * kBins)))];
  }
  return counts;
}

/** States inside the model against observations it was not trained on: mean series, correlations, a table of basins. */
export class States {
  constructor(report, selection) {
    this.report = report;
    this.selection = selection;
    this.states = report.states;
    byId("states").hidden = this.states.length === 0;
    if (this.states.length === 0) return;
    this.shown = 0;
    const options = this.states.map((state, i) => h("option", { value: i }, state.name));
    const choice = h("select", { id: "state", onchange: (event) => this.choose(Number(event.target.value)) }, options);
    this.note = h("p", { class: "note" });
    this.keys = h("ul", { class: "legend" }, legendKey("Observed", "observed"), legendKey("Simulated", "simulated"));
    this.mean = h("div", { class: "chart mean-state", role: "img", "aria-label": "Mean over basins, observed and simulated" });
    this.bars = h("div", { class: "chart state-r", role: "img", "aria-label": "Histogram of correlations over basins" });
    this.body = h("div", { class: "state-scores", tabindex: "0", role: "region", "aria-label": "Scores of basins" });
    this.body.addEventListener("click", (event) => this.onClick(event));
    byId("states").replaceChildren(
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "states-title" }, "Untrained variables"),
        this.states.length > 1 ? h("label", { class: "field" }, "State", choice) : null,
      ),
      this.note,
      h("h3", {}, "Mean over basins"),
      this.keys,
      this.mean,
      h("h3", {}, "Correlation by basin"),
      this.bars,
      this.body,
    );
    selection.listen(() => this.fill());
  }

  choose(index) {
    this.shown = index;
    return this.redraw();
  }

  get state() {
    return this.states[this.shown];
  }

  /** A metric's values in the order of basins; missing where there are no observations. */
  values(metric) {
    const at = this.state.metrics.indexOf(metric);
    return this.state.scores.map((scores) => scores?.[at]);
  }

  async redraw() {
    if (this.states.length === 0) return;
    const { state } = this;
    this.note.textContent = this.summary();
    this.fill();
    this.charts ??= [createChart(this.mean), createChart(this.bars)];
    const colours = palette();
    this.charts[1].setOption(this.barsOption(colours), { notMerge: true });
    const [observed, simulated] = await Promise.all(
      [state.observed, state.simulated].map((series) => decodeSeries(series, this.report.floor)),
    );
    if (state === this.state) this.charts[0].setOption(this.meanOption(observed, simulated, colours), { notMerge: true });
  }

  summary() {
    const { state } = this;
    const scored = state.scores.filter(Boolean).length;
    const without = state.scores.length - scored;
    const parts = [
      `${state.name} against observations that the model was not trained on: median r ${fixed(median(this.values("pearson_r")), 3)}` +
        ` over ${basinCount(scored)}${without ? ` (${count(without)} without observations)` : ""};`,
      state.meanDays
        ? `r of the mean over these basins ${fixed(state.meanR, 3)} on ${count(state.meanDays)} days.`
        : "no day has observations of all of them.",
    ];
    if (state.metrics.includes("water_years")) {
      parts.push("Days of peak and melt-out are simulated less observed, medians over water years.");
    }
    return parts.join(" ");
  }

  meanOption(observed, simulated, colours) {
    const { state } = this;
    const style = axisStyle(colours);
    const pairs = (values) => Array.from(values, (v, i) => [state.first + i * state.step, Number.isNaN(v) ? null : v]);
    const line = (name, values, colour) => ({
      name,
      type: "line",
      data: pairs(values),
      showSymbol: false,
      silent: true,
      emphasis: { disabled: true },
      lineStyle: { color: colour, width: 1.5 },
      itemStyle: { color: colour },
    });
    return {
      animation: false,
      useUTC: true,
      grid: { left: 56, right: 20, top: 30, bottom: 34 },
      tooltip: { ...tooltipStyle(colours), trigger: "axis", formatter: (items) => this.tip(items) },
      xAxis: { ...style, type: "time", splitLine: { show: false } },
      yAxis: {
        ...style,
        type: "value",
        name: state.unit,
        nameTextStyle: { ...style.nameTextStyle, align: "left", padding: [0, 0, 0, -46] },
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...style.axisLabel, formatter: axisText },
      },
      series: [line("Observed", observed, colours.observed), line("Simulated", simulated, colours.accent)],
    };
  }

  tip(items) {
    if (!items.length) return "";
    const rows = items.map(({ seriesName, value }) => `<tr><td>${seriesName}</td><td>${significant(value[1])}</td></tr>`);
    return `<b>${timeText(items[0].value[0], this.state.step)}</b><table class="tip">${rows.join("")}</table>`;
  }

  barsOption(colours) {
    const style = axisStyle(colours);
    const values = this.values("pearson_r");
    const bins = histogram(values);
    const below = values.some((value) => isNumber(value) && value < 0);
    const label = (i) => `${i === 0 && below ? "below " : `${fixed(i / kBins, 2)} to `}${fixed((i + 1) / kBins, 2)}`;
    return {
      animation: false,
      grid: { left: 56, right: 20, top: 30, bottom: 46 },
      tooltip: {
        ...tooltipStyle(colours),
        trigger: "item",
        formatter: ({ dataIndex }) => `r ${label(dataIndex)}: ${basinCount(bins[dataIndex])}`,
      },
      xAxis: {
        ...style,
        type: "category",
        data: bins.map((_, i) => fixed(i / kBins, 2)),
        name: "r, from the lower end of each bar",
        nameLocation: "middle",
        nameGap: 28,
        axisTick: { show: false },
      },
      yAxis: { ...style, type: "value", name: "Basins", minInterval: 1, axisLine: { show: false }, axisTick: { show: false } },
      series: [{ type: "bar", data: bins, barCategoryGap: "8%", itemStyle: { color: colours.accent } }],
    };
  }

  /** The table of the basins that have observations, the lowest correlation first. */
  fill() {
    const { state } = this;
    const columns = state.metrics.map((key) => {
      const [label, unit] = kColumns[key] ?? [metricInfo(key).label, null];
      return { key, label, unit: unit === "" ? state.unit : unit };
    });
    const head = columns.map(({ label, unit }) =>
      h("th", { scope: "col", class: "number" }, label, unit ? h("small", {}, unit) : null),
    );
    const correlations = this.values("pearson_r");
    const order = [...state.scores.keys()].filter((i) => state.scores[i]);
    order.sort((a, b) => (correlations[a] ?? -2) - (correlations[b] ?? -2));
    const rows = order.map((i) => {
      const { id } = this.report.basins[i];
      const cells = columns.map(({ key }, m) => h("td", { class: "number" }, this.cell(key, state.scores[i][m])));
      const link = h("a", { href: `#${new URLSearchParams({ basin: id })}` }, id);
      const selected = i === this.selection.index ? "true" : null;
      return h("tr", { "data-basin": i, "aria-current": selected }, h("th", { scope: "row" }, link), cells);
    });
    this.body.replaceChildren(
      h(
        "table",
        { class: "basins" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Basin"), head)),
        h("tbody", {}, rows),
      ),
    );
  }

  cell(key, value) {
    if (["days", "water_years", "years_kept"].includes(key)) return isNumber(value) ? count(value) : "0";
    if (["peak_days", "melt_out_days"].includes(key)) return fixed(value, 1);
    if (["pearson_r", "spearman_r"].includes(key)) return fixed(value, 3);
    return key === "peak_ratio" ? fixed(value, 2) : formatScore({ kind: "plain" }, value);
  }

  onClick(event) {
    const row = event.target.closest("tr[data-basin]");
    if (!row) return;
    event.preventDefault();
    this.selection.set(Number(row.dataset.basin));
  }
}
