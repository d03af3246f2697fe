import { byId, h } from "./dom.js";
import { Distribution } from "./distribution.js";
import { BasinMap } from "./map.js";

/** The section of the score distribution and the map, which share one choice of metric. */
export class Scores {
  constructor(report, selection) {
    this.metricIndex = report.mainIndex;
    this.distribution = new Distribution(report, selection);
    this.map = new BasinMap(report, selection);
    const options = report.metrics.map((info, i) => h("option", { value: i, selected: i === this.metricIndex }, info.title));
    const choice = h("select", { id: "metric", onchange: () => this.choose(Number(choice.value)) }, options);
    const figures = [this.distribution.element, this.map.usable ? this.map.element : null].filter(Boolean);
    byId("scores").replaceChildren(
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "scores-title" }, "Scores"),
        h("label", { class: "field" }, "Metric", choice),
      ),
      h("div", { class: this.map.usable ? "pair" : "single" }, figures),
      ...(this.map.usable ? [] : [h("p", { class: "note" }, "No map: the basins of this run have no coordinates.")]),
    );
    selection.listen(() => {
      this.distribution.mark();
      this.map.mark();
    });
  }

  choose(metricIndex) {
    this.metricIndex = metricIndex;
    return this.draw();
  }

  draw() {
    this.distribution.draw(this.metricIndex);
    return this.map.draw(this.metricIndex);
  }
}
