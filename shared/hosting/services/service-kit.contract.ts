// Persona services over a real ledger and a room by hand; the session is the test's.

import { toEpochMs } from "../../base/brands.ts";
import { createLatch } from "../../base/latch.ts";
import { ok } from "../../base/result.ts";
import { createScope } from "../../base/scope.ts";
import { createLedger } from "../../ledger/ledger.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { InputRecord, PeerStore } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { RoomState } from "../../room/room-state.ts";
import { CountingIds } from "../../testing/fakes/counting-ids.ts";
import { enginePlaces } from "../../testing/fakes/engine-places.ts";
import { forwardingStore } from "../../testing/fakes/forwarding-store.ts";
import { ManualClock } from "../../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../../testing/fakes/memory-peer-store.ts";
import { RecordingLog } from "../../testing/fakes/recording-log.ts";
import { ME, roomScript } from "../../testing/fakes/room-script.ts";
import { SeededRandom } from "../../testing/fakes/seeded-random.ts";
import type { PersonaServiceDeps } from "./persona-service.ts";
import { createIntakeGate } from "./intake-gate.ts";
import { createServiceRegistry, type ServiceRoom } from "./service-registry.ts";

export interface KitRun {
  readonly input: InputRecord;
  readonly signal: AbortSignal;
  readonly finish: (outcome: PerformOutcome) => void;
}

export const replied: PerformOutcome = {
  kind: "done",
  settled: { outcome: { kind: "replied", text: "Yes.", finish: "stop" }, seenSeq: 1 },
};

/** What the stores and the session do; a test changes it as it goes. */
export interface KitFaults {
  open: "works" | "fails" | "hangs" | "throws";
  /** Whose session; undefined for everybody's. */
  whose: string | undefined;
  /** Methods of the store that fail, or never answer. */
  storeFails: readonly string[];
  storeHangs: readonly string[];
}

export function createServiceKit(personas: readonly string[] = ["a", "b"]) {
  // The script's lines are of some seconds after that.
  const clock = new ManualClock({ epochMs: toEpochMs(1_000) });
  const trace = new RecordingLog();
  const script = roomScript({ kind: "panel", followUpsMax: 0 }, personas);
  const changes = new Set<() => void>();
  const memory = new MemoryPeerStore();
  const faults: KitFaults = { open: "works", whose: undefined, storeFails: [], storeHangs: [] };
  const stuck = createLatch();
  const failed: StorageError = { kind: "storage-failed", detail: "kit" };
  const store: PeerStore = forwardingStore(() => memory, async (call, method) => {
    if (faults.storeHangs.includes(method)) await stuck.wait(new AbortController().signal);
    return faults.storeFails.includes(method) ? { ok: false, error: failed } : await call();
  });
  const runs: KitRun[] = [];
  const stop = new AbortController();
  const defects: unknown[] = [];
  let isCurrent = true;
  let state: RoomState = script.state();

  const perform: PersonaServiceDeps["session"]["run"] = (input, signal) =>
    new Promise((resolve) => runs.push({ input, signal, finish: resolve }));
  const open: PersonaServiceDeps["session"]["open"] = async ({ persona }) => {
    if ((faults.whose ?? persona) !== persona) return ok(undefined);
    if (faults.open === "throws") throw new Error("broken");
    if (faults.open === "hangs") await stuck.wait(new AbortController().signal);
    return faults.open !== "fails" ? ok(undefined) : { ok: false, error: failed };
  };
  let ups = 0;
  const registry = createServiceRegistry({
    ...{ clock, trace, random: new SeededRandom("kit") },
    ledger: {
      reconcile: (...args) => ledger.reconcile(...args),
      interrupt: (...args) => ledger.interrupt(...args),
    },
    session: { open, run: perform },
    onChange: () => undefined,
    onUp() {
      ups += 1;
      ledger.wake();
    },
  });
  const places = enginePlaces(clock, () => 2);
  const ledger = createLedger({
    ...{ clock, store, ids: new CountingIds(), log: trace },
    deviceOf: () => ME,
    perform: registry.perform,
    places: {
      choose({ heads, ...question }) {
        return places.choose({ ...question, heads: heads.filter((one) => !registry.holds(one)) });
      },
      take: places.take,
    },
    newestHumanTurn: () => 0,
    settleFacts: () => ({ fingerprint: "", head: state.head }),
    onTrouble: () => undefined,
  });
  ledger.subscribe((input) => registry.onInput(input));
  const scope = createScope(stop.signal, (error) => defects.push(error));
  const feed: ServiceRoom["feed"] = {
    device: ME,
    state: () => state,
    isCaughtUp: () => true,
    subscribe(onChange) {
      changes.add(onChange);
      return { [Symbol.dispose]: () => void changes.delete(onChange) };
    },
  };
  const room: ServiceRoom = { roomId: "rm_1", feed, scope, isCurrent: () => isCurrent };
  scope.start((signal) => ledger.run(signal));

  return {
    ...{ clock, trace, script, memory, faults, runs, registry, room, ledger, defects, stop },
    /** For a service without a registry. */
    deps: {
      ...{ clock, trace, feed, ledger, isCurrent: () => isCurrent },
      session: { open, run: perform },
      gate: createIntakeGate(),
      onChange: () => undefined,
    } satisfies PersonaServiceDeps,
    ups: () => ups,
    setCurrent(next: boolean) {
      isCurrent = next;
      registry.wakeRoom("rm_1");
    },
    /** Makes what was written by hand the room's state. */
    async publish(ms = 0) {
      state = script.state();
      for (const change of [...changes]) change();
      await clock.advance(ms);
    },
    /** Inputs that are not ended, as `persona/turn`. */
    live: () =>
      memory.inputs
        .filter(({ phase }) => phase === "queued" || phase === "staged")
        .map(({ persona, turn }) => `${persona}/${turn}`),
    phaseOf: (persona: string) => registry.get("rm_1", persona)?.supervision.phase,
    healStore() {
      faults.storeHangs = [];
      stuck.ring();
    },
  };
}
