/**
 * The storage adapters in a real browser: contracts, races between tabs, crashes, quota, damage.
 */

import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { launchOptions } from "../support/browser.mjs";
import { crashTab, expect, test } from "./storage-test.ts";

/** Random runs per model-based case; Node makes more of them in memory. */
const CONTRACT_RUNS = 6;

test("[SY1] [SY2] [SY8] the room log contract holds in IndexedDB", async ({ openTab }) => {
  const tab = await openTab();
  expect(await tab.evaluate((runs) => storageHarness.checkRoomLog(runs), CONTRACT_RUNS)).toEqual(
    [],
  );
});

test("[ST1] [ST5] [ST6] the peer store contract holds in IndexedDB", async ({ openTab }) => {
  const tab = await openTab();
  expect(await tab.evaluate((runs) => storageHarness.checkPeerStore(runs), CONTRACT_RUNS)).toEqual(
    [],
  );
});

test("[SY2] [SY10] two tabs that append at once share one gapless order", async ({ openTab }) => {
  const [first, second] = [await openTab(), await openTab()];
  await first.evaluate(() => storageHarness.createRoom());
  const hinted = second.evaluate(() => storageHarness.hintedHead(400));
  const [one, two] = await Promise.all([
    first.evaluate(() => storageHarness.append("one", 200)),
    second.evaluate(() => storageHarness.append("two", 200)),
  ]);
  expect([one.errors, two.errors]).toEqual([[], []]);
  const log = await second.evaluate(() => storageHarness.readLog());
  expect(log.seqs).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  expect(log.ids).toHaveLength(400);
  expect(new Set(log.ids)).toEqual(new Set([...one.acknowledged, ...two.acknowledged]));
  expect(await hinted).toBe(400);
});

test("[SY4] [SY12] what a crashed tab had acknowledged is in the log", async ({ openTab }) => {
  const [doomed, other] = [await openTab(), await openTab()];
  await other.evaluate(() => storageHarness.createRoom());
  const acknowledged: string[] = [];
  const enough = new Promise<void>((resolve) =>
    doomed.on("console", (message) => {
      const id = /^acknowledged (.+)$/.exec(message.text())?.[1];
      if (id !== undefined && acknowledged.push(id) === 25) resolve();
    })
  );
  // Owned by the crash: the tab never answers.
  void doomed.evaluate(() => storageHarness.append("doomed", 100_000)).catch(() => undefined);
  await enough;
  await crashTab(doomed);
  const log = await other.evaluate(() => storageHarness.readLog());
  expect(log.ids).toEqual(expect.arrayContaining(acknowledged));
  expect(log.seqs).toEqual(log.seqs.map((_, index) => index + 1));
  expect((await other.evaluate(() => storageHarness.append("after", 1))).errors).toEqual([]);
});

test("[SY8] [SY11] a full disk is named and harms no log", async ({ openTab, context }) => {
  const tab = await openTab();
  const { origin } = new URL(tab.url());
  const session = await context.newCDPSession(tab);
  // Before the first write: Chromium asks how much is left and then remembers it for a while.
  const quotaSize = 2 * 1024 * 1024;
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize });
  await tab.evaluate(() => storageHarness.createRoom());
  await tab.evaluate(() => storageHarness.append("before", 3));
  const filled = await tab.evaluate(() => storageHarness.append("big", 40, 200_000));
  expect(filled.errors).toEqual(["storage-full"]);
  const full = await tab.evaluate(() => storageHarness.readLog());
  expect(full.ids).toEqual(["before0", "before1", "before2", ...filled.acknowledged]);
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  expect(await tab.evaluate(() => storageHarness.append("after", 2))).toMatchObject({ errors: [] });
  const log = await tab.evaluate(() => storageHarness.readLog());
  expect(log.seqs).toEqual(log.seqs.map((_, index) => index + 1));
  expect(log.ids.slice(-2)).toEqual(["after0", "after1"]);
});

test("[SY11] [SY13] [SY14] damaged rows are named, kept and exported", async ({ openTab }) => {
  const tab = await openTab();
  await tab.evaluate(() => storageHarness.createRoom());
  await tab.evaluate(() => storageHarness.append("a", 3));
  await tab.evaluate(async () => {
    const database = await storageHarness.raw();
    await new Promise((resolve) => {
      const transaction = database.transaction(["entries", "rooms"], "readwrite");
      transaction.objectStore("entries").put({ roomId: "rm_1", seq: 2, id: "hurt", junk: true });
      transaction.objectStore("rooms").put({ roomId: "rm_2", name: 5 });
      transaction.oncomplete = resolve;
    });
    database.close();
  });
  expect((await tab.evaluate(() => storageHarness.readLog())).error).toBe("storage-corrupt");
  expect(await tab.evaluate(() => storageHarness.listRooms())).toBe("storage-corrupt");
  const exported = await tab.evaluate(() => storageHarness.exportRaw());
  const text = exported.ok ? exported.value : "";
  expect(text.trim().split("\n").map((line) => JSON.parse(line).store))
    .toEqual(["rooms", "rooms", "entries", "entries", "entries"]);
  expect(text).toContain('"junk":true');
});

test("[SY11] [SY13] [SY22] a newer database is refused, kept and exported", async ({ openTab }) => {
  const [tab, newer] = [await openTab(), await openTab()];
  await tab.evaluate(() => storageHarness.createRoom());
  await tab.evaluate(() => storageHarness.append("a", 3));
  // The tab with the older app holds a connection: it must let the newer one upgrade.
  await newer.evaluate(() => storageHarness.raw(99).then((database) => database.close()));
  expect(await tab.evaluate(() => storageHarness.listRooms())).toBe("storage-corrupt");
  const exported = await tab.evaluate(() => storageHarness.exportRaw());
  expect(exported).toMatchObject({ ok: true, value: expect.stringContaining('"id":"a2"') });
});

test("[SY39] a database that the browser threw away is missed", async ({ site }) => {
  const profile = mkdtempSync(join(tmpdir(), "conclave-profile-"));
  const inBrowser = async <T>(work: (tab: Page) => Promise<T>): Promise<T> => {
    const browser = await chromium.launchPersistentContext(profile, launchOptions({ gpu: false }));
    const tab = await browser.newPage();
    await tab.goto(site.url);
    await tab.waitForFunction(() => "storageHarness" in globalThis);
    const result = await work(tab);
    await browser.close();
    return result;
  };
  try {
    await inBrowser(async (tab) => {
      await tab.evaluate(() => storageHarness.createRoom());
      await tab.evaluate(() => storageHarness.append("a", 20, 1_000));
      expect(await tab.evaluate(() => storageHarness.dataLoss())).toEqual({
        ok: true,
        value: undefined,
      });
    });
    damageFiles(join(profile, "Default", "IndexedDB"));
    const found = await inBrowser((tab) => tab.evaluate(() => storageHarness.dataLoss()));
    expect(found).toMatchObject({ ok: true, value: expect.stringContaining("corrupt") });
    expect(await inBrowser((tab) => tab.evaluate(() => storageHarness.dataLoss()))).toEqual(found);
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
});

/** Writes nonsense over what LevelDB keeps its rows in. */
function damageFiles(folder: string): void {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((path) => /\.(log|ldb)$/.test(path))) {
    const path = join(folder, name);
    writeFileSync(path, Buffer.alloc(statSync(path).size, 0x5a));
  }
}
