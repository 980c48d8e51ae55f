import { expect, test } from "vitest";
import { toEpochMs, toMonotonicMs, toRoomMs } from "#shared/base/mod.ts";
import { createDeviceKeys, createWebCrypto, type HistoryFork } from "#shared/crypto/mod.ts";
import {
  type EngineService,
  noCounters,
  noLatencies,
  type ServiceStatus,
} from "#shared/hosting/mod.ts";
import { type RoomEvent, RULES_NUMBER } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries } from "#shared/room/mod.ts";
import { emptyHistory } from "#shared/supervision/mod.ts";
import type { LinkPhase } from "#shared/sync/mod.ts";
import { bootOf, hostStatusOf } from "./host-status.ts";
import { personaIdOf } from "./put-personas.ts";

const keysOf = async () => ({
  roomId: "rm",
  relayUrl: "wss://relay.example/relay",
  access: "write" as const,
  secret: new Uint8Array(32),
  device: await createDeviceKeys(createWebCrypto()),
});
const card = { name: "Ada", gist: "", description: "", greeting: "", hue: 1 };
const requirement = { contextTokensMin: 1 };
const recipe = { kind: "panel", followUpsMax: 0 } as const;

/** The status with these events in the room, of one's own device or of another one. */
async function statusAfter(
  eventsOf: (persona: string) => readonly (readonly [RoomEvent, "own" | "other"])[],
  link: LinkPhase = { phase: "live" },
  isReady = true,
  served: readonly ServiceStatus[] = [],
  forks: readonly HistoryFork[] = [],
  otherForks = 0,
) {
  const keys = await keysOf();
  const own = keys.device.id;
  const begun: readonly (readonly [RoomEvent, "own" | "other"])[] = [
    [{ kind: "genesis", rules: RULES_NUMBER, roomId: "rm", name: "Attic", recipe }, "own"],
    [{ kind: "device", name: "Cellar" }, "own"],
    [{ kind: "device", name: "Loft" }, "other"],
    ...eventsOf(personaIdOf(own, "ada")),
  ];
  const state = foldEntries(
    emptyState(),
    begun.map(([body, by], index) => ({
      ...{ seq: index + 1, ts: toRoomMs(index), id: `e${index}`, body },
      device: by === "own" ? own : "dv_other",
    })),
  );
  const engine: Pick<EngineService, "ready" | "status"> = {
    ready: () => isReady ? {} as ReturnType<EngineService["ready"]> : undefined,
    status: () => ({
      profile: undefined,
      progress: undefined,
      downSince: undefined,
      failedAt: undefined,
      lastError: isReady ? undefined : { kind: "out-of-memory" },
      supervision: { phase: "stopped", exits: [], revision: 0 } as never,
    }),
  };
  const room = {
    ...{ name: "attic", keys },
    link: { status: () => ({ link, present: [], refused: [], forks, otherForks }) },
    personas: [{
      ...{ key: "ada", card, requirement, rooms: ["attic"] },
      ...{ wish: "put", hosts: "any" } as const,
    }],
  };
  const services = {
    status: () => served.map((one) => ({ ...one, roomId: "rm", persona: personaIdOf(own, "ada") })),
    boot: () => ({ attempted: 1, hosted: 0, pending: 1, skipped: [], failed: [] }),
  };
  return hostStatusOf([room], { get: () => ({ state: () => state }) }, engine, services);
}

const put = (persona: string, removed = false): RoomEvent => ({
  ...{ kind: "persona", persona, card, requirement, hosts: "any", removed },
});
const announce: RoomEvent = {
  kind: "announce",
  hostsForOthers: true,
  lanes: [{ engine: "openai", modelId: "m", lane: "unknown", contextTokens: 9, slots: 1 }],
};

test("[HO95] a persona is absent, free, here, elsewhere or removed", async () => {
  const stateOf = async (eventsOf: Parameters<typeof statusAfter>[0]) =>
    (await statusAfter(eventsOf)).rooms[0]?.personas[0]?.state;
  expect(await stateOf(() => [])).toBe("absent");
  expect(await stateOf((id) => [[put(id), "own"]])).toBe("free");
  for (const by of ["own", "other"] as const) {
    expect(
      await stateOf((persona) => [
        [put(persona), "own"],
        [announce, by],
        [{ kind: "assign", persona }, by],
      ]),
    ).toBe(by === "own" ? "here" : "elsewhere");
  }
  expect(await stateOf((id) => [[put(id), "own"], [put(id, true), "own"]])).toBe("removed");
});

test("[SY164] health counts the devices to which the relay showed another history", async () => {
  const fork = { ...{ device: "dv", epochTag: "01234567", agreedSeq: 0 }, at: 1, theirs: "t" };
  const forks = [{ ...fork, seq: 1, mine: "a" }, { ...fork, seq: 2, mine: "b" }];
  const told = await statusAfter(() => [], { phase: "live" }, true, [], forks);
  expect(told.rooms[0]?.forks).toBe(2);
  const more = await statusAfter(() => [], { phase: "live" }, true, [], forks, 5);
  expect(more.rooms[0]?.forks).toBe(7);
  expect((await statusAfter(() => [])).rooms[0]?.forks).toBeUndefined();
});

test("[HO95] ready is a live link and an engine that is, and else says why not", async () => {
  expect(await statusAfter(() => [])).toMatchObject({ isReady: true });
  const offline = { phase: "offline", reason: "unreachable", retryMs: 1 } as const;
  expect(await statusAfter(() => [], offline)).toMatchObject({
    isReady: false,
    rooms: [{ name: "attic", link: "offline", reason: "unreachable" }],
  });
  expect(await statusAfter(() => [], { phase: "live" }, false)).toMatchObject({
    isReady: false,
    engine: { problem: "out-of-memory" },
  });
});

test("[HO95] [HO162] an engine that is away is shown with its reason, its words and since when", () => {
  const reason = { kind: "host-unreachable", detail: "models.example: ECONNREFUSED" };
  const exit = { kind: "failed", reason } as const;
  const engine: Pick<EngineService, "ready" | "status"> = {
    ready: () => undefined,
    status: () => ({
      ...{ profile: undefined, lastError: undefined },
      progress: { phase: "loading", file: "", bytesDone: 0, bytesTotal: undefined },
      failedAt: "load",
      downSince: toEpochMs(1_767_225_600_000),
      supervision: {
        ...{ phase: "backing-off", reason, delayMs: 1, untilMs: toMonotonicMs(1) },
        ...{ name: "engine", revision: 1, generation: 3, history: emptyHistory },
        exits: [{ at: toEpochMs(1), generation: 3, exit, readyMs: 0 }],
      },
    }),
  };
  const services = {
    status: () => [],
    boot: () => ({ attempted: 0, hosted: 0, pending: 0, skipped: [], failed: [] }),
  };
  expect(hostStatusOf([], { get: () => undefined }, engine, services).engine).toEqual({
    ...{ phase: "backing-off", restarts: 1, problem: reason.kind, detail: reason.detail },
    ...{ downSince: "2026-01-01T00:00:00.000Z", progress: "loading" },
  });
});

test("[HO142] of each persona it is told how she is served, and of all how the boot went", async () => {
  const sums = { counters: noCounters, latencies: noLatencies, generation: 1, restarts: [] };
  const ids = { roomId: "", persona: "", revision: 3, skips: [] };
  const told = async (change: Pick<ServiceStatus, "phase"> & Partial<ServiceStatus>) =>
    await statusAfter((id) => [[put(id), "own"]], { phase: "live" }, true, [
      { ...ids, ...sums, ...change },
    ]);
  const failure = { kind: "warm-up", detail: "deadline" } as const;
  const failed = await told({ phase: "failed", failure });
  expect(failed).toMatchObject({
    boot: { attempted: 1, hosted: 0, pending: 1 },
    rooms: [{ personas: [{ key: "ada", service: { phase: "failed", failure, revision: 3 } }] }],
  });
  // A room's and a persona's ids stay inside.
  expect(Object.keys(failed.rooms[0]?.personas[0]?.service ?? {})).not.toContain("persona");
  const at = { room: "attic", persona: "ada" };
  expect(bootOf(failed)).toEqual({ hosted: 0, failed: [{ ...at, failure }], skipped: [] });
  expect(bootOf(await told({ phase: "serving" }))).toMatchObject({ hosted: 1, failed: [] });
  const skips = [{ kind: "no-model" }] as const;
  expect(bootOf(await told({ phase: "skipped", skips }))).toMatchObject({
    skipped: [{ ...at, reasons: skips }],
  });
  for (const phase of ["planned", "bootstrapped", "primed", "restarting"] as const) {
    expect(bootOf(await told({ phase })), phase).toBeUndefined();
  }
  expect(bootOf(await statusAfter((id) => [[put(id), "own"]])), "not looked at").toBeUndefined();
});
