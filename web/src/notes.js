import { byId, h } from "./dom.js";

/** What there is to know about the data: gaps, masks, basins left out. Hides if there are no notes. */
export function drawNotes(report) {
  const section = byId("notes");
  section.hidden = report.dataNotes.length === 0;
  section.replaceChildren(
    h("div", { class: "section-head" }, h("h2", { id: "notes-title" }, report.notesTitle ?? "Data notes")),
    h(
      "ul",
      { class: "notes" },
      report.dataNotes.map((note) => h("li", {}, note)),
    ),
  );
}

/** Copies text, also where the clipboard interface is not given to a page opened from a file. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "off-screen", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/** The configuration, folded, with a button that copies it. */
export function drawConfiguration(report) {
  const section = byId("configuration");
  section.hidden = report.configYaml === "";
  const said = h("span", { class: "note", role: "status" });
  const onclick = async () => {
    await copy(report.configYaml);
    said.textContent = "Copied";
    setTimeout(() => (said.textContent = ""), 2000);
  };
  const lines = report.configYaml.trimEnd().split("\n").length;
  const details = h(
    "details",
    {},
    h("summary", {}, `config.yml, ${lines} ${lines === 1 ? "line" : "lines"}`),
    h("div", { class: "copy" }, h("button", { type: "button", onclick }, "Copy"), said),
    h("pre", { tabindex: "0" }, h("code", {}, report.configYaml)),
  );
  section.replaceChildren(h("div", { class: "section-head" }, h("h2", { id: "configuration-title" }, "Configuration")), details);
  let opened = false;
  window.addEventListener("beforeprint", () => {
    opened = details.open;
    details.open = true;
  });
  window.addEventListener("afterprint", () => (details.open = opened));
}
