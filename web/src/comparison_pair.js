import { gainInfo, gainsOf } from "./comparison_data.js";
import { pairTables } from "./comparison_tables.js";
import { byId, h } from "./dom.js";
import { BasinMap } from "./map.js";
import { Scatter } from "./scatter.js";

/** Two models against each other: scatter, map of gains, numbers. Which two is chosen here; the basins' table follows. */
export class ComparisonPair {
  constructor(data, selection, onPair) {
    this.data = data;
    this.section = byId("pair");
    this.section.hidden = data.paired < 2;
    [this.model, this.against] = [Math.min(1, data.paired - 1), 0];
    this.scatter = new Scatter(data, selection);
    this.gains = data.basins.map((basin) => ({ ...basin, scores: [null] }));
    this.map = new BasinMap({ basins: this.gains, metrics: [undefined], mapTitle: "Where which is better", picked: "find it in the table" }, selection);
    this.tables = h("div");
    const figures = [this.scatter.element, this.map.usable ? this.map.element : null].filter(Boolean);
    this.section.replaceChildren(
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "pair-title" }, "Two runs"),
        h(
          "div",
          { class: "tools" },
          this.choice("Run", "pair-model", () => this.model, (i) => (this.model = i), onPair),
          this.choice("against", "pair-against", () => this.against, (i) => (this.against = i), onPair),
        ),
      ),
      h("div", { class: this.map.usable ? "pair" : "single" }, figures),
      ...(this.map.usable ? [] : [h("p", { class: "note" }, "No map: the basins' coordinates are not known.")]),
      this.tables,
    );
    selection.listen(() => {
      this.scatter.mark();
      this.map.mark();
    });
  }

  choice(text, id, get, set, onPair) {
    const names = this.data.models.slice(0, this.data.paired);
    const options = names.map(({ name }, i) => h("option", { value: i, selected: i === get() }, name));
    const onchange = () => {
      set(Number(select.value));
      onPair();
    };
    const select = h("select", { id, onchange }, options);
    return h("label", { class: "field" }, text, select);
  }

  draw(metricIndex) {
    if (this.section.hidden) return Promise.resolve();
    const metric = this.data.metrics[metricIndex];
    const gains = gainsOf(metric, this.model, this.against);
    const [a, b] = [this.data.models[this.model].name, this.data.models[this.against].name];
    this.scatter.draw(metric, this.model, this.against, gains);
    this.tables.replaceChildren(...pairTables(this.data, metric, this.model, this.against));
    gains.forEach((gain, basin) => (this.gains[basin].scores[0] = gain));
    this.map.report.metrics[0] = gainInfo(metric.info, `Gain in ${metric.info.label} of ${a} over ${b}`);
    return this.map.draw(0);
  }
}
