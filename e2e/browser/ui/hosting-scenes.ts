/** Scenes of hosting: personas without a host, and engines and persona services in every phase. */

import { readyMade } from "#shared/personas/mod.ts";
import { noCounters, noLatencies } from "#shared/hosting/mod.ts";
import type { EngineView, ServiceStatus } from "../../../web/client/app-client.ts";
import { CLEO, createRoom } from "./create-room.ts";
import type { FixtureClient } from "./fixture-client.ts";
import { FixtureRoom, LIVE, OWN_DEVICE } from "./fixture-room.ts";

const ROOM = "ORgzX2Jzb9sZtQ1k3v0a9w";
const NOOR = "kq7mN1xY0cQy2bq3Jt4v5w";
const READER = "Rd9eR8aD7eR6oNlY5dEv4w";
/** A model of the fixture's list that this device does not run. */
const LARGE = "Llama-3.1-8B";

/** Fills `client` when `scene` is one of hosting. */
export function fillHostingScene(client: FixtureClient, scene: string): void {
  switch (scene) {
    case "hostless":
      return addHostless(client, OWN_DEVICE);
    case "hostless-reader":
      return addHostless(client, READER);
    case "engine-stopped":
      return addEngine(client, { phase: "idle" });
    case "engine-restarting":
      return addEngine(client, {
        phase: "restarting",
        retryAtMs: Date.now() + 25_000,
        reason: "heartbeat-lost",
      });
    case "engine-failed":
      return addEngine(client, { phase: "failed", error: { kind: "webgpu-missing" } });
    case "services":
      return addServices(client);
    default:
      return;
  }
}

/** Noor, whose device ran the large model, has left; Ada needs it, Bo needs any. */
function addHostless(client: FixtureClient, device: string): void {
  const room = new FixtureRoom(ROOM, "Allotment 12", Date.now() - 5 * 3_600_000);
  client.rooms.set(ROOM, room);
  room.addDevice(NOOR, "Noor Haddad", true);
  const [ada, bo] = readyMade;
  if (ada === undefined || bo === undefined) return;
  const rest = { kind: "persona", hosts: "any", removed: false } as const;
  const requirement = { modelId: LARGE, contextTokensMin: 0 };
  room.append({ ...rest, persona: "pe_ada", card: ada, requirement }, 0, NOOR);
  room.addPersona("pe_bo", bo);
  const turn = room.say("Ada, how much is too much for young tomatoes?", ["pe_ada"]);
  room.reply(turn, "pe_bo", "A lamp in the rain, and the tomatoes under it.", 2_600);
  room.append({ kind: "left", device: NOOR }, 60_000, "sequencer");
  room.device = device;
  const access = device === OWN_DEVICE ? "write" : "read";
  room.shared = { ...LIVE, access, present: [device] };
}

function addEngine(
  client: FixtureClient,
  phase:
    | Omit<Extract<EngineView, { phase: "idle" }>, "modelId" | "generation" | "restarts">
    | Omit<Extract<EngineView, { phase: "restarting" }>, "modelId" | "generation" | "restarts">
    | Omit<Extract<EngineView, { phase: "failed" }>, "modelId" | "generation" | "restarts">,
): void {
  createRoom(client, "rm_garden", "Garden plans", 26 * 3_600_000);
  const restarts = [{
    ...{ atMs: Date.now() - 4_000, generation: 1, readyMs: 61_000 },
    ...{ reason: "heartbeat-lost", detail: "10021 ms" },
  }];
  client.patch({ engine: { ...phase, modelId: "starter", generation: 2, restarts } });
}

/** Every phase once; two rooms. */
function addServices(client: FixtureClient): void {
  const garden = createRoom(client, "rm_garden", "Garden plans", 26 * 3_600_000);
  garden.addPersona("pe_cleo", CLEO);
  const night = createRoom(client, "rm_night", "Night school", 5 * 3_600_000);
  night.addPersona("pe_cleo", CLEO);
  const now = Date.now();
  const at = (ms: number) => ms as ServiceStatus["restarts"][number]["at"];
  const base = { revision: 3, generation: 2, skips: [], restarts: [] };
  const counters = { ...noCounters, replied: 12, silent: 3, errored: 1 };
  const inference = { count: 12, totalMs: 40_800, minMs: 900, maxMs: 9_100 };
  const latencies = { ...noLatencies, inference };
  const session = { kind: "session", detail: "storage-failed" } as const;
  const memory = { kind: "memory-budget", bytesNeeded: 2.3e9, bytesFree: 1.1e9 } as const;
  const fresh = { ...base, generation: 0, counters: noCounters, latencies: noLatencies };
  client.patch({
    services: [
      { ...base, counters, latencies, roomId: "rm_garden", persona: "pe_ada", phase: "serving" },
      {
        ...{ ...base, counters, latencies, roomId: "rm_garden", persona: "pe_bo" },
        ...{ phase: "restarting", failure: session, retryAt: at(now + 20_000) },
        restarts: [
          { at: at(now - 31_000), generation: 1, failure: session },
          { at: at(now - 2_000), generation: 2, failure: session },
        ],
      },
      {
        ...{ ...base, counters, latencies, roomId: "rm_garden", persona: "pe_cleo" },
        ...{ phase: "failed", failure: { kind: "warm-up", detail: "deadline" } },
        restarts: [{
          ...{ at: at(now - 9_000), generation: 2 },
          failure: { kind: "warm-up", detail: "deadline" },
        }],
      },
      { ...fresh, roomId: "rm_night", persona: "pe_ada", phase: "primed" },
      { ...fresh, roomId: "rm_night", persona: "pe_bo", phase: "planned" },
      { ...fresh, roomId: "rm_night", persona: "pe_cleo", phase: "skipped", skips: [memory] },
    ],
  });
}
