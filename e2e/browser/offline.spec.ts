/** The installed page: works without its server, and takes an update only when asked. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test as base } from "../support/fixtures.ts";
import { startRoom } from "../support/room.ts";
import { startServer } from "../support/server.mjs";

interface OwnServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** Deploys the next build: another service worker, hence another shell, at the same address. */
  readonly deployNext: () => Promise<void>;
}

const NEXT_BUILD_ID = "f".repeat(16);

const DIST = join(import.meta.dirname, "../../dist");

function makeNextBuild(pageFolder: string): void {
  const path = join(pageFolder, "service-worker.js");
  const script = readFileSync(path, "utf8");
  const next = script.replace(/(buildId:\s*["'`])[0-9a-f]{16}/, `$1${NEXT_BUILD_ID}`);
  expect(next).not.toBe(script);
  writeFileSync(path, next);
  for (const ending of [".br", ".gz"]) rmSync(path + ending);
}

const test = base.extend<{ own: OwnServer }>({
  keepsOffline: true,
  own: async ({}, use) => {
    const pageFolder = mkdtempSync(join(tmpdir(), "conclave-offline-"));
    cpSync(DIST, pageFolder, { recursive: true });
    let server = await startServer({ pageFolder });
    const { url } = server;
    await use({
      url,
      stop: async () => void await server.stop(),
      deployNext: async () => {
        await server.stop();
        makeNextBuild(pageFolder);
        server = await startServer({ pageFolder, port: Number(new URL(url).port) });
      },
    });
    await server.stop();
    rmSync(pageFolder, { recursive: true });
  },
  baseURL: async ({ own }, use) => await use(own.url),
});

/**
 * Waits until the service worker controls the page and keeps everything the starter model needs.
 */
async function waitUntilKept(page: Page): Promise<void> {
  await page.goto("/");
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const kept = () =>
    page.evaluate(async () => {
      const cache = await caches.open("conclave-files");
      return (await cache.keys()).map((request) => new URL(request.url).pathname);
    });
  const expected = ["ort", "models/starter"].flatMap((folder) =>
    readdirSync(join(DIST, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
      .map((entry) => join("/", entry.parentPath.slice(DIST.length), entry.name))
  );
  await expect.poll(kept, { timeout: 60_000 }).toEqual(expect.arrayContaining(expected));
}

test("after the first visit the page, the runtime and the model need no server", async ({ page, own }) => {
  await waitUntilKept(page);
  await own.stop();
  await page.reload();
  await expect(page.locator("#root > *").first()).toBeVisible();
  const sizesBytes = await page.evaluate(async () => {
    const paths = ["/ort/ort-wasm-simd-threaded.asyncify.wasm", "/models/starter/config.json"];
    const files = paths.map(async (path) => (await (await fetch(path)).arrayBuffer()).byteLength);
    return await Promise.all(files);
  });
  expect(sizesBytes[0]).toBeGreaterThan(10_000_000);
  expect(sizesBytes[1]).toBeGreaterThan(0);
});

test("[SY192] a page of the very first visit reloads with the others", async ({ page, own }) => {
  await waitUntilKept(page);
  await startRoom(page);
  await expect(page.getByRole("link", { name: /^Ready/ })).toBeVisible();
  await own.deployNext();
  await page.evaluate(async () => await (await navigator.serviceWorker.ready).update());
  await page.evaluate(() => void Object.assign(globalThis, { isOldPage: true }));
  await page.getByRole("button", { name: "Use it now" }).click();
  await page.waitForFunction(() => !("isOldPage" in globalThis));
});

test("a new version waits until the page asks for it, then the page reloads with it", async ({ page, own }) => {
  await waitUntilKept(page);
  const shells = () =>
    page.evaluate(async () =>
      (await caches.keys()).filter((name) => name.startsWith("conclave-shell-"))
    );
  const waitingState = () =>
    page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state);
  const before = await shells();
  expect(before).toHaveLength(1);
  await own.deployNext();

  await page.evaluate(async () => await (await navigator.serviceWorker.ready).update());
  await expect.poll(waitingState).toBe("installed");
  await page.reload();
  expect(await waitingState()).toBe("installed");
  expect(await shells()).toEqual(expect.arrayContaining(before));

  // The browser lets a version take over once the old one has answered what the page asked for;
  // with a debugger attached, as here, it does not look again later: so wait for the engine.
  await startRoom(page);
  await expect(page.getByRole("link", { name: /^Ready/ })).toBeVisible();
  await page.evaluate(() => void Object.assign(globalThis, { isOldPage: true }));
  await page.getByRole("button", { name: "Use it now" }).click();
  await page.waitForFunction(() => !("isOldPage" in globalThis));
  await expect.poll(shells).toEqual([`conclave-shell-${NEXT_BUILD_ID}`]);
});
