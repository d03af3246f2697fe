// Starts Chromium and opens pages, watching for errors and for anything that would leave the machine; runs the checks of a test.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

class Skip extends Error {}

const kArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser; throws Skip if it is not there. */
export async function startBrowser({ web, chromium }) {
  if (!existsSync(chromium)) throw new Skip(`Chromium was not found (${chromium})`);
  let playwright;
  try {
    playwright = createRequire(resolve(web, "package.json"))("playwright-core");
  } catch {
    throw new Skip("playwright-core is not installed in web/node_modules");
  }
  const profile = mkdtempSync(join(tmpdir(), "freshet-browser-"));
  const options = { executablePath: chromium, args: kArguments, headless: true };
  const context = await playwright.chromium.launchPersistentContext(profile, options);
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, close };
}

/** Opens a report and waits until it is drawn. `errors` collects what went wrong, also later. */
export async function openReport({ context }, path, { width = 1440, height = 900, dark = false, hash = "" } = {}) {
  const page = await context.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
  const errors = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => /^(file|data|blob):/.test(request.url()) || errors.push(`asked for ${request.url()}`));
  const started = Date.now();
  await page.goto(pathToFileURL(resolve(path)) + hash);
  await page.evaluate(() => window.freshetReport.then(() => true));
  return { page, errors, milliseconds: Date.now() - started };
}

/** The share of a chart's canvas that is drawn on (not transparent), 0 without a canvas. */
export function drawnShare(page, selector) {
  return page.evaluate((wanted) => {
    const canvas = document.querySelector(`${wanted} canvas`);
    if (!canvas || !canvas.width || !canvas.height) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let drawn = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) ++drawn;
    return drawn / (data.length / 4);
  }, selector);
}

/** The picture of a chart, to see whether it changed. */
export const picture = (page, selector) =>
  page.evaluate((wanted) => document.querySelector(`${wanted} canvas`).toDataURL(), selector);

export async function expectNoSidewaysScroll(page) {
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(content <= view, `the page is ${content} px wide in a window of ${view} px`);
}

async function run(checks, browser) {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(browser);
      console.log(`ok    ${name}`);
    } catch (error) {
      ++failed;
      console.log(`FAIL  ${name}\n${error.stack}`);
    }
  }
  console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

/**
 * Runs the named checks that `checksOf(sample)` gives, where `sample(name)` is the path of a sample page, with the options of the
 * command line. Exit code 0: all passed; 1: a check failed; 77: skipped, because the browser is not there.
 */
export async function runChecks(checksOf) {
  const names = ["samples", "web", "chromium"];
  const { values: options } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: "string" }])) });
  try {
    const browser = await startBrowser(options);
    await run(
      checksOf((name) => join(options.samples, name)),
      browser,
    );
    await browser.close();
  } catch (error) {
    if (!(error instanceof Skip)) throw error;
    console.log(`skipped: ${error.message}`);
    process.exitCode = 77;
  }
}
