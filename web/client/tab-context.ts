/**
 * What the parts of one tab's client share: the snapshot being shown and the storage once it is
 * open.
 */

import { type Signal, signal as createSignal } from "@preact/signals";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type { AppSnapshot, CommandError, Problem } from "./app-client.ts";
import type { ClientDeps } from "./client-deps.ts";
import type { ClientStorage } from "./client-storage.ts";
import type { PeerStatus } from "./peer-status.ts";
import { createSharedRooms, type SharedRooms } from "./shared/shared-rooms.ts";

/** Problems shown at once; the oldest is dropped. */
const PROBLEMS_MAX = 5;

export interface TabContext {
  readonly snapshot: Signal<AppSnapshot>;
  /** Whether what the page can be used without may load. */
  readonly usable: Signal<boolean>;
  patch(change: Partial<AppSnapshot>): void;
  /** Shows a failure to the person. */
  report(error: CommandError, doing: Problem["doing"]): void;
  readonly shared: SharedRooms;
  /** The open storage; using it before the boot is a defect. */
  storage(): ClientStorage;
  setStorage(storage: ClientStorage): void;
  /** Aborts when the client closes. */
  readonly signal: AbortSignal;
}

export function createTabContext(
  deps: Pick<ClientDeps, "clock" | "ids" | "loadSharedKit" | "starter">,
  signal: AbortSignal,
): TabContext {
  const snapshot = createSignal<AppSnapshot>(emptySnapshot(deps.starter));
  let storage: ClientStorage | undefined;
  const patch = (change: Partial<AppSnapshot>): void => {
    snapshot.value = { ...snapshot.peek(), ...change };
  };
  const opened = (): ClientStorage => {
    if (storage === undefined) throw new Error("Cannot use storage: the client has not booted");
    return storage;
  };
  return {
    snapshot,
    usable: createSignal(false),
    patch,
    signal,
    shared: createSharedRooms({
      loadKit: deps.loadSharedKit,
      openStore: (kit) => opened().openSharedRooms(kit),
    }),
    report(error, doing) {
      const { problems } = snapshot.peek();
      // Whoever reads or writes meets it: one notice tells all there is to say.
      if (error.kind === "storage-lost" && problems.some((one) => one.error.kind === error.kind)) {
        return;
      }
      const problem = { id: deps.ids.next("pb"), atMs: deps.clock.epochNow(), error, doing };
      patch({ problems: [...problems, problem].slice(-PROBLEMS_MAX) });
    },
    storage: opened,
    setStorage(next) {
      storage = next;
    },
  };
}

/** What is known of the peer before any leader spoke. */
export function emptyStatus(starter: ModelProfile): PeerStatus {
  return {
    engine: { phase: "idle", modelId: starter.id, generation: 0, restarts: [] },
    running: [],
    facts: undefined,
    models: { phase: "unloaded" },
    modelHost: "",
    endpoints: [],
    lanes: undefined,
    downloads: [],
    trouble: undefined,
    links: [],
    asks: [],
    services: [],
  };
}

/** Before the boot. */
export function emptySnapshot(starter: ModelProfile): AppSnapshot {
  const status = emptyStatus(starter);
  const { engine, facts, models, modelHost, endpoints, downloads, asks, services } = status;
  return {
    boot: { phase: "starting" },
    leader: false,
    device: { id: "", name: "" },
    rooms: [],
    movedRooms: new Map(),
    room: undefined,
    answering: false,
    engine,
    facts,
    models,
    modelHost,
    endpoints,
    downloads,
    asks,
    services,
    problems: [],
  };
}
