/** Makes an element. Texts become text nodes, so nothing of the data is ever read as HTML. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** An entry of a legend: a swatch of a kind that style.css knows, and a name. */
export const legendKey = (name, kind) =>
  h("li", {}, h("span", { class: `key ${kind}`, "aria-hidden": "true" }), h("span", {}, name));

/** A row of buttons of which one is pressed. `choices` are [value, label] pairs. */
export function switcher(label, choices, value, onChange) {
  const buttons = choices.map(([choice, text]) =>
    h("button", { type: "button", "aria-pressed": String(choice === value), onclick: () => choose(choice) }, text),
  );
  function show(chosen) {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(choices[i][0] === chosen)));
  }
  function choose(chosen) {
    show(chosen);
    onChange(chosen);
  }
  return { element: h("div", { class: "switcher", role: "group", "aria-label": label }, buttons), show };
}

/** Text for a tooltip that ECharts sets as HTML. */
export function escapeHtml(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return String(text).replace(/[&<>"']/g, (c) => entities[c]);
}
