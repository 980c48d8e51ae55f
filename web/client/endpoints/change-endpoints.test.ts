import { ok } from "#shared/base/mod.ts";
import { createEngineService } from "#shared/hosting/mod.ts";
import { starterProfile } from "#shared/inference/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { expect, test } from "vitest";
import { changeEndpoints } from "./change-endpoints.ts";
import { openEndpointDesk } from "./endpoint-desk.ts";

const signal = new AbortController().signal;
const draft = {
  ...{ name: "Own", baseUrl: "http://127.0.0.1:11434/v1", key: "", slots: 1 },
  models: [{ name: "m", contextTokens: 8_192 }],
};

/** The same server with another context. */
const larger = { ...draft, models: [{ name: "m", contextTokens: 16_384 }] };

/** A server is added, its model chosen; nothing ever starts, as no engine is asked for. */
async function setup() {
  const clock = new ManualClock();
  const store = { read: async () => ok(undefined), write: async () => ok(undefined) };
  const openFetch = () => () => Promise.reject(new TypeError("nowhere"));
  const opened = await openEndpointDesk({ clock, store, openFetch }, signal);
  if (!opened.ok) throw new Error("Cannot open the desk");
  const engine = createEngineService({
    ...{ clock, log: new RecordingLog(), random: new SeededRandom("endpoints") },
    startEngine: () => new Promise(() => undefined),
  });
  const saved: string[] = [];
  const deps = {
    ...{ endpoints: opened.value, engine, starter: starterProfile },
    saveChoice: async (_key: "model-id", id: string) => {
      saved.push(id);
      return ok(undefined);
    },
  };
  expect((await changeEndpoints(deps, { kind: "add-endpoint", draft }, signal)).ok).toBe(true);
  const [profile] = opened.value.profiles();
  if (profile === undefined) throw new Error("Cannot choose a model: there is none");
  engine.choose(profile);
  return { deps, engine, saved };
}

test("[HO153] an engine that a person stopped stays so when its server is changed or removed", async () => {
  const { deps, engine, saved } = await setup();
  const changed = { kind: "add-endpoint", draft: larger } as const;
  engine.stop();
  expect((await changeEndpoints(deps, changed, signal)).ok).toBe(true);
  expect([engine.isStopped(), engine.status().profile?.contextTokens]).toEqual([true, 16_384]);
  const id = deps.endpoints.views()[0]?.id ?? "";
  expect((await changeEndpoints(deps, { kind: "remove-endpoint", id }, signal)).ok).toBe(true);
  expect([engine.isStopped(), engine.status().profile?.id]).toEqual([true, starterProfile.id]);
  expect(saved).toEqual([starterProfile.id]);
});

test("[HO153] an engine that runs goes on with what was changed", async () => {
  const { deps, engine } = await setup();
  const changed = { kind: "add-endpoint", draft: larger } as const;
  expect((await changeEndpoints(deps, changed, signal)).ok).toBe(true);
  expect([engine.isStopped(), engine.status().profile?.contextTokens]).toEqual([false, 16_384]);
});
