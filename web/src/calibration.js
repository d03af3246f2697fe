import { axisStyle, createChart, tooltipStyle } from "./charts.js";
import { byId, escapeHtml, h } from "./dom.js";
import { axisText, count, significant, valueAt } from "./numbers.js";
import { palette } from "./theme.js";

/** The objectives that a plot shows: from the best to the middle of those of the points; the worst ones would hide the rest. */
export function shownObjectives(searches) {
  if (!searches.length) return [0, 1];
  const values = searches.flatMap((search) => search.values ?? []).filter((value) => value !== null);
  values.sort((a, b) => a - b);
  const low = Math.min(...searches.map((search) => search.objective).filter((value) => value !== null));
  const middle = values[Math.floor(values.length / 2)] ?? low;
  return [low, Math.max(middle, low + 1e-6)];
}

/** What a calibration found in the basin looked at: convergence, dotty plots, spread of the searches. */
export class Calibration {
  constructor(report, selection) {
    this.data = report.calibration;
    this.basins = report.basins;
    this.selection = selection;
    byId("calibration").hidden = !this.data;
    if (!this.data) return;
    this.title = h("h2", { id: "calibration-title" }, "Calibration");
    this.note = h("p", { class: "note" });
    this.trace = h("div", { class: "chart convergence", role: "img", "aria-label": "Lowest objective by evaluations" });
    this.plots = this.data.parameters.map((parameter) =>
      h("div", { class: "chart dotty", role: "img", "aria-label": `Objective of evaluated points by ${parameter.name}` }),
    );
    this.spread = h("div", { class: "spread" });
    byId("calibration").replaceChildren(
      h("div", { class: "section-head" }, this.title),
      this.note,
      this.trace,
      h("h3", {}, "Evaluated points"),
      h("div", { class: "dotty-plots" }, this.plots),
      h("h3", {}, "Parameters found"),
      this.spread,
    );
    selection.listen(() => this.redraw());
  }

  redraw() {
    if (!this.data) return;
    const searches = this.data.searches[this.selection.index];
    const { method, objective } = this.data;
    const evaluations = searches.reduce((sum, search) => sum + search.evaluations, 0);
    const basin = this.basins[this.selection.index].label;
    this.note.textContent = searches.length
      ? `${basin}: ${count(searches.length)} ${searches.length === 1 ? "search" : "searches"} by ${method}, ` +
        `${count(evaluations)} evaluations. The objective is the distance of ${objective} from its perfect value; ` +
        `plots of points show the better half of them.`
      : `${basin} was not calibrated.`;
    this.charts ??= [this.trace, ...this.plots].map(createChart);
    const colours = palette();
    const range = shownObjectives(searches);
    this.charts[0].setOption(this.convergence(searches, colours), { notMerge: true });
    this.data.parameters.forEach((parameter, p) =>
      this.charts[p + 1].setOption(this.dotty(searches, parameter, p, range, colours), { notMerge: true }),
    );
    this.spread.replaceChildren(this.table(searches));
  }

  convergence(searches, colours) {
    const style = axisStyle(colours);
    const step = (search) => {
      const points = search.trace ?? [];
      // An axis of logarithms has no zero, which a perfect fit reaches.
      const all = points.length ? [...points, [search.evaluations, points.at(-1)[1]]] : [];
      return all.map(([evaluation, value]) => [evaluation, Math.max(value, 1e-9)]);
    };
    return {
      animation: false,
      grid: { left: 64, right: 20, top: 30, bottom: 46 },
      tooltip: { ...tooltipStyle(colours), trigger: "axis", formatter: (items) => this.tip(items) },
      xAxis: { ...style, type: "value", name: "Evaluations", nameLocation: "middle", nameGap: 28, splitLine: { show: false } },
      yAxis: { ...style, type: "log", name: "Objective", axisLabel: { ...style.axisLabel, formatter: axisText } },
      series: searches.map((search) => ({
        name: `seed ${search.seed}`,
        type: "line",
        step: "end",
        showSymbol: false,
        data: step(search),
        lineStyle: { color: colours.accent, width: 1.5 },
        itemStyle: { color: colours.accent },
        emphasis: { disabled: true },
      })),
    };
  }

  dotty(searches, parameter, p, [low, high], colours) {
    const style = axisStyle(colours);
    const range = { low: parameter.lower, high: parameter.upper, logarithmic: parameter.logarithmic };
    const dots = searches.flatMap((search) =>
      (search.values ?? []).flatMap((value, i) =>
        value === null || value > high ? [] : [[valueAt(range, search.points[p][i] / 1000), value]],
      ),
    );
    const bests = searches.map((search) => [search.best[p], search.objective]);
    return {
      animation: false,
      grid: { left: 54, right: 14, top: 12, bottom: 42 },
      xAxis: {
        ...style,
        type: parameter.logarithmic ? "log" : "value",
        min: parameter.lower,
        max: parameter.upper,
        splitNumber: 3,
        name: parameter.unit === "-" ? parameter.name : `${parameter.name}, ${parameter.unit}`,
        nameLocation: "middle",
        nameGap: 26,
        splitLine: { show: false },
        axisLabel: { ...style.axisLabel, formatter: axisText, hideOverlap: true },
      },
      yAxis: {
        ...style,
        type: "value",
        min: low - 0.03 * (high - low),
        max: high,
        splitNumber: 3,
        axisLabel: { ...style.axisLabel, formatter: (value) => significant(value, 2), showMinLabel: false, hideOverlap: true },
      },
      series: [
        { type: "scatter", data: dots, symbolSize: 3, itemStyle: { color: colours.soft, opacity: 0.5 }, silent: true },
        { type: "scatter", data: bests, symbolSize: 9, itemStyle: { color: colours.accent }, silent: true },
      ],
    };
  }

  tip(items) {
    const rows = items
      .map((item) => `<tr><td>${escapeHtml(item.seriesName)}</td><td>${significant(item.value[1], 4)}</td></tr>`)
      .join("");
    return `<b>Evaluation ${count(items[0]?.value[0] ?? 0)}</b><table class="tip">${rows}</table>`;
  }

  /** The best search's parameters, and how far those of the others are from them. */
  table(searches) {
    const ranked = [...searches].sort((a, b) => (a.objective ?? Infinity) - (b.objective ?? Infinity));
    const several = searches.length > 1;
    const head = ["Parameter", "Best", ...(several ? ["Lowest", "Highest"] : []), "Range", "Unit", "Meaning"];
    const rows = this.data.parameters.map((parameter, p) => {
      const values = searches.map((search) => search.best[p]);
      const cells = [parameter.name, significant(ranked[0]?.best[p], 4)];
      if (several) cells.push(significant(Math.min(...values), 4), significant(Math.max(...values), 4));
      cells.push(`${axisText(parameter.lower)} to ${axisText(parameter.upper)}`, parameter.unit, parameter.meaning);
      return h("tr", {}, ...cells.map((text) => h("td", {}, text)));
    });
    return h(
      "table",
      { class: "parameters" },
      h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, ...rows),
    );
  }
}
