import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { DataZoomComponent, GeoComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, registerMap, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart,
  LineChart,
  ScatterChart,
  DataZoomComponent,
  GeoComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
  CanvasRenderer,
]);

export { registerMap };

/** A chart that follows the size of its element. */
export function createChart(element) {
  const chart = init(element, null, { renderer: "canvas" });
  new ResizeObserver(() => chart.resize()).observe(element);
  return chart;
}

/**
 * Lets the wheel zoom only after a click into the chart (or with Ctrl or Cmd), and the page scroll otherwise.
 * Leaving the chart gives the wheel back to the page.
 */
export function guardWheel(element) {
  let active = false;
  element.addEventListener("pointerdown", () => (active = true));
  element.addEventListener("pointerleave", () => (active = false));
  const guard = (event) => {
    if (!active && !event.ctrlKey && !event.metaKey) event.stopPropagation();
  };
  element.addEventListener("wheel", guard, { capture: true });
  element.addEventListener("mousewheel", guard, { capture: true });
}

/** The parts every cartesian axis shares. */
export function axisStyle(colours) {
  return {
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.soft, fontFamily: colours.font, fontSize: 12 },
    nameTextStyle: { color: colours.soft, fontFamily: colours.font, fontSize: 12 },
    splitLine: { lineStyle: { color: colours.line, width: 1 } },
    minorTick: { show: false },
  };
}

export function tooltipStyle(colours) {
  return {
    confine: true,
    backgroundColor: colours.paper,
    borderColor: colours.line,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: colours.ink, fontFamily: colours.font, fontSize: 13 },
    extraCssText: "box-shadow: 0 4px 18px rgb(0 0 0 / 12%); border-radius: 6px; font-variant-numeric: tabular-nums;",
  };
}

const narrow = window.matchMedia("(max-width: 640px)");
export const isTouch = window.matchMedia("(pointer: coarse)").matches;
export const isNarrow = () => narrow.matches;
export const onNarrowChange = (listener) => narrow.addEventListener("change", listener);
