import { expect, test } from "vitest";
import { ok } from "#shared/base/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import { createBroughtList } from "./brought-list.ts";
import { clientLimits } from "./limits.ts";

const never = new AbortController().signal;

const profile = (id: string, name = "Little"): ModelProfile => ({
  id,
  engine: "wllama",
  name,
  goodFor: "",
  licence: "",
  parameters: 1,
  downloadBytes: 2,
  memoryBytes: 3,
  contextTokens: 512,
  contextBytes: 4,
  requiredFeatures: [],
  needsWebGpu: false,
  promptFormat: "chat",
  embedded: false,
  replyTokensMax: 256,
  temperature: 0.7,
  topP: 0.95,
  files: [{ path: "model.gguf", url: "", bytes: 2, sha256: undefined }],
});

function setup(stored?: string) {
  const rows: (string | undefined)[] = [stored];
  const list = createBroughtList(stored, (_key, value) => {
    rows.push(value);
    return Promise.resolve(ok(undefined));
  });
  return { rows, list };
}

test("[IN59] a brought model is there after a restart, as it was, until it is removed", async () => {
  const { rows, list } = setup();
  await list.add(profile("gguf-a"), never);
  await list.add(profile("gguf-b"), never);
  await list.add(profile("gguf-a", "Again"), never);
  const restarted = setup(rows.at(-1));
  expect(restarted.list.all()).toEqual([profile("gguf-b"), profile("gguf-a", "Again")]);
  await restarted.list.remove("gguf-b", never);
  expect(setup(restarted.rows.at(-1)).list.all()).toEqual([profile("gguf-a", "Again")]);
});

test("[IN59] a damaged list is told and nothing takes its place", async () => {
  for (const stored of ["{", "{}", '[{"id":"gguf-a"}]']) {
    const { rows, list } = setup(stored);
    expect(list.trouble).toEqual({ kind: "storage-corrupt", detail: "settings: brought-models" });
    const added = await list.add(profile("gguf-b"), never);
    expect(added).toEqual({ ok: false, error: list.trouble });
    expect(rows).toEqual([stored]);
  }
});

test("[IN59] what is no model of this kind, or one too many, is refused by field", async () => {
  const { rows, list } = setup();
  for (const wrong of [{ id: "starter" }, { engine: "web-llm" }, { files: [] }]) {
    const added = await list.add({ ...profile("gguf-a"), ...wrong } as ModelProfile, never);
    expect(added).toMatchObject({ ok: false, error: { kind: "request-invalid", field: "model" } });
  }
  expect(rows).toEqual([undefined]);
  for (let index = 0; index < clientLimits.broughtModelsMax; index += 1) {
    expect((await list.add(profile(`gguf-${index}`), never)).ok).toBe(true);
  }
  expect((await list.add(profile("gguf-more"), never)).ok).toBe(false);
  expect((await list.add(profile("gguf-0", "Again"), never)).ok).toBe(true);
});
