import { expect, test } from "vitest";
import { innerLimits } from "../../relay/limits.ts";
import { readWorkerSettings } from "./worker-settings.ts";

const good = {
  CONCLAVE_RELAY_SECRET: Buffer.alloc(32, 1).toString("base64url"),
  CONCLAVE_ORIGINS: "https://chat.example, https://relay.example",
  ROOM: {},
};

test("[RL90] settings as a deployment has them", () => {
  const settings = readWorkerSettings({ ...good, CONCLAVE_RELAY_LIMITS: '{"joinMsMax":900}' });
  expect(settings).toMatchObject({
    ok: true,
    value: {
      origins: ["https://chat.example", "https://relay.example"],
      relayLimits: { joinMsMax: 900, entriesMax: 10_000 },
      visitorLimits: { waitingPerVisitorMax: 32 },
      logLevel: "warn",
    },
  });
});

test("[RL34] [RL90] a deployment says how many devices a room takes", () => {
  const settings = readWorkerSettings({ ...good, CONCLAVE_RELAY_LIMITS: '{"membersMax":9}' });
  expect(settings).toMatchObject({ ok: true, value: { membersMax: 9 } });
  const usual = { ok: true, value: { membersMax: innerLimits.membersMax } };
  expect(readWorkerSettings(good)).toMatchObject(usual);
});

test.each([
  ["CONCLAVE_RELAY_SECRET", undefined],
  ["CONCLAVE_RELAY_SECRET", ""],
  ["CONCLAVE_RELAY_SECRET", Buffer.alloc(31, 1).toString("base64url")],
  ["CONCLAVE_RELAY_SECRET", Buffer.alloc(33, 1).toString("base64url")],
  ["CONCLAVE_RELAY_SECRET", `${good.CONCLAVE_RELAY_SECRET}=`],
  ["CONCLAVE_ORIGINS", undefined],
  ["CONCLAVE_ORIGINS", " , "],
  ["CONCLAVE_ORIGINS", "https://chat.example/path"],
  ["CONCLAVE_RELAY_LIMITS", "[]"],
  ["CONCLAVE_RELAY_LIMITS", '{"joinMsMax":0}'],
  ["CONCLAVE_LOG", "loud"],
])("[RL90] %s = %j is refused by name", (name, value) => {
  const settings = readWorkerSettings({ ...good, [name]: value });
  expect(settings).toEqual({ ok: false, error: expect.stringContaining(name) });
});
