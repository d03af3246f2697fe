import { basinScores } from "./basin_scores.js";
import { createChart, guardWheel, isTouch, onNarrowChange } from "./charts.js";
import { byId, h, legendKey, switcher } from "./dom.js";
import { hydrographOption, timeText } from "./hydrograph_option.js";
import { count, fixed, isNumber, significant } from "./numbers.js";
import { countPresent, loadSeries } from "./series.js";
import { palette } from "./theme.js";

const kYear = 365.25 * 86_400_000;
const kHint = isTouch ? "Drag the slider to zoom." : "Drag the slider, or click into the chart and scroll, to zoom.";
const kScales = [
  [false, "Linear"],
  [true, "Log"],
];
const kSpans = [
  [1, "1 year"],
  [3, "3 years"],
  [Infinity, "All"],
];

/** The section of the selected basin: hydrograph and scores, with ways to go to the next one. */
export class Hydrograph {
  constructor(report, selection, order) {
    this.report = report;
    this.selection = selection;
    this.order = order;
    this.view = { logarithmic: false, years: 3, window: undefined };
    this.build();
    selection.listen(() => this.show());
    onNarrowChange(() => {
      this.drawScores();
      this.redraw();
    });
  }

  build() {
    const options = this.report.basins.map((basin) => h("option", { value: basin.index }, basin.label));
    this.choice = h("select", { "aria-label": "Basin", onchange: () => this.selection.set(Number(this.choice.value)) }, options);
    const step = (by, text, label) =>
      h("button", { type: "button", "aria-label": label, title: label, onclick: () => this.step(by) }, text);
    this.previous = step(-1, "←", "Previous basin in the table's order");
    this.next = step(1, "→", "Next basin in the table's order");
    this.scale = switcher("Discharge axis", kScales, false, (logarithmic) => this.set({ logarithmic }));
    this.spans = switcher("Shown period", kSpans, 3, (years) => this.set({ years, window: undefined }));
    this.title = h("h2", { id: "basin-title", "aria-live": "polite" });
    this.facts = h("p", { class: "facts" });
    this.canvas = h("div", { class: "chart hydrograph", role: "img" });
    this.scores = h("div", { class: "basin-scores" });
    this.keys = h("ul", { class: "legend" });
    byId("basin").replaceChildren(
      h(
        "div",
        { class: "section-head" },
        h("div", {}, this.title, this.facts),
        h("div", { class: "stepper" }, this.previous, this.choice, this.next),
      ),
      h("div", { class: "toolbar" }, this.keys, h("div", { class: "tools" }, this.spans.element, this.scale.element)),
      this.canvas,
      h("p", { class: "note" }, kHint, " Gaps in the observed line are missing observations."),
      this.scores,
    );
  }

  set(change) {
    Object.assign(this.view, change);
    this.redraw();
  }

  step(by) {
    const order = this.order();
    if (order.length === 0) return;
    const at = order.indexOf(this.selection.index);
    this.selection.set(order[at < 0 ? 0 : (at + by + order.length) % order.length]);
  }

  /** Decodes the selected basin's series and draws them. A slower earlier pick never overtakes a later one. */
  async show() {
    const { index } = this.selection;
    const basin = this.report.basins[index];
    this.choice.value = String(index);
    this.title.textContent = basin.label;
    this.canvas.setAttribute("aria-label", `Hydrograph of ${basin.label}`);
    this.drawScores();
    const series = await loadSeries(this.report, index);
    if (this.selection.index !== index) return;
    const same = this.series?.first === series.first && this.series?.step === series.step && this.series?.size === series.size;
    if (!same) this.view.window = undefined;
    this.series = series;
    this.facts.textContent = this.factsOf(basin, series);
    this.redraw();
  }

  factsOf(basin, series) {
    const parts = [];
    if (isNumber(basin.area)) parts.push(`${significant(basin.area)} km²`);
    if (basin.located) parts.push(`${fixed(basin.latitude, 2)}°, ${fixed(basin.longitude, 2)}°`);
    if (series.size === 0) return [...parts, "no time steps"].join(" · ");
    const last = series.first + (series.size - 1) * series.step;
    parts.push(`${timeText(series.first, series.step)} to ${timeText(last, series.step)}`);
    const missing = series.size - countPresent(series.observed);
    parts.push(missing === 0 ? "no observation missing" : `${count(missing)} of ${count(series.size)} observations missing`);
    return parts.join(" · ");
  }

  start() {
    this.chart = createChart(this.canvas);
    guardWheel(this.canvas);
    this.chart.on("datazoom", () => {
      const { start, end } = this.chart.getOption().dataZoom[0];
      this.view.window = [start, end];
      this.spans.show(undefined);
    });
  }

  redraw() {
    if (!this.series) return;
    if (!this.chart) this.start();
    const colours = palette();
    const window = this.view.window ?? this.lastYears(this.view.years);
    this.chart.setOption(hydrographOption(this.series, { ...this.view, window }, colours), { notMerge: true });
    this.drawKeys();
  }

  /** The last years of the record, in percent of it. */
  lastYears(years) {
    const share = (years * kYear) / Math.max(1, this.series.size * this.series.step);
    return [Math.max(0, 100 - 100 * share), 100];
  }

  drawScores() {
    this.scores.replaceChildren(basinScores(this.report, this.report.basins[this.selection.index]));
  }

  drawKeys() {
    this.keys.replaceChildren(legendKey("Observed", "observed"), legendKey("Simulated", "simulated"));
    if (this.series.precipitation) this.keys.append(legendKey("Precipitation", "rain"));
  }
}
