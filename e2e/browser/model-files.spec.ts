/** The store of model files on a real browser's disk, from a page and from a worker. */

import type { Page } from "@playwright/test";
import { expect, test as base } from "../support/fixtures.ts";
import { type HarnessSite, openHarnessSite } from "./harness-site.ts";
import type { ModelFilesHarness } from "./model-files-harness/harness.ts";
import { crashTab } from "./storage-test.ts";

declare global {
  var modelFilesHarness: ModelFilesHarness;
}

const test = base.extend<{ readonly openTab: () => Promise<Page> }, {
  readonly site: HarnessSite;
}>({
  site: [
    // Playwright reads the fixture's needs from its parameter, so an empty pattern must stand
    // there. oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const site = await openHarnessSite("model-files-harness", "Model files harness");
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ site }, use) => await use(site.url),
  openTab: async ({ context, site }, use) => {
    await use(async () => {
      const page = await context.newPage();
      await page.goto(site.url);
      await page.waitForFunction(() => "modelFilesHarness" in globalThis);
      return page;
    });
  },
});

const BYTES = 3_000_001;

test("[SY130] a file kept by a worker is read by the page, and the other way round", async ({ openTab }) => {
  const page = await openTab();
  const seen = await page.evaluate(async (bytes) => {
    const { inWorker, ...inPage } = modelFilesHarness;
    const absent = await inPage.open("a/b", "onnx/model.onnx", bytes);
    const kept = [
      await inWorker("adopt", "a/b", "onnx/model.onnx", bytes),
      await inPage.adopt("..", "brought.gguf", bytes),
    ];
    const read = [
      await inPage.open("a/b", "onnx/model.onnx", bytes),
      await inWorker("open", "..", "brought.gguf", bytes),
    ];
    const listed = (await inPage.list()).toSorted((a, b) => a.modelId < b.modelId ? -1 : 1);
    await inPage.remove("a/b");
    const after = [await inWorker("open", "a/b", "onnx/model.onnx", bytes), await inPage.list()];
    return { absent, kept, read, listed, after };
  }, BYTES);
  const brought = {
    modelId: "..",
    files: [{ path: "brought.gguf", bytes: BYTES }],
    partialBytes: 0,
  };
  expect(seen).toEqual({
    absent: "absent",
    kept: [{ ok: true }, { ok: true }],
    read: ["whole", "whole"],
    listed: [
      brought,
      { modelId: "a/b", files: [{ path: "onnx/model.onnx", bytes: BYTES }], partialBytes: 0 },
    ],
    after: ["absent", [brought]],
  });
});

test("[SY130] a copy that is aborted leaves nothing, a damaged file is not here", async ({ openTab }) => {
  const page = await openTab();
  const seen = await page.evaluate(async (bytes) => {
    const { inWorker } = modelFilesHarness;
    await inWorker("adopt", "m", "one", bytes);
    const aborted = await inWorker("adoptUntil", "m", "two", bytes, 1_000_000);
    const listed = await inWorker("list");
    await inWorker("damage", "m", "one", bytes);
    return { aborted, listed, damaged: await inWorker("open", "m", "one", bytes) };
  }, BYTES);
  expect(seen).toEqual({
    aborted: { ok: false, error: { kind: "cancelled" } },
    listed: [{ modelId: "m", files: [{ path: "one", bytes: BYTES }], partialBytes: 0 }],
    damaged: "absent",
  });
});

test("[SY130] [SY131] what a killed tab was copying is partial, and its lock is free", async ({ openTab }) => {
  const [doomed, other] = [await openTab(), await openTab()];
  await doomed.evaluate(() => modelFilesHarness.inWorker("adoptForEver", "m", "big"));
  await crashTab(doomed);
  const seen = await other.evaluate(async (bytes) => {
    const { inWorker } = modelFilesHarness;
    const lockFree = await inWorker("adopt", "m", "small", bytes);
    const [kept] = await inWorker("list") as Awaited<ReturnType<ModelFilesHarness["list"]>>;
    return { lockFree, kept, big: await inWorker("open", "m", "big", 1) };
  }, BYTES);
  expect(seen.big).toBe("absent");
  expect(seen.lockFree).toEqual({ ok: true });
  expect(seen.kept?.files).toEqual([{ path: "small", bytes: BYTES }]);
  expect(seen.kept?.partialBytes).toBeGreaterThanOrEqual(4 * 1024 ** 2);
});
