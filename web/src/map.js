import { createChart, guardWheel, isTouch, registerMap, tooltipStyle } from "./charts.js";
import { escapeHtml, h } from "./dom.js";
import { colourRange, formatScore } from "./metrics.js";
import { basinCount, isNumber, valueAt } from "./numbers.js";
import { outlinesNear } from "./outlines.js";
import { projectionFor } from "./projection.js";
import { scoresOf } from "./report_data.js";
import { colourOf, palette, scoreColour } from "./theme.js";

/** The range of values with a margin, at least `least` wide. */
function ends(values, least) {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const margin = Math.max((high - low) * 0.05, (least - (high - low)) / 2);
  return [low - margin, high + margin];
}

/** The geographic bounds of all located basins. */
function viewOf(basins) {
  const [west, east] = ends(
    basins.map((basin) => basin.longitude),
    4,
  );
  const [south, north] = ends(
    basins.map((basin) => basin.latitude),
    4,
  );
  return { west: Math.max(west, -180), east: Math.min(east, 180), south: Math.max(south, -89), north: Math.min(north, 89) };
}

let registered = {};

/** Makes the outlines near a view known to the charts, once for all maps of the same basins. */
function registerOutlines(view, projection) {
  const key = JSON.stringify(view);
  if (registered.key !== key) {
    const done = outlinesNear(view, projection).then((shapes) => registerMap("outlines", shapes));
    registered = { key, done };
  }
  return registered.done;
}

/** Basins at their gauges, coloured by score. */
export class BasinMap {
  constructor(report, selection) {
    this.report = report;
    this.selection = selection;
    this.located = report.basins.filter((basin) => basin.located);
    this.canvas = h("div", { class: "chart map", role: "img" });
    this.legend = h("div", { class: "scale" });
    this.note = h("p", { class: "note" });
    this.element = h("figure", {}, h("h3", {}, report.mapTitle ?? "Map"), this.legend, this.canvas, this.note);
    this.ready = this.located.length > 0 ? this.start() : Promise.resolve();
  }

  get usable() {
    return this.located.length > 0;
  }

  async start() {
    const view = viewOf(this.located);
    const projection = projectionFor(view);
    this.places = new Map(this.located.map((basin) => [basin.index, projection.project([basin.longitude, basin.latitude])]));
    await registerOutlines(view, projection);
  }

  async draw(metricIndex) {
    this.metricIndex = metricIndex;
    await this.ready;
    if (!this.usable || this.metricIndex !== metricIndex) return;
    if (!this.chart) {
      this.chart = createChart(this.canvas);
      guardWheel(this.canvas);
      this.chart.on("click", ({ data }) => data && this.selection.set(data.basin));
      this.chart.setOption(this.base());
    }
    const info = this.report.metrics[metricIndex];
    const colours = palette();
    const values = scoresOf(this.report, metricIndex);
    const range = colourRange(info, values);
    this.chart.setOption({
      tooltip: { ...tooltipStyle(colours), trigger: "item", formatter: ({ data }) => this.tooltip(data, info) },
      geo: { itemStyle: { areaColor: colours.land, borderColor: colours.border }, regions: this.regions(colours) },
      series: [{ id: "basins", data: this.points(values, range, colours) }],
    });
    this.mark();
    this.drawLegend(info, range, colours);
    this.note.textContent = this.noteText();
    this.canvas.setAttribute("aria-label", `Map of ${this.located.length} basins coloured by ${info.title}`);
  }

  base() {
    const places = [...this.places.values()];
    const [west, east] = ends(
      places.map(([x]) => x),
      5,
    );
    const [south, north] = ends(
      places.map(([, y]) => y),
      5,
    );
    const size = this.located.length > 1000 ? 5 : this.located.length > 150 ? 8 : this.located.length > 20 ? 10 : 13;
    return {
      animation: false,
      tooltip: {},
      geo: {
        map: "outlines",
        aspectScale: 1,
        boundingCoords: [
          [west, north],
          [east, south],
        ],
        left: 6,
        right: 6,
        top: 6,
        bottom: 6,
        preserveAspect: "contain",
        roam: true,
        silent: true,
        scaleLimit: { min: 0.8, max: 60 },
        itemStyle: { borderWidth: 0.7 },
        label: { show: false },
        emphasis: { disabled: true },
        select: { disabled: true },
        animationDurationUpdate: 0,
      },
      series: [
        { id: "basins", type: "scatter", coordinateSystem: "geo", symbolSize: size, data: [], z: 4 },
        { id: "selected", type: "scatter", coordinateSystem: "geo", symbolSize: size + 8, data: [], z: 6, silent: true },
      ],
    };
  }

  /** The states of the USA are drawn over the country, whose own border would double theirs. */
  regions(colours) {
    return [{ name: "united states", itemStyle: { areaColor: colours.land, borderWidth: 0 } }];
  }

  /** Basins without a score are hollow. Bad scores come last, so that none is hidden. */
  points(values, range, colours) {
    const point = (basin) => {
      const value = values[basin.index];
      const itemStyle = isNumber(value)
        ? { color: colourOf(value, range, colours.dark), borderColor: colours.dark ? "#0006" : "#0005", borderWidth: 0.6 }
        : { color: "transparent", borderColor: colours.soft, borderWidth: 1.2 };
      return { value: this.places.get(basin.index), basin: basin.index, score: value, itemStyle };
    };
    const badness = ({ score }) => (!isNumber(score) ? -Infinity : range.diverging || range.reversed ? Math.abs(score) : -score);
    return this.located.map(point).sort((a, b) => badness(a) - badness(b));
  }

  tooltip(data, info) {
    const basin = this.report.basins[data.basin];
    return `<b>${escapeHtml(basin.label)}</b><br>${escapeHtml(info.label)} ${formatScore(info, data.score)}`;
  }

  drawLegend(info, range, colours) {
    const stops = Array.from({ length: 17 }, (_, i) => scoreColour(i / 16, range, colours.dark));
    const values = this.located.map((basin) => basin.scores[this.metricIndex]);
    const below = values.some((value) => isNumber(value) && value < range.low);
    const above = values.some((value) => isNumber(value) && value > range.high);
    const middle = valueAt(range, 0.5);
    const bar = h("span", { class: "bar" });
    bar.style.backgroundImage = `linear-gradient(to right, ${stops.join(",")})`;
    this.legend.replaceChildren(
      h("span", { class: "scale-title" }, info.legend ?? info.title),
      bar,
      h("span", { class: "low" }, `${below ? "≤ " : ""}${formatScore(info, range.low)}`),
      h("span", { class: "middle" }, formatScore(info, middle)),
      h("span", { class: "high" }, `${above ? "≥ " : ""}${formatScore(info, range.high)}`),
    );
  }

  noteText() {
    const missing = this.report.basins.length - this.located.length;
    const what = this.report.picked ?? "see its hydrograph";
    const parts = [
      isTouch
        ? `Tap a basin to ${what}; pinch to zoom.`
        : `Click a basin to ${what}; drag to move, click and scroll to zoom.`,
    ];
    if (missing) parts.push(`Without coordinates: ${basinCount(missing)}.`);
    return parts.join(" ");
  }

  mark() {
    if (!this.chart) return;
    const colours = palette();
    const place = this.places.get(this.selection.index);
    const data = place ? [place] : [];
    const itemStyle = { color: "transparent", borderColor: colours.ink, borderWidth: 2.4 };
    this.chart.setOption({ series: [{ id: "selected", data, itemStyle }] });
  }
}
