import { label } from "./comparison_data.js";
import { byId, h } from "./dom.js";
import { keyNumber } from "./head.js";
import { formatScore } from "./metrics.js";
import { count } from "./numbers.js";

/** Title, what makes the comparison doubtful, and the main metric's numbers. */
export function drawComparisonHead(data) {
  const main = data.metrics[0];
  const best = data.models
    .map((model, i) => ({ model, median: main.models[i].median[0] }))
    .filter(({ model }) => model.paired)
    .sort((a, b) => Math.abs(a.median - main.perfect) - Math.abs(b.median - main.perfect))[0];
  const contexts = data.models.length - data.paired;
  const numbers = [
    keyNumber(formatScore(main.info, best.median, 1), `best median ${main.info.title}`, best.model.name),
    keyNumber(count(main.basins.length), main.basins.length === 1 ? "basin" : "basins", "in all runs, with a score"),
    keyNumber(count(data.paired), data.paired === 1 ? "run" : "runs", contexts ? `and ${contexts} as context` : "compared"),
  ];
  const doubts = data.doubts.map((doubt) => h("p", { class: "banner", role: "note" }, h("strong", {}, "Doubtful: "), `${doubt}.`));
  byId("head").replaceChildren(
    h("p", { class: "eyebrow" }, "Freshet comparison"),
    h("h1", {}, data.title),
    h("p", { class: "subtitle" }, `${main.title}; reference: ${label(data.models[0])}`),
    ...doubts,
    h("dl", { class: "key-numbers three" }, numbers),
  );
}
