import { expect, test } from "vitest";
import { ok } from "#shared/base/mod.ts";
import { type DownloadOutcome, type ModelProfile, starterProfile } from "#shared/inference/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import type { KeptModel, ModelFiles } from "../../worker/model-files.ts";
import type { EngineView } from "../app-client.ts";
import { unlistedModels } from "./kept-models.ts";
import { createModelShelf } from "./model-shelf.ts";

const model = (id: string): ModelProfile => ({
  ...{ ...starterProfile, id, embedded: false },
  files: [{ path: "w", url: `https://hub.example/${id}`, bytes: 4, sha256: undefined }],
});

/** Model files in memory, whole or partial as a test says. */
function memoryFiles(kept: Map<string, KeptModel>): ModelFiles {
  return {
    open: () => Promise.resolve(undefined),
    adopt: () => Promise.resolve(ok(undefined)),
    list: () => Promise.resolve([...kept.values()]),
    remove: (modelId) => Promise.resolve(void kept.delete(modelId)),
  };
}

function setup() {
  const kept = new Map<string, KeptModel>();
  const here: string[] = [];
  const saved: string[] = [];
  const counts = { persists: 0 };
  const ends = new Map<string, (outcome: DownloadOutcome) => void>();
  const shelf = createModelShelf({
    clock: new ManualClock(),
    modelFiles: memoryFiles(kept),
    downloadModel: ({ id }, _host, _onNews, signal) =>
      new Promise((resolve) => {
        ends.set(id, resolve);
        signal.addEventListener("abort", () => resolve({ kind: "stopped" }), { once: true });
      }),
    askToPersist: () => void (counts.persists += 1),
    saveChoice: (key, value) => {
      saved.push(`${key} ${value}`);
      return Promise.resolve(ok(undefined));
    },
  }, {
    modelHost: () => "",
    modelHistory: `{"a":{"crashes":2}}`,
    onChange: () => undefined,
    onHere: ({ id }, isWanted) => here.push(`${id} ${isWanted ? "to use" : "to keep"}`),
  });
  const finish = async (id: string): Promise<void> => {
    kept.set(id, { modelId: id, files: [{ path: "w", bytes: 4 }], partialBytes: 0 });
    ends.get(id)?.({ kind: "done" });
    await Promise.resolve();
    await Promise.resolve();
  };
  return { shelf, kept, here, saved, counts, finish };
}

test("[SY134] a chosen model is used when it came, the newest choice alone", async () => {
  const { shelf, here, counts, finish } = setup();
  shelf.downloadAndUse(model("a"));
  expect(counts.persists).toBe(1);
  shelf.downloadAndUse(model("b"));
  await finish("a");
  await finish("b");
  expect(here).toEqual(["a to keep", "b to use"]);
});

test("[SY134] a model that was only fetched, or given up for another, is not used", async () => {
  const { shelf, here, finish } = setup();
  shelf.downloadAndUse(model("a"));
  shelf.forgetWish();
  await finish("a");
  shelf.download(model("b"));
  await finish("b");
  expect(here).toEqual(["a to keep", "b to keep"]);
});

test("[SY133] paused keeps what came and cancelled keeps nothing; rows say what is here", async () => {
  const { shelf, kept } = setup();
  shelf.downloadAndUse(model("a"));
  kept.set("a", { modelId: "a", files: [], partialBytes: 3 });
  await shelf.pause("a");
  expect(shelf.statuses()).toEqual([]);
  const [row] = await shelf.rows([model("a")], undefined, undefined);
  expect(row).toMatchObject({ downloaded: false, keptBytes: 3, past: { crashes: 2 } });
  expect(await shelf.isHere(model("a"))).toBe(false);
  expect(await shelf.isHere(starterProfile)).toBe(true);
  await shelf.remove("a");
  expect(kept.size).toBe(0);
});

test("[SY135] what the engine does is kept", () => {
  const { shelf, saved } = setup();
  const quiet: EngineView = {
    ...{ modelId: "a", restarts: [], generation: 1 },
    ...{ phase: "ready", lane: "cpu", adapter: "", tokensPerS: 8 },
  };
  shelf.observe(quiet);
  shelf.observe(quiet);
  expect(saved).toEqual([`model-history {"a":{"crashes":2,"tokensPerS":8}}`]);
});

test("[IN103] what is kept and in no list is told with its bytes, and only that", async () => {
  const { kept } = setup();
  kept.set("a", { modelId: "a", files: [{ path: "w", bytes: 4 }], partialBytes: 0 });
  kept.set("old", { modelId: "old", files: [{ path: "w", bytes: 4 }], partialBytes: 3 });
  kept.set("empty", { modelId: "empty", files: [], partialBytes: 0 });
  expect(await unlistedModels(new Set(["a", "b"]), memoryFiles(kept))).toEqual([
    { modelId: "old", keptBytes: 7 },
  ]);
});
