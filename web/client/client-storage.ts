/** What one tab stores and reads: everything on this device's one database, opened and named. */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { CheckpointStore, StateShelf } from "#shared/hosting/mod.ts";
import type {
  Clock,
  IdSource,
  OutboxStore,
  PeerStore,
  RoomLog,
  SharedRoomStore,
  StorageError,
} from "#shared/ports/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { openBroadcastPort } from "../adapters/broadcast-port.ts";
import {
  type CheckpointPart,
  type CheckpointStore as IdbCheckpoints,
  createIdbCheckpoints,
} from "../adapters/idb-checkpoints.ts";
import { type ConclaveDatabase, createDatabase } from "../adapters/idb-database.ts";
import type { FollowRoom } from "../adapters/idb-follow-room.ts";
import { createIdbImageDrafts, type ImageDraftRows } from "../adapters/idb-image-drafts.ts";
import { createIdbOutbox } from "../adapters/idb-outbox.ts";
import { createIdbRoomIndex, type RoomIndex } from "../adapters/idb-room-index.ts";
import { createIdbRoomNotes, type RoomNotes } from "../adapters/idb-room-notes.ts";
import { createIdbRoomLog } from "../adapters/idb-room-log.ts";
import { createIdbSettings } from "../adapters/idb-settings.ts";
import { createIdbTypedRows, type TypedRows } from "../adapters/idb-typed-rows.ts";
import { createLogHints, LOG_HINTS_CHANNEL } from "../adapters/log-hints.ts";
import type { EndpointStore } from "./endpoints/endpoint-desk.ts";
import { DEVICE_NAME_DEFAULT } from "./device-name.ts";
import type { SharedKit } from "./shared/shared-kit.ts";
import type { Visits } from "./visits.ts";

type Stored<T> = Promise<Result<T, StorageError>>;

export type ModelChoice =
  | "model-id"
  | "model-host"
  | "brought-models"
  | "model-history"
  | "gpu-room";

/** What a person chose and brought earlier. */
export interface ModelSettings {
  readonly modelId: string | undefined;
  readonly modelHost: string;
  /** As it is stored (brought-list.ts); undefined where nothing was brought. */
  readonly brought: string | undefined;
  /** As it is stored (downloads/model-history.ts); undefined before anything was learned. */
  readonly history: string | undefined;
  /** As it is stored (gpu-room.ts); undefined before the GPU was asked. */
  readonly gpuRoom: string | undefined;
}

export interface ClientStorage {
  readonly index: RoomIndex;
  readonly checkpoints: CheckpointStore;
  readonly store: OutboxStore;
  /** The whole of what a peer keeps; its code comes with the first call (SY180). */
  readonly openPeerStore: () => Promise<PeerStore>;
  /**
   * The stored log of any room. Of a shared room it is the mirror, which only its link writes: what
   * is to be appended there goes through the outbox (shared/shared-log.ts).
   */
  readonly logOf: (roomId: string) => RoomLog;
  /** The database's copy of drafts and unsent messages. */
  readonly typed: TypedRows;
  /** Images attached to messages that are not sent yet. */
  readonly imageDrafts: ImageDraftRows;
  readonly notes: RoomNotes;
  readonly openSharedRooms: (kit: SharedKit) => SharedRoomStore;
  readonly openFollow: (kit: SharedKit) => FollowRoom;
  readonly saveName: (name: string, signal: AbortSignal) => Stored<void>;
  readonly saveChoice: (
    key: ModelChoice,
    value: string,
    signal: AbortSignal,
  ) => Stored<void>;
  readonly readModelSettings: (signal: AbortSignal) => Stored<ModelSettings>;
  readonly endpoints: EndpointStore;
  readonly takeTerm: (signal: AbortSignal) => Stored<number>;
}

export interface BootedStorage {
  readonly storage: ClientStorage;
  readonly device: { readonly id: string; readonly name: string };
  /** Set when the browser threw away what was stored before; told once. */
  readonly dataLoss: string | undefined;
  /** Calls back when what is stored is gone while the page lives, or cannot be opened again. */
  readonly watchLoss: (onLoss: (error: StorageError) => void) => void;
}

const OPEN_TRIES_MAX = 3;
const OPEN_AGAIN_MS = 400;

/** A busy machine may abort the first opening of all; what stays broken is told. */
export async function openPatiently(
  database: Pick<ConclaveDatabase, "open">,
  clock: Pick<Clock, "sleep">,
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  for (let tries = 1;; tries += 1) {
    const opened = await database.open(signal);
    const isPassing = !opened.ok && opened.error.kind === "storage-failed";
    if (!isPassing || tries === OPEN_TRIES_MAX) return opened;
    await clock.sleep(OPEN_AGAIN_MS * tries, signal);
  }
}

function shelfOf(checkpoints: IdbCheckpoints, part: CheckpointPart): StateShelf {
  return {
    async load(roomId, signal) {
      const row = await checkpoints.latest(roomId, part, signal);
      if (!row.ok || row.value === undefined) return row.ok ? ok(undefined) : err(row.error);
      const { seq, stateHash, state } = row.value;
      return ok({ seq, stateHash, text: state });
    },
    async save(roomId, { seq, stateHash, text }, signal) {
      const row = { roomId, seq, stateHash, state: text };
      const saved = await checkpoints.save(row, part, signal);
      return saved.ok ? ok(undefined) : saved;
    },
  };
}

export interface BootDeps {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly visits: Visits;
}

/** Opens the database and makes sure that this device has an identity. */
export async function bootStorage(
  { clock, ids, visits }: BootDeps,
  signal: AbortSignal,
): Promise<Result<BootedStorage, StorageError>> {
  const database = createDatabase();
  const opened = await openPatiently(database, clock, signal);
  if (!opened.ok) return opened;
  const settings = createIdbSettings(database);
  // One transaction: each takes as long as all of them when a browser is busy.
  const known = await settings.readAll(["device-id", "device-name", "data-loss"], signal);
  if (!known.ok) return known;
  const { "device-id": knownId, "device-name": name, "data-loss": thrownAway } = known.value;
  const id = knownId === undefined
    ? await settings.claim("device-id", ids.next("dv"), signal)
    : ok(knownId);
  if (!id.ok) return id;
  const isMissing = visits.note(id.value) === "missing"; // SY266
  const dataLoss = thrownAway ?? (isMissing ? "the database of an earlier visit" : undefined);
  if (thrownAway !== undefined) await settings.write("data-loss", undefined, signal);
  const hints = createLogHints(openBroadcastPort(LOG_HINTS_CHANNEL));
  const deps = { database, clock, hints, limits: protocolLimits };
  const checkpoints = createIdbCheckpoints(database);
  const storage: ClientStorage = {
    index: createIdbRoomIndex(deps),
    store: createIdbOutbox(database, hints),
    openPeerStore: async () =>
      (await import("../adapters/idb-peer-store.ts")).createIdbPeerStore(database, hints),
    typed: createIdbTypedRows(database),
    imageDrafts: createIdbImageDrafts(database),
    notes: createIdbRoomNotes(database),
    openSharedRooms: (kit) => kit.openStore({ database, hints }),
    openFollow: (kit) => kit.openFollow({ database, hints }),
    logOf: (roomId) => createIdbRoomLog(deps, roomId),
    checkpoints: { ...shelfOf(checkpoints, "whole"), recent: shelfOf(checkpoints, "recent") },
    saveName: (next, inner) => settings.write("device-name", next, inner),
    saveChoice: (key, value, inner) => settings.write(key, value || undefined, inner),
    async readModelSettings(inner) {
      const modelId = await settings.read("model-id", inner);
      if (!modelId.ok) return modelId;
      const modelHost = await settings.read("model-host", inner);
      if (!modelHost.ok) return modelHost;
      const brought = await settings.read("brought-models", inner);
      if (!brought.ok) return brought;
      const history = await settings.read("model-history", inner);
      if (!history.ok) return history;
      const gpuRoom = await settings.read("gpu-room", inner);
      if (!gpuRoom.ok) return gpuRoom;
      return ok({
        modelId: modelId.value,
        modelHost: modelHost.value ?? "",
        brought: brought.value,
        history: history.value,
        gpuRoom: gpuRoom.value,
      });
    },
    endpoints: {
      read: (inner) => settings.read("endpoints", inner),
      write: (text, inner) => settings.write("endpoints", text, inner),
    },
    takeTerm: (inner) => settings.nextLeaderTerm(inner),
  };
  const device = { id: id.value, name: name ?? DEVICE_NAME_DEFAULT };
  const watchLoss: BootedStorage["watchLoss"] = (onLoss) =>
    database.onEnded(() => {
      // Patiently: it fails otherwise while the browser is still removing what there was.
      const looking = openPatiently(database, clock, signal);
      // Owned by the client's signal, whose abort is the only way it rejects.
      void looking.then((again) => again.ok || onLoss(again.error), () => undefined);
    });
  return ok({ storage, device, dataLoss, watchLoss });
}
