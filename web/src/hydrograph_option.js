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

function lineSeries(id, name, data, colour, many) {
  return {
    id,
    name,
    data,
    type: "line",
    yAxisIndex: 0,
    showSymbol: false,
    connectNulls: false,
    emphasis: { disabled: true },
    silent: true,
    sampling: many ? "minmax" : undefined,
    lineStyle: { color: colour, width: 1.5, join: "round" },
    itemStyle: { color: colour },
  };
}

function rainSeries(series, colours) {
  return {
    id: "precipitation",
    name: "Precipitation",
    type: "line",
    step: "middle",
    yAxisIndex: 1,
    showSymbol: false,
    silent: true,
    data: series.precipitation ? pairs(series, series.precipitation) : [],
    connectNulls: false,
    emphasis: { disabled: true },
    lineStyle: { width: 0.6, color: colours.rain },
    itemStyle: { color: colours.rain },
    areaStyle: { color: colours.rain, opacity: 0.75, origin: "start" },
    z: 1,
  };
}

/** A value axis without line and ticks, its name above its end on the given side. */
function sideAxis(name, side, colours) {
  const style = axisStyle(colours);
  const padding = side === "left" ? [0, 0, 0, -46] : [0, -46, 0, 0];
  return {
    ...style,
    name,
    nameGap: 14,
    nameTextStyle: { ...style.nameTextStyle, align: side, padding },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

function dischargeAxis(floor, colours) {
  const axis = sideAxis("Discharge (mm/day)", "left", colours);
  axis.axisLabel = { ...axis.axisLabel, formatter: axisText };
  if (floor !== undefined) return { ...axis, type: "log", logBase: 10, min: floor, max: "dataMax" };
  return { ...axis, type: "value", min: ({ min }) => Math.min(0, min), splitNumber: 5 };
}

/** Downwards from the top, over about the upper third. */
function rainAxis(series, colours) {
  const top = greatest(series.precipitation);
  const axis = sideAxis("Precipitation (mm/day)", "right", colours);
  const formatter = (value) => (value <= top * 1.1 ? axisText(value) : "");
  return {
    ...axis,
    type: "value",
    inverse: true,
    show: top > 0,
    min: 0,
    max: top * 3.2 || 1,
    nameLocation: "start",
    splitLine: { show: false },
    axisLabel: { ...axis.axisLabel, formatter },
  };
}

function timeAxis(series, colours) {
  const style = axisStyle(colours);
  return {
    ...style,
    type: "time",
    splitLine: { show: false },
    min: series.first,
    max: series.first + (series.size - 1) * series.step,
    splitNumber: isNarrow() ? 3 : 8,
    axisLabel: { ...style.axisLabel, hideOverlap: true },
  };
}

function zooms(series, [start, end], sides, colours) {
  const zoom = { xAxisIndex: 0, start, end, filterMode: "filter", minValueSpan: 10 * series.step };
  const accent = { color: colours.accent, borderColor: colours.accent };
  const shadow = (colour, area) => ({ lineStyle: { color: colour, width: 0.6 }, areaStyle: area });
  const slider = {
    ...zoom,
    ...sides,
    id: "slider",
    type: "slider",
    height: 30,
    bottom: 10,
    brushSelect: false,
    showDetail: false,
    moveHandleSize: 5,
    borderColor: colours.line,
    backgroundColor: "transparent",
    fillerColor: `${colours.accent}22`,
    handleStyle: { color: colours.paper, borderColor: colours.accent },
    moveHandleStyle: { color: colours.line },
    emphasis: { handleStyle: accent, moveHandleStyle: accent },
    dataBackground: shadow(colours.soft, { color: colours.line }),
    selectedDataBackground: shadow(colours.accent, { color: colours.accent, opacity: 0.2 }),
  };
  return [{ ...zoom, id: "wheel", type: "inside", disabled: isTouch }, slider];
}

function allSeries(series, floor, colours) {
  const many = series.size > 20_000;
  const observed = pairs(series, series.observed, floor);
  const simulated = pairs(series, series.simulated, floor);
  const dots = { type: "scatter", symbolSize: 3.5, silent: true, itemStyle: { color: colours.observed } };
  return [
    lineSeries("observed", "Observed", observed, colours.observed, many),
    lineSeries("simulated", "Simulated", simulated, colours.accent, many),
    { ...dots, id: "isolated", data: isolated(observed) },
    rainSeries(series, colours),
  ];
}

/** The ECharts option of one basin's hydrograph. `window` is the shown share of the period, [start, end] in percent. */
export function hydrographOption(series, { logarithmic, window }, colours) {
  const floor = logarithmic ? logFloorOf(series) : undefined;
  const sides = { left: 50, right: series.precipitation ? 50 : 14 };
  return {
    animation: false,
    useUTC: true,
    grid: { ...sides, top: 34, bottom: 84 },
    tooltip: {
      ...tooltipStyle(colours),
      trigger: "axis",
      formatter: tooltip(series, colours),
      axisPointer: { type: "line", lineStyle: { color: colours.soft, width: 1, type: "solid" } },
    },
    xAxis: timeAxis(series, colours),
    yAxis: [dischargeAxis(floor, colours), rainAxis(series, colours)],
    dataZoom: zooms(series, window, sides, colours),
    series: allSeries(series, floor, colours),
  };
}
