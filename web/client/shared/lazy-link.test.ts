import { expect, test } from "vitest";
import { err, ok, raceSignal } from "#shared/base/mod.ts";
import type { SharedRoomKeys, SharedRoomStore, Transport } from "#shared/ports/mod.ts";
import type { LinkStatus, RoomLink, RoomLinkDeps } from "#shared/sync/mod.ts";
import { ManualClock, settleMicrotasks } from "#shared/testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "#shared/testing/fakes/memory-peer-store.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { clientLimits } from "../limits.ts";
import type { LoadKit, SharedKit } from "./shared-kit.ts";
import { createSharedLinks } from "./shared-links.ts";
import { createSharedRooms } from "./shared-rooms.ts";

const ROOM = "room";
const live: LinkStatus = { link: { phase: "live" }, present: ["me"], refused: [] };

function setup(load?: LoadKit) {
  const clock = new ManualClock();
  const did: string[] = [];
  let access: "write" | "read" = "read";
  let made: Omit<RoomLinkDeps, "crypto"> | undefined;
  const kit = {
    openStore: () =>
      ({
        keys: async (roomId) => ok({ roomId, access } as SharedRoomKeys),
      }) as Partial<SharedRoomStore> as SharedRoomStore,
    createLink(deps): RoomLink {
      made = deps;
      did.push(`made to ${deps.keys.access}`);
      return {
        run: (signal) => raceSignal(new Promise<never>(() => undefined), signal),
        wake: () => did.push("wake"),
        retryNow: () => did.push("retry"),
        sendEphemeral: (body) => did.push(`send ${String(body)}`),
        status: () => live,
        mark: () => undefined,
      };
    },
  } as Partial<SharedKit> as SharedKit;
  const rooms = createSharedRooms({
    loadKit: load ?? (async () => ok(kit)),
    openStore: (loaded) => loaded.openStore({} as never),
  });
  const phases: string[] = [];
  const problems: unknown[] = [];
  const links = createSharedLinks({
    feeds: { get: () => undefined },
    rooms: { ...rooms, get: (roomId) => roomId === ROOM ? ({} as SharedRoomKeys) : undefined },
    store: new MemoryPeerStore(),
    transport: {} as Transport,
    clock,
    random: new SeededRandom("links"),
    trace: new RecordingLog(),
    onEphemeral: (roomId, device, body) => did.push(`${roomId} ${device} ${String(body)}`),
    onStatus(isNewPhase) {
      phases.push(`${isNewPhase ? "new " : ""}${links.statuses()[0]?.link.phase}`);
    },
    onProblem: (problem) => problems.push(problem),
  });
  const stop = new AbortController();
  const link = links.of(ROOM);
  if (link === undefined) throw new Error("no link");
  const ended = link.run(stop.signal).catch((reason: unknown) => reason);
  return {
    clock,
    did,
    link,
    links,
    phases,
    problems,
    stop,
    ended,
    kit,
    made: () => {
      if (made === undefined) throw new Error("the link was not made");
      return made;
    },
    grant: () => access = "write",
  };
}

test("[SY94] a link is the real one as soon as its code and keys are there", async () => {
  const { link, links, did, phases, made, problems, stop, ended } = setup();
  expect([link.status().link.phase, links.of("rm_local")]).toEqual(["connecting", undefined]);
  link.sendEphemeral("too early");
  await settleMicrotasks();
  made().onStatus(live);
  made().onStatus(live);
  made().onEphemeral("you", "hi");
  link.sendEphemeral("hello");
  link.wake();
  links.retryNow();
  links.retryNow("another");
  expect(did).toEqual(["made to read", "room you hi", "send hello", "wake", "retry"]);
  expect([phases, links.statuses()]).toEqual([["new live", "live"], [{ ...live, roomId: ROOM }]]);
  made().onProblem({ kind: "relay-refused-conflict" });
  made().onProblem({ kind: "relay-refused-conflict" });
  made().onProblem({ kind: "relay-refused-too-large", text: "one" });
  made().onProblem({ kind: "relay-refused-too-large", text: "two" });
  made().onProblem(undefined);
  made().onProblem({ kind: "storage-full" });
  expect(problems).toEqual([
    { kind: "relay-refused", reason: "conflict" },
    { kind: "relay-refused", reason: "too-large", text: "one" },
    { kind: "relay-refused", reason: "too-large", text: "two" },
    { kind: "storage-full" },
  ]);
  stop.abort("enough");
  expect(await ended).toBe("enough");
  links.drop(ROOM);
  expect(links.statuses()).toEqual([]);
});

test("[SY92] a restart connects anew with the keys that are stored then", async () => {
  const { link, links, did, grant, made } = setup();
  await settleMicrotasks();
  made().onStatus(live);
  grant();
  links.restart(ROOM);
  await settleMicrotasks();
  expect(did).toEqual(["made to read", "made to write"]);
  expect(link.status().link.phase).toBe("connecting");
});

test("[SY94] code that cannot be fetched says offline, and is asked for again", async () => {
  let asked = 0;
  const { clock, links, phases, did, kit } = setup(async () => {
    asked += 1;
    if (asked < 3) throw new TypeError("no network");
    return ok(kit);
  });
  await settleMicrotasks();
  expect(phases).toEqual(["new offline"]);
  await clock.advance(clientLimits.kitRetryMs);
  expect(did).toEqual([]);
  links.retryNow();
  await settleMicrotasks();
  expect(did).toEqual(["made to read"]);
});

test("[SY94] a browser that lacks an algorithm is refused, once and for good", async () => {
  const { clock, links, ended, stop } = setup(async () =>
    err({ kind: "crypto-unfit", missing: "Ed25519" })
  );
  await settleMicrotasks();
  await clock.advance(10 * clientLimits.kitRetryMs);
  expect(links.statuses()[0]?.link).toEqual({ phase: "refused", reason: "crypto-unfit" });
  stop.abort("enough");
  expect(await ended).toBe("enough");
});
