// node parameters_of_run.mjs REPORT WEB CHROMIUM: prints what the section of parameters of a run's report shows, as JSON: the
// names and meanings of the choice, for each the number of basins with a value on the map, and what went wrong.

import { openReport, startBrowser } from "./browser.mjs";

const [report, web, chromium] = process.argv.slice(2);
const browser = await startBrowser({ web, chromium });
try {
  const { page, errors } = await openReport(browser, report);
  const names = await page.locator("#parameter option").allTextContents();
  const [basins, meanings] = [[], []];
  for (const label of names) {
    await page.locator("#parameter").selectOption({ label });
    meanings.push(await page.locator("#parameters .facts").textContent());
    const shown = await page.evaluate(async () => {
      const { map, shown } = (await window.freshetReport).parameters;
      await map.draw(shown);
      return map.chart.getOption().series.find(({ id }) => id === "basins").data.filter(({ score }) => score !== null).length;
    });
    basins.push(shown);
  }
  console.log(JSON.stringify({ visible: await page.locator("#parameters").isVisible(), names, basins, meanings, errors }));
} finally {
  await browser.close();
}
