import { WaterBalance } from "./comparison_balance.js";
import { gainInfo, gainsOf, label, readComparison } from "./comparison_data.js";
import { drawComparisonHead } from "./comparison_head.js";
import { ComparisonPair } from "./comparison_pair.js";
import { ComparisonScores } from "./comparison_scores.js";
import { drawMatrix, drawSources } from "./comparison_tables.js";
import { drawNotes } from "./notes.js";
import { Selection } from "./selection.js";
import { BasinTable } from "./table.js";
import { onThemeChange } from "./theme.js";

/** What the table reads of a report: a column a model, and the gain of the chosen pair. */
class TableView {
  constructor(data) {
    this.data = data;
    this.mainIndex = 0;
    this.detailSection = "pair";
    this.basins = data.basins.map((basin) => ({ ...basin, scores: [] }));
  }

  fill(metricIndex, { model, against }) {
    const metric = this.data.metrics[metricIndex];
    const columns = metric.values.map((values, i) => ({
      values,
      info: { ...metric.info, key: `run${i}`, label: label(this.data.models[i]), unit: "" },
    }));
    if (this.data.paired > 1)
      columns.push({ values: gainsOf(metric, model, against), info: gainInfo(metric.info, this.gainTitle(model, against)) });
    this.metrics = columns.map(({ info }) => info);
    this.main = this.metrics[0];
    this.basins.forEach((basin, b) => (basin.scores = columns.map(({ values }) => values[b])));
  }

  gainTitle(model, against) {
    return this.data.paired > 2 ? `Gain of ${this.data.models[model].name} over ${this.data.models[against].name}` : "Gain";
  }
}

async function main() {
  const data = readComparison();
  drawComparisonHead(data);
  drawSources(data);
  drawNotes({ dataNotes: data.notes, notesTitle: "Notes" });
  let metricIndex = 0;
  const selection = new Selection(data.basins, data.metrics[0].basins[0] ?? 0);
  const scores = new ComparisonScores(data, selection, (index) => show(index));
  const pair = new ComparisonPair(data, selection, () => show(metricIndex));
  const balance = new WaterBalance(data, selection);
  const view = new TableView(data);
  view.fill(metricIndex, pair);
  const table = new BasinTable(view, selection);
  function draw() {
    scores.draw(metricIndex);
    drawMatrix(data, data.metrics[metricIndex]);
    return pair.draw(metricIndex);
  }
  function show(index) {
    metricIndex = index;
    view.fill(metricIndex, pair);
    table.rebuild();
    return draw();
  }
  onThemeChange(() => {
    draw();
    balance.draw();
    table.redraw();
  });
  window.addEventListener("beforeprint", () => table.fill(true));
  await draw();
  balance.draw();
  table.reveal(selection.index);
  return { data, selection, scores, pair, balance, table };
}

/** For the browser's console, and the tests: the comparison's data and its parts. */
window.freshetReport = main();
