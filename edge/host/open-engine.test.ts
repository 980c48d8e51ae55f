import { expect, test } from "vitest";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { createSystemClock } from "../platform/system-ports.ts";
import { createOpenEngine } from "./open-engine.ts";

test.each([
  ["http://127.0.0.1:8080/v1", { host: "127.0.0.1:8080", isLocal: true }],
  ["http://192.168.0.9:8000/v1", { host: "192.168.0.9:8000", isLocal: false }],
  ["https://models.example/v1", { host: "models.example", isLocal: false }],
])("[HO180] a host's model behind %s says where it runs", async (url, endpoint) => {
  const open = createOpenEngine({ read: () => undefined, all: () => ({}) });
  const model = { model: "m", contextTokens: 4096, replyTokensMax: 64, slots: 1 };
  const config = { kind: "openai", url, ...model, temperature: 0, topP: 1 } as const;
  const opened = await open(config, { clock: createSystemClock(), log: new RecordingLog() });
  expect(opened).toMatchObject({ ok: true, value: { profile: { endpoint } } });
});

test("[RM57] a host's model sees where its settings say so", async () => {
  const open = createOpenEngine({ read: () => undefined, all: () => ({}) });
  const model = { model: "m", contextTokens: 4096, replyTokensMax: 64, slots: 1 };
  const url = "http://127.0.0.1:8080/v1";
  const config = { kind: "openai", url, ...model, temperature: 0, topP: 1 } as const;
  const sees = async (change: { readonly seesImages?: boolean }) => {
    const deps = { clock: createSystemClock(), log: new RecordingLog() };
    const opened = await open({ ...config, ...change }, deps);
    return opened.ok && opened.value.profile.seesImages;
  };
  expect([await sees({}), await sees({ seesImages: false }), await sees({ seesImages: true })])
    .toEqual([undefined, undefined, true]);
});
