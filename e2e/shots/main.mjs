/**
 * `npm run shots [-- --only NAME]`: pictures of every screen and state in `shots/`, narrow and
 * wide, by day and by night, with `shots/index.html` to look at them. Ends with 1 when one was not
 * drawn.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { chromium } from "@playwright/test";
import { ROOT } from "../../edge/launch/processes.mjs";
import { launchOptions } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";
import { importTypeScript } from "../torture/import-typescript.mjs";
import { parseArguments } from "./arguments.mjs";

const asked = parseArguments(process.argv.slice(2));
if (!asked.ok) {
  console.error(asked.error);
  process.exit(2);
}

/** @type {typeof import("./shots.ts")} */
const { buildUiSite, drawContactSheet, keepShots, keptShots, screens, takeShots } =
  await importTypeScript(
    join(ROOT, "e2e/shots/shots.ts"),
  );
const { only, isFull, isKept } = asked.value;
const chosen = screens.filter(({ name }) =>
  isKept ? keptShots.some(({ screen }) => screen === name) : name.startsWith(only)
);
if (chosen.length === 0) {
  console.error(
    `No screen begins with "${only}". There are:\n${screens.map((s) => s.name).join("\n")}`,
  );
  process.exit(2);
}

const folder = join(ROOT, "shots");
const site = mkdtempSync(join(tmpdir(), "conclave-shots-"));
await buildUiSite(site);
const server = await startServer({ pageFolder: site });
const browser = await chromium.launch(launchOptions({ gpu: false }));
try {
  mkdirSync(folder, { recursive: true });
  const tell = (/** @type {string} */ line) => console.log(line);
  const origin = server.url;
  const failures = await takeShots(browser, { origin, folder, screens: chosen, isFull, tell });
  writeFileSync(join(folder, "index.html"), drawContactSheet(screens.map(({ name }) => name)));
  if (isKept && failures.length === 0) {
    await keepShots(browser, folder, join(ROOT, "web/public/screenshots"));
  }
  console.log(`${chosen.length} screens; look at ${join(folder, "index.html")}`);
  if (failures.length > 0) console.error(`Not drawn:\n${failures.join("\n")}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  await browser.close();
  await server.stop();
  rmSync(site, { recursive: true, force: true });
}
