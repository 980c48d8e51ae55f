/**
 * Draws the PNG icons from `web/public/icons/key.svg`, and those of the manifest's shortcuts from
 * the page's own line icons. Run by hand after a drawing changed.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { launchOptions } from "../support/browser.mjs";
import { ROOT } from "../../edge/launch/processes.mjs";
import { importTypeScript } from "../torture/import-typescript.mjs";

const FOLDER = join(ROOT, "web/public/icons");

/** `drawingRatio`: a maskable icon keeps its drawing inside the inner 80 %, with air around it. */
const ICONS = [
  { name: "key-192.png", sizePx: 192, drawingRatio: 0.86, background: "transparent" },
  { name: "key-512.png", sizePx: 512, drawingRatio: 0.86, background: "transparent" },
  { name: "key-maskable-512.png", sizePx: 512, drawingRatio: 0.56, background: "#faf8f4" },
];

const drawing = readFileSync(join(FOLDER, "key.svg"), "utf8");
const browser = await chromium.launch(launchOptions({ gpu: false }));
for (const { name, sizePx, drawingRatio, background } of ICONS) {
  const page = await browser.newPage({ viewport: { width: sizePx, height: sizePx } });
  const edgePx = sizePx * drawingRatio;
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${background}">` +
      drawing.replace("<svg ", `<svg width="${edgePx}" height="${edgePx}" `),
  );
  const isTransparent = background === "transparent";
  writeFileSync(join(FOLDER, name), await page.screenshot({ omitBackground: isTransparent }));
  await page.close();
}
/** @type {typeof import("../../web/app/parts/icon.tsx")} */
const { PATHS } = await importTypeScript(join(ROOT, "web/app/parts/icon.tsx"));
for (const [name, path] of [["rooms", PATHS.people], ["join", PATHS.key], ["models", PATHS.chip]]) {
  const page = await browser.newPage({ viewport: { width: 96, height: 96 } });
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;border-radius:50%;` +
      `background:#f5ead4"><svg width="56" height="56" viewBox="0 0 20 20" fill="none" ` +
      `stroke="#85590f" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">` +
      `<path d="${path}"/></svg>`,
  );
  writeFileSync(join(FOLDER, `${name}-96.png`), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
