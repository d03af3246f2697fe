import { Boxes } from "./boxes.js";
import { label } from "./comparison_data.js";
import { summaryTable } from "./comparison_tables.js";
import { Distribution } from "./distribution.js";
import { byId, h } from "./dom.js";

/** What the distribution reads of a report: the reference's scores as the run's, the other models' as comparisons. */
function reportOf(data) {
  const scoresOf = (model) => Object.fromEntries(data.metrics.map((metric) => [metric.key, metric.values[model]]));
  return {
    runName: label(data.models[0]),
    metrics: data.metrics.map(({ info }) => info),
    basins: data.basins.map((basin, b) => ({ ...basin, scores: data.metrics.map((metric) => metric.values[0][b]) })),
    comparisons: data.models.slice(1).map((model, i) => ({ name: label(model), scores: scoresOf(i + 1) })),
  };
}

/** Distributions, boxes and the table of all models in one metric. */
export class ComparisonScores {
  constructor(data, selection, onMetric) {
    this.data = data;
    this.metricIndex = 0;
    this.distribution = new Distribution(reportOf(data), selection);
    this.boxes = new Boxes(data);
    this.table = h("div");
    const options = data.metrics.map(({ info }, i) => h("option", { value: i }, info.title));
    const choice = h("select", { id: "metric", onchange: () => onMetric(Number(choice.value)) }, options);
    byId("scores").replaceChildren(
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "scores-title" }, "Scores"),
        h("label", { class: "field" }, "Metric", choice),
      ),
      h("div", { class: "pair even" }, this.distribution.element, this.boxes.element),
      this.table,
    );
    selection.listen(() => this.distribution.mark());
  }

  draw(metricIndex) {
    const metric = this.data.metrics[metricIndex];
    this.distribution.draw(metricIndex);
    this.boxes.draw(metric);
    this.table.replaceChildren(summaryTable(this.data, metric));
  }
}
