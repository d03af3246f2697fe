// The page of a comparison in headless Chromium: the same arguments and exit codes as report_page_test.mjs.

import assert from "node:assert/strict";
import { drawnShare, expectNoSidewaysScroll, openReport, picture, runChecks } from "./browser.mjs";

const number = (text) => Number(text.replace("\u2212", "-"));
const cells = (page, table) =>
  page
    .locator(`${table} tbody tr`)
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.firstChild?.textContent ?? "")));

const checks = (sample) => ({
  async "all charts are drawn, in light and dark"(browser) {
    for (const dark of [false, true]) {
      const { page, errors } = await openReport(browser, sample("comparison.html"), { dark });
      for (const chart of [".distribution", ".boxes", ".scatter", ".map", ".balance"])
        assert.ok((await drawnShare(page, chart)) > 0.01, `${chart} is empty`);
      assert.deepEqual(errors, []);
      await page.close();
    }
  },

  async "head and tables show the numbers of the data"(browser) {
    const { page, errors } = await openReport(browser, sample("comparison.html"));
    assert.match(await page.locator("#head .banner").textContent(), /different periods/);
    assert.match(await page.locator("h1").textContent(), /hbv, lstm, hybrid and 1 more/);
    const [nse] = await page.evaluate(async () => (await window.freshetReport).data.metrics);
    assert.equal(nse.basins.length, 149);
    const best = Math.max(...nse.models.slice(0, 3).map(({ median }) => median[0]));
    assert.ok(Math.abs(number(await page.locator(".key-number dd").first().textContent()) - best) < 0.0006);
    const summary = await cells(page, "#scores .scores-table");
    assert.deepEqual(
      summary.map(([name]) => name),
      ["hbv", "lstm", "hybrid", "elsewhere (context)"],
    );
    summary.forEach(([, median, mean], i) => {
      assert.ok(Math.abs(number(median) - nse.models[i].median[0]) < 0.0006);
      assert.ok(Math.abs(number(mean) - nse.models[i].mean[0]) < 0.0006);
    });
    assert.equal(summary[3].at(-1), "148");
    const [[, gain, , , counts]] = await cells(page, "#pair .basin-scores:first-child table");
    const [first] = nse.pairs;
    assert.ok(Math.abs(number(gain) - first.medianGain[0]) < 0.0006);
    assert.equal(counts, `${first.better} / ${first.equal} / ${first.worse}`);
    assert.equal(first.better + first.equal + first.worse, 149);
    assert.equal(await page.locator("#matrix tbody tr").count(), 3, "context is in no pair");
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "gains drawn are those of the data, for the pair and the metric chosen"(browser) {
    const { page, errors } = await openReport(browser, sample("comparison.html"));
    const median = () =>
      page.evaluate(async () => {
        const { pair } = await window.freshetReport;
        const gains = pair.gains.map(({ scores }) => scores[0]).filter((gain) => gain !== null);
        gains.sort((a, b) => a - b);
        return (gains[Math.floor((gains.length - 1) / 2)] + gains[Math.floor(gains.length / 2)]) / 2;
      });
    const expected = (metric, model, against) =>
      page.evaluate(
        async ([k, a, b]) =>
          (await window.freshetReport).data.metrics[k].pairs.find((pair) => pair.model === a && pair.against === b).medianGain[0],
        [metric, model, against],
      );
    assert.ok(Math.abs((await median()) - (await expected(0, 1, 0))) < 1e-6);
    const before = { map: await picture(page, ".map"), scatter: await picture(page, ".scatter") };
    await page.locator("#pair-model").selectOption({ label: "hybrid" });
    await page.locator("#pair-against").selectOption({ label: "lstm" });
    await page.waitForFunction((old) => document.querySelector(".map canvas").toDataURL() !== old, before.map);
    assert.notEqual(await picture(page, ".scatter"), before.scatter);
    assert.ok(Math.abs((await median()) - (await expected(0, 2, 1))) < 1e-6);
    await page.locator("#metric").selectOption({ label: "FHV (%)" });
    assert.ok(Math.abs((await median()) - (await expected(1, 2, 1))) < 1e-5);
    await page.locator("#pair-model").selectOption({ label: "lstm" });
    await page.locator("#pair-against").selectOption({ label: "hybrid" });
    assert.ok(Math.abs((await median()) + (await expected(1, 2, 1))) < 1e-5, "turned round");
    const [[, gain]] = await cells(page, "#pair .basin-scores:first-child table");
    assert.ok(Math.abs(number(gain) + (await expected(1, 2, 1))) < 0.06);
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "the table has a column a run and one of gains, and follows the choices"(browser) {
    const { page, errors } = await openReport(browser, sample("comparison.html"));
    const heads = () => page.locator("#table thead th").allTextContents();
    assert.deepEqual(await heads(), ["Basin", "Name", "hbv", "lstm", "hybrid", "elsewhere (context)", "Gain of lstm over hbv"]);
    await page.locator("#table th.of-gain button").click();
    const gains = (await page.locator("#table td.of-gain").allTextContents()).filter((text) => text !== "–").map(number);
    assert.deepEqual(
      gains,
      [...gains].sort((a, b) => a - b),
    );
    await page.locator("#filter").fill("lstm < 0");
    const low = await page.evaluate(
      async () => (await window.freshetReport).data.metrics[0].values[1].filter((value) => value !== null && value < 0).length,
    );
    assert.ok(low > 0);
    assert.equal(await page.locator("#table .note").textContent(), `${low} of 150 basins`);
    await page.locator("#pair-against").selectOption({ label: "hybrid" });
    assert.equal((await heads()).at(-1), "Gain of lstm over hybrid");
    assert.equal(await page.locator("#table .note").textContent(), `${low} of 150 basins`, "the filter stays");
    const row = page.locator("#table tbody tr[data-basin]").nth(3);
    await row.locator("td.of-run0").click();
    assert.ok(page.url().endsWith(`#basin=${await row.locator("th").textContent()}`));
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "runoff ratios: a chart for each run that has them, and the table"(browser) {
    const { page, errors } = await openReport(browser, sample("comparison.html"));
    assert.deepEqual(await page.locator("#balance h3").allTextContents(), ["hbv", "hybrid", "elsewhere (context)"]);
    const balance = await page.evaluate(async () => (await window.freshetReport).data.balance);
    const drawn = await page.evaluate(async () => {
      const { charts } = (await window.freshetReport).balance;
      return charts.map(({ chart }) => chart.getOption().series.find(({ id }) => id === "basins").data.map(({ value }) => value));
    });
    balance.models.forEach((run, i) => {
      const expected = balance.basins.map((basin) => [run.observedRatios[basin], run.simulatedRatios[basin]]);
      assert.deepEqual(drawn[i], expected, `${i}`);
    });
    assert.equal(balance.basins.length, 149, "one has no ratio in one run");
    const table = await cells(page, "#balance .scores-table");
    table.forEach(([, observed, simulated, difference, , apart, r, observedAbove, simulatedAbove, basins], i) => {
      const run = balance.models[i];
      assert.ok(Math.abs(number(observed) - run.observed[0]) < 0.0006);
      assert.ok(Math.abs(number(simulated) - run.simulated[0]) < 0.0006);
      assert.ok(Math.abs(number(difference) - run.medianDifference[0]) < 0.0006);
      assert.ok(Math.abs(number(apart) - run.medianAbsoluteDifference[0]) < 0.0006);
      assert.ok(Math.abs(number(r) - run.pearsonR) < 0.0006);
      assert.deepEqual([observedAbove, simulatedAbove, basins].map(number), [run.observedAboveOne, run.simulatedAboveOne, 149]);
      assert.ok(run.observedAboveOne > 0);
    });
    const before = await picture(page, ".balance");
    await page.locator("#table tbody tr[data-basin]").nth(5).locator("td.of-run0").click();
    await page.waitForFunction((old) => document.querySelector(".balance canvas").toDataURL() !== old, before);
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "phone width: no sideways scroll"(browser) {
    for (const name of ["comparison", "comparison_bare", "comparison_hostile"]) {
      const { page, errors } = await openReport(browser, sample(`${name}.html`), { width: 390, height: 844 });
      await expectNoSidewaysScroll(page);
      assert.deepEqual(errors, []);
      await page.close();
    }
  },

  async "one run on one basin: no pair, no map"(browser) {
    const { page, errors } = await openReport(browser, sample("comparison_bare.html"));
    for (const section of ["pair", "matrix", "balance"]) assert.equal(await page.locator(`#${section}`).isVisible(), false);
    assert.equal(await page.locator(".key-number dd").first().textContent(), "0.500");
    assert.equal(await page.locator("#table tbody tr[data-basin]").count(), 1);
    assert.deepEqual(errors, []);
    await page.close();
  },

  async "texts are shown literally, and no basin with a score does no harm"(browser) {
    const { page, errors } = await openReport(browser, sample("comparison_hostile.html"));
    const text = "<script>window.hacked = 1</script> & \"quotes\" {{data}} </script><!--";
    assert.ok((await page.locator("h1").textContent()).startsWith(text));
    assert.equal(await page.locator("#notes li").first().textContent(), text);
    await page.locator(".map").hover();
    await page.locator(".boxes").hover();
    assert.match(await page.locator("#balance .note").textContent(), /simulated in 0 basins, observed in 1/);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.deepEqual(errors, []);
    await page.close();
  },
});

await runChecks(checks);
