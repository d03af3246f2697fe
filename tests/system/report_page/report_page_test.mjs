// The report page in headless Chromium: node report_page_test.mjs --samples DIR --web DIR --chromium PATH
// Exit code 0: all passed; 1: a check failed; 77: skipped, because the browser is not there.

import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { drawnShare, expectNoSidewaysScroll, openReport, picture, runChecks } from "./browser.mjs";

const title = (page) => page.locator("#basin-title").textContent();
const firstIds = (page) =>
  page.locator("#table tbody tr[data-basin] th").evaluateAll((cells) => cells.slice(0, 5).map((c) => c.textContent));
const kCharts = [".distribution", ".map", ".hydrograph", ".convergence", ".dotty", ".parameter-bars", ".parameter-dots", "#parameters .map", ".mean-state", ".state-r", ".training"];

const checks = (sample) => ({
  async "all charts are drawn, in light and dark"(browser) {
    for (const dark of [false, true]) {
      const { page, errors } = await openReport(browser, sample("usual.html"), { dark });
      for (const chart of kCharts) assert.ok((await drawnShare(page, chart)) > 0.01, `${chart} is empty`);
      assert.deepEqual(errors, []);
      await page.close();
    }
  },

  async "head: key numbers and the synthetic banner"(browser) {
    const { page } = await openReport(browser, sample("usual.html"));
    assert.match(await page.locator("h1").textContent(), /120 virtual basins/);
    assert.match(await page.locator("#head .banner").textContent(), /Synthetic/);
    const medianShown = Number(await page.locator(".key-number dd").first().textContent());
    const median = await page.evaluate(async () => {
      const { report } = await window.freshetReport;
      const scores = report.basins.map((basin) => basin.scores[0]).sort((a, b) => a - b);
      return (scores[59] + scores[60]) / 2;
    });
    assert.ok(Math.abs(medianShown - median) < 0.0006);
    await page.close();
  },

  async "decoded series match the values that went in"(browser) {
    const { page, errors } = await openReport(browser, sample("usual.html"));
    const expected = JSON.parse(readFileSync(sample("expected.json"), "utf8"));
    assert.ok(expected.length > 400 && expected.some(({ observed }) => observed === null));
    const decoded = await page.evaluate(async (wanted) => {
      const { loadSeries } = await window.freshetReport;
      const series = {};
      for (const { basin } of wanted) series[basin] ??= await loadSeries(basin);
      return wanted.map(({ basin, i }) => ["observed", "simulated", "precipitation"].map((name) => series[basin][name][i]));
    }, expected);
    expected.forEach(({ observed, simulated, precipitation }, k) => {
      [observed, simulated, precipitation].forEach((value, j) => {
        const got = decoded[k][j];
        if (value === null) return assert.ok(Number.isNaN(got), `value ${k} should be missing`);
        assert.ok(Math.abs(got - value) <= 0.00101 * (Math.abs(value) + 0.001), `value ${k}: ${got} instead of ${value}`);
      });
    });
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "the table sorts"(browser) {
    const { page } = await openReport(browser, sample("usual.html"));
    const values = async () => {
      await page.locator(".scroller").evaluate((element) => (element.scrollTop = 0));
      return page
        .locator("#table tbody tr[data-basin] td.of-nse")
        .evaluateAll((cells) => cells.map((cell) => Number(cell.textContent.replace("\u2212", "-"))));
    };
    const head = page.locator("#table th.of-nse");
    assert.equal(await head.getAttribute("aria-sort"), "ascending");
    const ascending = await values();
    assert.deepEqual(
      ascending,
      [...ascending].sort((a, b) => a - b),
    );
    await head.getByRole("button").click();
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    const descending = await values();
    assert.deepEqual(
      descending,
      [...descending].sort((a, b) => b - a),
    );
    assert.ok(descending[0] > ascending[0]);
    await page.locator("#table th.of-id button").click();
    assert.deepEqual(await firstIds(page), ["90000001", "90000002", "90000003", "90000004", "90000005"]);
    await page.close();
  },

  async "the table holds rows in view only, and all by scrolling"(browser) {
    const { page } = await openReport(browser, sample("large.html"));
    const rows = page.locator("#table tbody tr[data-basin]");
    assert.ok((await rows.count()) < 80);
    await page.locator("#table th.of-id button").click();
    await page.locator(".scroller").evaluate((element) => (element.scrollTop = element.scrollHeight));
    await page.locator("#table tr[data-basin='400']").waitFor();
    await page.close();
  },

  async "the filter takes words and comparisons"(browser) {
    const { page } = await openReport(browser, sample("usual.html"));
    const shown = page.locator("#table .note");
    await page.locator("#filter").fill("9000002");
    assert.equal(await shown.textContent(), "10 of 120 basins");
    await page.locator("#filter").fill("nse < 0.5");
    const low = await page.evaluate(
      async () => (await window.freshetReport).report.basins.filter((basin) => basin.scores[0] < 0.5).length,
    );
    assert.ok(low > 0 && low < 120);
    assert.equal(await shown.textContent(), `${low} of 120 basins`);
    await page.locator("#filter").fill("no such river");
    assert.equal(await shown.textContent(), "0 of 120 basins");
    await page.locator("#filter").fill("");
    assert.equal(await shown.textContent(), "120 basins");
    await page.close();
  },

  async "a basin can be picked in the table, by keys, by buttons and by the address"(browser) {
    const { page, errors } = await openReport(browser, sample("usual.html"), { hash: "#basin=90000007" });
    assert.match(await title(page), /^90000007 /);
    const before = await picture(page, ".hydrograph");
    await page.locator("#table th.of-id button").click();
    await page.locator("#table tr[data-basin='2'] td.of-rmse").click();
    assert.match(await title(page), /^90000003 /);
    await page.waitForFunction((old) => document.querySelector(".hydrograph canvas").toDataURL() !== old, before);
    assert.match(page.url(), /#basin=90000003$/);
    await page.locator(".scroller").press("ArrowDown");
    assert.match(await title(page), /^90000004 /);
    await page.getByRole("button", { name: "Next basin" }).click();
    assert.match(await title(page), /^90000005 /);
    await page.getByRole("button", { name: "Previous basin" }).click();
    assert.match(await title(page), /^90000004 /);
    await page.getByLabel("Basin", { exact: true }).selectOption({ index: 9 });
    assert.match(await title(page), /^90000010 /);
    assert.equal(await page.locator("#table tr[aria-current]").getAttribute("data-basin"), "9");
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "a basin can be picked on the map"(browser) {
    const { page, errors } = await openReport(browser, sample("usual.html"));
    // Where the pointer must go: the pixel of a basin that no other one covers.
    const { x, y, id } = await page.evaluate(async () => {
      const { report, scores, selection } = await window.freshetReport;
      const { places, chart } = scores.map;
      const pixels = report.basins.map((basin) => ({
        id: basin.id,
        index: basin.index,
        at: chart.convertToPixel("geo", places.get(basin.index)),
      }));
      const alone = pixels.find(
        (a) =>
          a.index !== selection.index && pixels.every((b) => a === b || Math.hypot(a.at[0] - b.at[0], a.at[1] - b.at[1]) > 30),
      );
      const box = chart.getDom().getBoundingClientRect();
      return { x: alone.at[0] + box.x + scrollX, y: alone.at[1] + box.y + scrollY, id: alone.id };
    });
    await page.evaluate((top) => window.scrollTo(0, top - 300), y);
    const scrolled = await page.evaluate(() => window.scrollY);
    await page.mouse.click(x, y - scrolled);
    assert.ok((await title(page)).startsWith(id), `the title does not show ${id}`);
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "hydrograph: logarithmic axis, shown period, wheel only after a click"(browser) {
    const { page, errors } = await openReport(browser, sample("usual.html"));
    const span = () =>
      page.evaluate(async () => {
        const { start, end } = (await window.freshetReport).hydrograph.chart.getOption().dataZoom[0];
        return end - start;
      });
    const linear = await picture(page, ".hydrograph");
    await page.getByRole("button", { name: "Log" }).click();
    assert.notEqual(await picture(page, ".hydrograph"), linear);
    await page.getByRole("button", { name: "All" }).click();
    assert.ok(Math.abs((await span()) - 100) < 1e-9);
    await page.locator(".hydrograph").hover();
    await page.mouse.wheel(0, -300);
    await page.waitForTimeout(200);
    assert.ok(Math.abs((await span()) - 100) < 1e-9, "the wheel zoomed before a click");
    await page.locator(".hydrograph").click();
    await page.mouse.wheel(0, -300);
    await page.waitForFunction(async () => {
      const { start, end } = (await window.freshetReport).hydrograph.chart.getOption().dataZoom[0];
      return end - start < 99;
    });
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "the metric choice redraws distribution and map"(browser) {
    const { page, errors } = await openReport(browser, sample("usual.html"));
    for (const chart of [".distribution", ".map"]) {
      const before = await picture(page, chart);
      await page.locator("#metric").selectOption({ label: chart === ".map" ? "RMSE (mm/day)" : "Bias (%)" });
      await page.waitForFunction(
        ([selector, old]) => document.querySelector(`${selector} canvas`).toDataURL() !== old,
        [chart, before],
      );
    }
    assert.match(await page.locator("#scores .scale-title").textContent(), /RMSE/);
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "phone width: no sideways scroll, charts drawn"(browser) {
    for (const name of ["usual", "hostile", "bare", "world", "empty"]) {
      const { page, errors } = await openReport(browser, sample(`${name}.html`), { width: 390, height: 844 });
      await expectNoSidewaysScroll(page);
      assert.deepEqual(errors, []);
      await page.close();
    }
  },

  async "calibration: what was found in the basin looked at"(browser) {
    const { page, errors } = await openReport(browser, sample("usual.html"));
    assert.equal(await page.locator(".dotty").count(), 2);
    const cells = await page.locator(".parameters tbody tr").first().locator("td").allTextContents();
    assert.deepEqual(cells, ["fc", "400.0", "400.0", "400.0", "50 to 1000", "mm", "largest storage of the soil"]);
    assert.match(await page.locator("#calibration .note").textContent(), /2 searches by sce_ua, 600 evaluations/);
    const before = await picture(page, ".dotty");
    await page.getByRole("button", { name: "Next basin" }).click();
    assert.notEqual(await picture(page, ".dotty"), before);
    assert.match(await page.locator("#calibration .note").textContent(), new RegExp(`^${(await title(page)).slice(0, 6)}`));
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "parameters: map, values over the range, beside the score, and their choice"(browser) {
    const { page, errors } = await openReport(browser, sample("usual.html"));
    const section = page.locator("#parameters");
    const notes = () => section.locator("figure > .note").allTextContents();
    const valuesOnMap = () =>
      page.evaluate(async () => {
        const { chart } = (await window.freshetReport).parameters.map;
        const points = chart.getOption().series.find(({ id }) => id === "basins").data;
        return points.map(({ score }) => score).filter((value) => value !== null).length;
      });
    assert.match(await section.locator(".facts").textContent(), /^fc \(mm\): largest storage of the soil, median .* over 120 basins/);
    assert.match((await notes())[0], /0 at the lower end, 12 at the upper\. Line: basin 9/);
    assert.match((await notes())[1], /rank correlation over 120 basins: .?[01]\.\d\d/);
    assert.equal(await section.locator(".scale-title").textContent(), "fc (mm), whole range");
    assert.equal(await valuesOnMap(), 120);
    const charts = [".parameter-bars", ".parameter-dots", "#parameters .map"];
    const pictures = () => Promise.all(charts.map((chart) => picture(page, chart)));
    const first = await pictures();
    await page.locator("#parameter").selectOption({ label: "k (1/day): outflow" });
    await page.waitForFunction(async () => (await window.freshetReport).parameters.shown === 1);
    await page.waitForTimeout(100);
    (await pictures()).forEach((now, i) => assert.notEqual(now, first[i], `${charts[i]} is as before`));
    assert.equal(await valuesOnMap(), 119);
    assert.match((await notes())[0], /logarithmic range.*0 at the lower end, 1 at the upper, of which 0 and 1 outside of it/);
    const before = await pictures();
    await page.getByRole("button", { name: "Next basin" }).click();
    assert.notEqual(await picture(page, ".parameter-bars"), before[0]);
    await page.locator("#parameter").selectOption({ index: 2 });
    assert.equal(await section.locator(".scale-title").textContent(), "beta, where 90 % of basins lie");
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "a basin can be picked beside its parameter and score"(browser) {
    const { page, errors } = await openReport(browser, sample("usual.html"));
    await page.locator(".parameter-dots").scrollIntoViewIfNeeded();
    const { x, y, id } = await page.evaluate(async () => {
      const { report, parameters, selection } = await window.freshetReport;
      const pixels = parameters.pairs.map(({ value, basin }) => ({
        basin,
        at: parameters.charts[1].convertToPixel({ gridIndex: 0 }, value),
      }));
      const far = (a, b) => a === b || Math.hypot(a.at[0] - b.at[0], a.at[1] - b.at[1]) > 8;
      const alone = pixels.find((a) => a.basin !== selection.index && pixels.every((b) => far(a, b)));
      const box = parameters.dots.getBoundingClientRect();
      return { x: alone.at[0] + box.x, y: alone.at[1] + box.y, id: report.basins[alone.basin].id };
    });
    await page.mouse.click(x, y);
    assert.ok((await title(page)).startsWith(id), `the title does not show ${id}`);
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "a bare run: one basin without anything optional"(browser) {
    const { page, errors } = await openReport(browser, sample("bare.html"));
    assert.equal(await title(page), "lonely");
    assert.ok((await drawnShare(page, ".hydrograph")) > 0.01);
    for (const section of ["parameters", "calibration", "training", "notes", "configuration"])
      assert.equal(await page.locator(`#${section}`).isVisible(), false);
    assert.equal(await page.locator(".map").count(), 0);
    assert.equal(await page.locator(".key-number dd").nth(2).textContent(), "1");
    await page.getByRole("button", { name: "Log" }).click();
    await page.getByRole("button", { name: "Next basin" }).click();
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "untrained variables: a row for each basin with observations, the lowest r first"(browser) {
    const { page, errors } = await openReport(browser, sample("usual.html"));
    assert.match(await page.locator("#states .note").textContent(), /over 80 basins \(40 without observations\).*0\.987 on 3,652 days/s);
    const correlations = await page
      .locator("#states tbody tr td:nth-of-type(5)")
      .evaluateAll((cells) => cells.map((cell) => Number(cell.textContent)));
    assert.equal(correlations.length, 80);
    assert.ok(correlations.every((value, i) => i === 0 || value >= correlations[i - 1]));
    const before = await picture(page, ".hydrograph");
    await page.locator("#states tbody tr a").first().click();
    await page.waitForFunction(() => document.querySelector("#states tr[aria-current]") !== null);
    assert.notEqual(await picture(page, ".hydrograph"), before);
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "texts are shown literally, and odd series do no harm"(browser) {
    const { page, errors } = await openReport(browser, sample("hostile.html"));
    const text = "<script>window.hacked = 1</script> & \"quotes\" 'single' {{data}} </script><!-- ";
    assert.equal(await page.locator("h1").textContent(), text);
    assert.equal(await page.title(), text.trim());
    assert.equal(await page.locator("pre code").textContent(), `note: "${text}"\nlist: [1, 2]\n`);
    for (let basin = 0; basin < 6; ++basin) {
      await page.getByLabel("Basin", { exact: true }).selectOption({ index: basin });
      await page.getByRole("button", { name: basin % 2 ? "Linear" : "Log" }).click();
      await page.locator(".hydrograph").hover();
    }
    await page.getByLabel("Basin", { exact: true }).selectOption({ index: 0 });
    assert.equal(await title(page), '<b>&"\'#=%+ é <img src=x onerror="window.hacked=1"></script>');
    const address = page.url();
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.deepEqual(errors, []);
    await page.goto("about:blank");
    await page.goto(address);
    await page.evaluate(() => window.freshetReport.then(() => true));
    assert.match(await title(page), /^<b>&/);
    await page.close();
  },

  async "401 basins and 10 years: below 15 MB, opens quickly, one basin decoded"(browser) {
    const megabytes = statSync(sample("large.html")).size / 1e6;
    assert.ok(megabytes < 15, `${megabytes} MB`);
    const { page, errors, milliseconds } = await openReport(browser, sample("large.html"));
    console.log(`      ${megabytes.toFixed(1)} MB, drawn after ${milliseconds} ms`);
    assert.ok(milliseconds < 15000);
    assert.deepEqual(errors, []);
    await page.close();
  },
});

await runChecks(checks);
