import { isNumber } from "./numbers.js";

const kMissingCode = 0xffff;

/** Bytes of base64 text. */
function bytesOf(base64) {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The bytes that were deflated (zlib form) and written as base64. */
export async function inflate(base64) {
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The inverse of the library's encode_series (see docs/report.md): numbers, NaN where missing. */
export async function decodeSeries({ size, base, step, delta, data }, floor) {
  const values = new Float64Array(size).fill(NaN);
  if (size === 0) return values;
  const bytes = await inflate(data);
  let code = 0;
  for (let i = 0; i < size; ++i) {
    const number = (bytes[i] << 8) | bytes[size + i];
    code = delta ? (code + ((number >>> 1) ^ -(number & 1))) & 0xffff : number;
    if (code !== kMissingCode) values[i] = floor * Math.sinh(step * (code + base));
  }
  return values;
}

/** Observed, simulated and (if the run had it) precipitation of one basin, decoded now. Times are UTC milliseconds. */
export async function loadSeries(report, index) {
  const chunk = JSON.parse(document.getElementById(`series-${index}`).textContent);
  const names = ["observed", "simulated", "precipitation"].filter((name) => chunk[name]);
  const decoded = await Promise.all(names.map((name) => decodeSeries(chunk[name], report.floor)));
  const series = { first: chunk.first, step: chunk.step, size: chunk.observed.size };
  names.forEach((name, i) => (series[name] = decoded[i]));
  return series;
}

/** How many values of a series are there. */
export function countPresent(values) {
  let present = 0;
  for (const value of values) if (isNumber(value)) ++present;
  return present;
}
