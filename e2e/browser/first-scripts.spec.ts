/**
 * What a person waits for before a room can be typed in. All that the entry, the start and the
 * room's screen do not import is held back on its way, so that what works here works without it.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page, Route } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { readEntries, say, startRoom, untilSettled } from "../support/room.ts";

const GZIP_BYTES_MAX = 90_000;
const ASSETS = join(import.meta.dirname, "../../dist/assets");

/** The scripts of the page, the start and the room's screen, with all that they import, by name. */
function neededScripts(): ReadonlySet<string> {
  const page = readFileSync(join(ASSETS, "../index.html"), "utf8");
  const entry = /src="\/assets\/([^"]+\.js)"/.exec(page)?.[1] ?? "";
  const shown = /^(room-screen|launch-files)-[^.]+\.js$/;
  const screens = readdirSync(ASSETS).filter((name) => shown.test(name));
  expect(screens).toHaveLength(2);
  const needed = new Set<string>();
  const visit = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    const code = readFileSync(join(ASSETS, name), "utf8");
    for (const [, imported = ""] of code.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)/g)) {
      visit(imported);
    }
  };
  [entry, ...screens].forEach(visit);
  return needed;
}

/** Lets needed scripts through and counts them; the others arrive with `release` only. */
async function holdBack(page: Page) {
  const needed = neededScripts();
  const held: Route[] = [];
  const gzipBytesByName = new Map<string, number>();
  let isReleased = false;
  await page.route("**/assets/*.js", async (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1) ?? "";
    if (isReleased) return await route.continue();
    if (!needed.has(name)) return void held.push(route);
    gzipBytesByName.set(name, gzipSync(readFileSync(join(ASSETS, name)), { level: 9 }).length);
    await route.continue();
  });
  return {
    heldNames: () => held.map((route) => new URL(route.request().url()).pathname).join(" "),
    /** Of what the browser asked for and got. */
    gzipBytes: () => [...gzipBytesByName.values()].reduce((sum, bytes) => sum + bytes, 0),
    async release() {
      isReleased = true;
      for (const route of held) await route.continue();
    },
  };
}

test("[SY181] a first visit to a room takes at most 90 kB of JavaScript, and what is said is kept", async ({ page }) => {
  const scripts = await holdBack(page);
  await startRoom(page);
  await say(page, "Good morning, garden!");
  await expect(page.getByText("Good morning, garden!").first()).toBeVisible();
  const said = (await readEntries(page)).map(({ body }) => body.text);
  expect(said).toContain("Good morning, garden!");
  expect(scripts.gzipBytes()).toBeGreaterThan(30_000);
  expect(scripts.gzipBytes()).toBeLessThanOrEqual(GZIP_BYTES_MAX);
  // Nothing had to be done for it: the room asks to lead as soon as it can be used.
  await expect.poll(scripts.heldNames).toContain("/tab-leader-");
  await scripts.release();
  await untilSettled(page, 2);
});

test("[SY181] a room that is opened again takes at most 90 kB of JavaScript", async ({ page }) => {
  await startRoom(page);
  await say(page, "Good evening, garden!");
  await expect(page.getByText("Good evening, garden!").first()).toBeVisible();
  const scripts = await holdBack(page);
  await page.reload();
  await expect(page.getByText("Good evening, garden!").first()).toBeVisible();
  await say(page, "Still here?");
  await expect(page.getByText("Still here?").first()).toBeVisible();
  expect(scripts.gzipBytes()).toBeGreaterThan(30_000);
  expect(scripts.gzipBytes()).toBeLessThanOrEqual(GZIP_BYTES_MAX);
  await scripts.release();
  await untilSettled(page, 2);
});

test("[SY181] a part whose code does not come says so, takes nothing with it, and can be tried again", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.route("**/assets/side-panels-*.js", (route) => route.abort());
  await startRoom(page);
  const side = page.getByRole("complementary", { name: "Cast and turn" });
  await expect(side.getByText("This part of the page could not be loaded.")).toBeVisible();
  await say(page, "Anybody here?");
  await expect(page.getByText("Anybody here?").first()).toBeVisible();
  await page.unroute("**/assets/side-panels-*.js");
  await side.getByRole("button", { name: "Try again" }).click();
  await expect(side.getByRole("heading", { name: "Cast" })).toBeVisible();
});

test("[SY181] words without marks do not move when their code comes", async ({ page }) => {
  const isMarkdown = /\/markdown-view-[^/]+\.js$/;
  const held: Route[] = [];
  await page.route(isMarkdown, (route) => void held.push(route));
  await startRoom(page);
  await say(page, "One line.\nAnother.\n\nA paragraph of its own.");
  const message = page.locator(".msg .text").first();
  await expect(page.locator(".text-plain").first()).toBeVisible();
  const before = await message.boundingBox();
  await expect.poll(() => held.length).toBeGreaterThan(0);
  for (const route of held) await route.continue();
  await page.locator(".text-plain").first().waitFor({ state: "detached" });
  const after = await message.boundingBox();
  expect([after?.width, after?.height]).toEqual([before?.width, before?.height]);
});
