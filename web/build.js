// Bundles the pages of a report and of a comparison, and writes them as one C++ file: node build.js <out.cpp>

import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { deflateSync } from "node:zlib";

const require = createRequire(import.meta.url);
const source = (name) => new URL(`src/${name}`, import.meta.url).pathname;

async function bundle(entry) {
  const result = await build({
    entryPoints: [source(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["chrome103", "firefox113", "safari16.4"], // the first with DecompressionStream
    legalComments: "none",
    logLevel: "warning",
  });
  return result.outputFiles[0].text.trimEnd();
}

/** Coasts, countries and US states in two TopoJSON topologies, without the names, which the map does not show. */
function outlines() {
  const shapesOnly = (path, name) => {
    const topology = JSON.parse(readFileSync(require.resolve(path), "utf8"));
    const { type, geometries } = topology.objects[name];
    const shapes = geometries.map((g) => ({ type: g.type, id: g.id, arcs: g.arcs }));
    return { ...topology, objects: { shapes: { type, geometries: shapes } } };
  };
  const maps = {
    countries: shapesOnly("world-atlas/countries-50m.json", "countries"),
    states: shapesOnly("us-atlas/states-10m.json", "states"),
  };
  return deflateSync(JSON.stringify(maps), { level: 9 }).toString("base64");
}

/** The licences of what is bundled, which the page must carry along. */
function licences() {
  const files = ["echarts/LICENSE", "echarts/NOTICE", "zrender/LICENSE", "tslib/LICENSE.txt", "topojson-client/LICENSE"];
  const texts = [...files, "us-atlas/LICENSE", "world-atlas/LICENSE"].map((name) => {
    const text = readFileSync(new URL(`node_modules/${name}`, import.meta.url), "utf8");
    return `${name}\n\n${text.trim()}`;
  });
  return texts.join("\n\n----\n\n").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function definition(name, text) {
  const delimiter = "~freshet~";
  if (text.includes(`)${delimiter}"`)) throw new Error(`${name} holds the raw string's delimiter`);
  return `const std::string_view ${name} = R"${delimiter}(${text})${delimiter}";\n`;
}

const target = process.argv[2];
if (!target) throw new Error("usage: node build.js <out.cpp>");
const scripts = { kReportScript: await bundle("main.js"), kComparisonScript: await bundle("comparison_main.js") };
for (const [name, script] of Object.entries(scripts)) {
  if (/<\/script|<!--/i.test(script)) throw new Error(`${name} holds text that would end its element`);
}
const text = [
  "// Written by web/build.js.\n",
  '#include "freshet/report/page_assets.hpp"\n',
  "namespace freshet::page_assets {\n",
  definition("kTemplate", readFileSync(source("page.html"), "utf8")),
  definition("kReportSections", readFileSync(source("report_sections.html"), "utf8")),
  definition("kComparisonSections", readFileSync(source("comparison_sections.html"), "utf8")),
  ...Object.entries(scripts).map(([name, script]) => definition(name, script)),
  definition("kStyle", await bundle("style.css")),
  definition("kOutlines", outlines()),
  definition("kLicences", licences()),
  "}  // namespace freshet::page_assets\n",
].join("\n");
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, text);
