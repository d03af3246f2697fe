import { Calibration } from "./calibration.js";
import { byId, h } from "./dom.js";
import { drawHead } from "./head.js";
import { Hydrograph } from "./hydrograph.js";
import { drawConfiguration, drawNotes } from "./notes.js";
import { Parameters } from "./parameters.js";
import { readReport } from "./report_data.js";
import { Scores } from "./scores.js";
import { Selection } from "./selection.js";
import { loadSeries } from "./series.js";
import { States } from "./states.js";
import { BasinTable } from "./table.js";
import { onThemeChange } from "./theme.js";
import { Training } from "./training.js";
import { isNumber } from "./numbers.js";

/** The basin shown first: the one in the middle of the ranking, as neither the best nor the worst is typical. */
function typicalBasin(report) {
  const scored = report.basins.filter((basin) => isNumber(basin.scores[report.mainIndex]));
  scored.sort((a, b) => a.scores[report.mainIndex] - b.scores[report.mainIndex]);
  return scored[Math.floor(scored.length / 2)]?.index ?? 0;
}

async function drawBasins(report) {
  const selection = new Selection(report.basins, typicalBasin(report));
  const scores = new Scores(report, selection);
  const table = new BasinTable(report, selection);
  const hydrograph = new Hydrograph(report, selection, () => table.order());
  const parameters = new Parameters(report, selection);
  const calibration = new Calibration(report, selection);
  const states = new States(report, selection);
  table.reveal(selection.index);
  onThemeChange(() => {
    scores.draw();
    hydrograph.redraw();
    table.redraw();
    parameters.draw();
    calibration.redraw();
    states.redraw();
  });
  window.addEventListener("beforeprint", () => table.fill(true));
  calibration.redraw();
  await Promise.all([scores.draw(), hydrograph.show(), parameters.draw(), states.redraw()]);
  return { selection, scores, table, hydrograph, parameters, calibration, states };
}

async function main() {
  const report = readReport();
  drawHead(report);
  drawNotes(report);
  drawConfiguration(report);
  const training = new Training(report);
  training.redraw();
  onThemeChange(() => training.redraw());
  if (report.basins.length === 0) {
    byId("scores").replaceChildren(
      h("h2", { id: "scores-title" }, "Scores"),
      h("p", { class: "note" }, "This run evaluated no basins."),
    );
    for (const section of ["basin", "table", "parameters", "calibration", "states"]) byId(section).hidden = true;
    return { report };
  }
  return { report, ...(await drawBasins(report)), loadSeries: (index) => loadSeries(report, index) };
}

/** For the browser's console, and the tests: the report's data, its parts, and `loadSeries(basinIndex)`. */
window.freshetReport = main();
