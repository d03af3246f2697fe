// Starts Chromium and opens a report, watching for errors and for anything that would leave the machine.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

export class Skip extends Error {}

const kArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

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
