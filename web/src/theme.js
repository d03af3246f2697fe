// Colours for the charts, read from the style sheet so that the page and the canvases always agree.

import { positionIn } from "./numbers.js";

const kNames = ["paper", "ink", "soft", "line", "accent", "land", "border", "rain", "observed"];

export function palette() {
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(kNames.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  colours.dark = style.getPropertyValue("--is-dark").trim() === "1";
  colours.font = style.fontFamily;
  return colours;
}

/** Calls `redraw` when the system's light or dark mode changes, and around printing, which is always light. */
export function onThemeChange(redraw) {
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  window.addEventListener("beforeprint", () => {
    document.documentElement.dataset.theme = "light";
    redraw();
  });
  window.addEventListener("afterprint", () => {
    delete document.documentElement.dataset.theme;
    redraw();
  });
}

// Okabe and Ito's colours, less the blue of the run itself, for the comparisons.
const kOthers = ["#d55e00", "#8a6fb8", "#009e73", "#b8860b", "#cc79a7", "#7a8288"];
export const comparisonColour = (i) => kOthers[i % kOthers.length];
/** The colour of a model's line where several stand side by side: the first one's is the page's accent. */
export const lineColour = (i, colours) => (i === 0 ? colours.accent : comparisonColour(i - 1));
export const comparisonDash = (i) =>
  [
    [6, 4],
    [2, 3],
    [10, 4, 2, 4],
  ][(i + Math.floor(i / kOthers.length)) % 3]; // another one when the colours come round

// Orange to blue: told apart with every common form of colour blindness. Middle colours are near the background's.
const kScale = {
  light: ["#7f2704", "#c4570c", "#ee9a4d", "#f7d9ae", "#d6e6ea", "#8fc1da", "#4492bf", "#146296", "#06355c"],
  dark: ["#ff7a1a", "#e0772f", "#b5713f", "#846a55", "#66747a", "#5f8fa8", "#58a8d4", "#6cc3f5", "#b5e3ff"],
};

// Pale to dark, on dark pages dark to pale: for values of which none is better. Without orange, so as not to be read as a score.
const kSequential = {
  light: ["#f3e7a0", "#cfdf8e", "#95cd92", "#57b7a1", "#3399ac", "#2a78a5", "#2a5795", "#2a377f", "#24195c"],
  dark: ["#474a9c", "#4367b4", "#3f87bf", "#41a5b9", "#5bbdaa", "#8ad094", "#bcdc84", "#e6e687", "#fbf6c4"],
};

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

function interpolate(stops, position) {
  const at = Math.min(Math.max(position, 0), 1) * (stops.length - 1);
  const below = Math.min(Math.floor(at), stops.length - 2);
  const [from, to] = [channels(stops[below]), channels(stops[below + 1])];
  return `rgb(${from.map((c, i) => Math.round(c + (to[i] - c) * (at - below))).join(",")})`;
}

/** Colour of a position in 0..1. */
export function scoreColour(position, range, dark) {
  const scale = range.sequential ? kSequential : kScale;
  const stops = dark ? scale.dark : scale.light;
  return interpolate(stops, range.reversed ? 1 - position : position);
}

export function colourOf(value, range, dark) {
  return scoreColour(positionIn(range, value), range, dark);
}
