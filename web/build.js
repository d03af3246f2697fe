// Bundles the report page and writes it as one C++ file: node build.js <out.cpp>

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

function definition(name, text) {
  const delimiter = "~freshet~";
  if (text.includes(`)${delimiter}"`)) throw new Error(`${name} holds the raw string's delimiter`);
  return `const std::string_view ${name} = R"${delimiter}(${text})${delimiter}";\n`;
}

const target = process.argv[2];
if (!target) throw new Error("usage: node build.js <out.cpp>");
const script = await bundle("main.js");
if (/<\/script|<!--/i.test(script)) throw new Error("the script holds text that would end its element");
const text = [
  "// Written by web/build.js.\n",
  '#include "freshet/report/page_assets.hpp"\n',
  "namespace freshet::page_assets {\n",
  definition("kTemplate", readFileSync(source("page.html"), "utf8")),
  definition("kScript", script),
  definition("kStyle", await bundle("style.css")),
  definition("kOutlines", outlines()),
  "}  // namespace freshet::page_assets\n",
].join("\n");
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, text);
