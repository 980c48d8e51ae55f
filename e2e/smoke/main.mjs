/**
 * The response-timing smoke: `npm run smoke -- [--personas N] [--json FILE]`. Serves the built app,
 * opens it as a new visitor does, runs the app's own "Check this device" and prints its report.
 * One attempt. Exit 0 for `OK`, 1 for `FAIL bucket=…` or a wrong option.
 *
 * What breaks before there is a report is `FAIL bucket=harness_error` too.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { chromium } from "@playwright/test";
import { ensureBrowser, launchOptions } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";
import { parseArguments } from "./arguments.mjs";
import { drawReport } from "./draw-report.mjs";

/** @typedef {import("../../web/client/device-check.ts").CheckReport} CheckReport */

/** Over the check's own limits, which end it: this one is for an app that hangs. */
const WAIT_MS_MAX = 60_000;

const parsed = parseArguments(process.argv.slice(2));
if (parsed.ok) {
  process.exitCode = await smoke(parsed.value);
} else {
  console.error(parsed.message);
  process.exitCode = 1;
}

/**
 * @param {import("./arguments.mjs").SmokeArguments} asked
 * @returns {Promise<number>} exit code
 */
async function smoke({ personas, jsonFile }) {
  /** @type {CheckReport | { bucket: "harness_error", reason: "exception", detail: string }} */
  let report;
  try {
    report = await runInBrowser(personas);
    console.log(drawReport(report));
  } catch (error) {
    report = { bucket: "harness_error", reason: "exception", detail: String(error) };
    console.log(`FAIL bucket=harness_error reason=exception\n${report.detail}`);
  }
  if (jsonFile !== undefined) {
    mkdirSync(dirname(resolve(jsonFile)), { recursive: true });
    writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  }
  return report.bucket === "ok" ? 0 : 1;
}

/**
 * @param {number} personas
 * @returns {Promise<CheckReport>}
 */
async function runInBrowser(personas) {
  const server = await startServer();
  const browser = await chromium.launch({
    ...launchOptions({ gpu: false }),
    executablePath: ensureBrowser(),
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    context.setDefaultTimeout(WAIT_MS_MAX);
    const page = await context.newPage();
    await page.goto(`${server.url}#/models`);
    const panel = page.getByRole("region", { name: "Check this device" });
    await panel.getByLabel(/^Personas/).fill(String(personas));
    await panel.getByRole("button", { name: "Run the check" }).click();
    await panel.getByRole("button", { name: "Copy as JSON" }).click();
    await panel.getByText("Copied").waitFor();
    return JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  } finally {
    await browser.close();
    await server.stop();
  }
}
