import { axisStyle, isNarrow, isTouch, tooltipStyle } from "./charts.js";
import { axisText, kMissingText, significant } from "./numbers.js";

const kDay = 86_400_000;
const kLogFloor = 0.001; // mm/day, the floor of the stored series

const isMissing = Number.isNaN;

/** [time, value] pairs with null for missing; a log axis gets what is at or below its floor drawn on the floor. */
function pairs(series, values, floor) {
  const points = new Array(values.length);
  for (let i = 0; i < values.length; ++i) {
    const value = isMissing(values[i]) ? null : floor === undefined ? values[i] : Math.max(values[i], floor);
    points[i] = [series.first + i * series.step, value];
  }
  return points;
}

/** Values with a gap on both sides, which a line cannot show. */
function isolated(points) {
  const missing = (i) => i < 0 || i >= points.length || points[i][1] === null;
  return points.filter((point, i) => point[1] !== null && missing(i - 1) && missing(i + 1));
}

function greatest(values) {
  let high = 0;
  for (const value of values ?? []) if (value > high) high = value;
  return high;
}

/** The power of ten at or below the lowest positive discharge. */
function logFloorOf(series) {
  let low = Infinity;
  for (const values of [series.observed, series.simulated]) {
    for (const value of values) if (value > 0 && value < low) low = value;
  }
  return low === Infinity ? kLogFloor : Math.max(kLogFloor, 10 ** Math.floor(Math.log10(low)));
}

export function timeText(milliseconds, step) {
  const text = new Date(milliseconds).toISOString();
  return step >= kDay ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

function tooltip(series, colours) {
  const row = (name, values, colour) => {
    if (!values) return () => "";
    return (i) => {
      const text = isMissing(values[i]) ? kMissingText : significant(values[i]);
      return `<tr><td><i style="background:${colour}"></i>${name}</td><td>${text}</td></tr>`;
    };
  };
  const rows = [
    row("Precipitation", series.precipitation, colours.rain),
    row("Observed", series.observed, colours.observed),
    row("Simulated", series.simulated, colours.accent),
  ];
  return (items) => {
    const time = items[0]?.axisValue;
    const i = Math.round((time - series.first) / series.step);
    if (!(i >= 0 && i < series.size)) return "";
    return `<b>${timeText(time, series.step)}</b><table class="tip">${rows.map((cells) => cells(i)).join("")}</table>mm/day`;
  };
}

function lineSeries(id, name, data, colour, width, many) {
  return {
    id, name, data, type: "line", yAxisIndex: 0, showSymbol: false, connectNulls: false, emphasis: { disabled: true }, silent: true,
    sampling: many ? "minmax" : undefined, lineStyle: { color: colour, width, join: "round" }, itemStyle: { color: colour },
  };
}

function rainSeries(series, colours) {
  return {
    id: "precipitation", name: "Precipitation", type: "line", step: "middle", yAxisIndex: 1, showSymbol: false, silent: true,
    data: series.precipitation ? pairs(series, series.precipitation) : [], connectNulls: false, emphasis: { disabled: true },
    lineStyle: { width: 0.6, color: colours.rain }, itemStyle: { color: colours.rain },
    areaStyle: { color: colours.rain, opacity: 0.75, origin: "start" }, z: 1,
  };
}

function axes(series, logarithmic, floor, colours) {
  const style = axisStyle(colours);
  const rainTop = greatest(series.precipitation);
  const discharge = {
    ...style, name: "Discharge (mm/day)", nameLocation: "end", nameGap: 14, axisLine: { show: false }, axisTick: { show: false },
    nameTextStyle: { ...style.nameTextStyle, align: "left", padding: [0, 0, 0, -46] },
    axisLabel: { ...style.axisLabel, formatter: axisText },
  };
  const rain = {
    ...style, type: "value", inverse: true, show: rainTop > 0, min: 0, max: rainTop * 3.2 || 1, splitLine: { show: false },
    name: "Precipitation (mm/day)", nameLocation: "start", nameGap: 14, axisLine: { show: false }, axisTick: { show: false },
    nameTextStyle: { ...style.nameTextStyle, align: "right", padding: [0, -46, 0, 0] },
    axisLabel: { ...style.axisLabel, formatter: (value) => (value <= rainTop * 1.1 ? value : "") },
  };
  return {
    xAxis: {
      ...style, type: "time", splitLine: { show: false }, min: series.first, max: series.first + (series.size - 1) * series.step,
      splitNumber: isNarrow() ? 3 : 8, axisLabel: { ...style.axisLabel, hideOverlap: true },
    },
    yAxis: [
      logarithmic
        ? { ...discharge, type: "log", logBase: 10, min: floor, max: "dataMax" }
        : { ...discharge, type: "value", min: ({ min }) => Math.min(0, min), splitNumber: 5 },
      rain,
    ],
  };
}

/** The ECharts option of one basin's hydrograph. `window` is the shown share of the period, [start, end] in percent. */
export function hydrographOption(series, { logarithmic, window }, colours) {
  const many = series.size > 20_000;
  const floor = logarithmic ? logFloorOf(series) : undefined;
  const observed = pairs(series, series.observed, floor);
  const [start, end] = window;
  const zoom = { xAxisIndex: 0, start, end, filterMode: "filter", minValueSpan: 10 * series.step };
  const frame = { borderColor: colours.line, backgroundColor: "transparent", fillerColor: `${colours.accent}22` };
  return {
    animation: false,
    useUTC: true,
    grid: { left: 50, right: series.precipitation ? 50 : 14, top: 34, bottom: 84 },
    tooltip: {
      ...tooltipStyle(colours), trigger: "axis", formatter: tooltip(series, colours),
      axisPointer: { type: "line", lineStyle: { color: colours.soft, width: 1, type: "solid" } },
    },
    ...axes(series, logarithmic, floor, colours),
    dataZoom: [
      { id: "wheel", type: "inside", ...zoom, disabled: isTouch },
      {
        id: "slider", type: "slider", ...zoom, height: 30, bottom: 10, left: 50, right: series.precipitation ? 50 : 14, ...frame,
        brushSelect: false, showDetail: false, moveHandleSize: 5, textStyle: { color: colours.soft, fontFamily: colours.font },
        handleStyle: { color: colours.paper, borderColor: colours.accent }, moveHandleStyle: { color: colours.line },
        emphasis: { handleStyle: { color: colours.accent, borderColor: colours.accent }, moveHandleStyle: { color: colours.accent } },
        dataBackground: { lineStyle: { color: colours.soft, width: 0.6 }, areaStyle: { color: colours.line } },
        selectedDataBackground: { lineStyle: { color: colours.accent, width: 0.6 }, areaStyle: { color: colours.accent, opacity: 0.2 } },
      },
    ],
    series: [
      lineSeries("observed", "Observed", observed, colours.observed, 1.5, many),
      lineSeries("simulated", "Simulated", pairs(series, series.simulated, floor), colours.accent, 1.5, many),
      { id: "isolated", type: "scatter", data: isolated(observed), symbolSize: 3.5, silent: true, itemStyle: { color: colours.observed } },
      rainSeries(series, colours),
    ],
  };
}
