/**
 * Keeps a room's personas as the host's configuration says: looks at each change of the room, and
 * says what it lacks.
 *
 * Owns when it is said: never before the room is as new as it can be, and each thing once, across
 * restarts too, by the entry's id and what still waits in the outbox. Does not own what
 * (put-personas.ts).
 *
 * Rules (shared/SPEC.md, section HO): HO94, HO163.
 */

import { type Latch, ok, type Result } from "#shared/base/mod.ts";
import type { RoomFeed } from "#shared/hosting/mod.ts";
import type {
  IdSource,
  Log,
  NewEntry,
  PeerStore,
  SharedRoomKeys,
  StorageError,
} from "#shared/ports/mod.ts";
import type { RoomLink } from "#shared/sync/mod.ts";
import type { PlannedPersona } from "./config/read-config.ts";
import { type PersonaEvent, personasToPut, personasUnnamed } from "./put-personas.ts";

export interface KeepPersonasDeps {
  readonly store: Pick<PeerStore, "addOutbox" | "outbox">;
  readonly ids: IdSource;
  readonly trace: Log;
}

export interface KeptRoom {
  readonly name: string;
  readonly keys: SharedRoomKeys;
  readonly link: Pick<RoomLink, "status">;
  readonly personas: readonly PlannedPersona[];
  /** Rung when the room's state or link changed. */
  readonly bell: Latch;
}

/** Rows that are looked at for one that says the same already. */
const OUTBOX_ROWS_MAX = 10_000;

/** Aborting ends the keeping; what was said stays said. */
export async function keepPersonas(
  deps: KeepPersonasDeps,
  { name, keys, link, personas, bell }: KeptRoom,
  feed: Pick<RoomFeed, "state" | "subscribe" | "isCaughtUp">,
  signal: AbortSignal,
): Promise<never> {
  const { roomId, device } = keys;
  const trace = deps.trace.with({ room: name });
  using _changes = feed.subscribe(() => bell.ring());
  /** What this process said; what the room refused is not said again. */
  const said = new Set<string>();
  const told = new Set<string>();
  for (;;) {
    const isCurrent = link.status().link.phase === "live" && feed.isCaughtUp();
    const isKnown = feed.state().devices.has(device.id);
    if (isCurrent && isKnown) {
      for (const body of personasToPut(feed.state(), device.id, personas)) {
        if (said.has(body.persona)) continue;
        const done = await say(deps, roomId, device.id, feed, body, signal);
        if (!done.ok) { // Tried again at the next change.
          trace.write("warn", "persona-not-put", { problem: done.error.kind });
          break;
        }
        if (done.value === "waits") continue;
        said.add(body.persona);
        const event = body.removed ? "persona-removed" : "persona-put";
        trace.write("info", event, { persona: body.persona });
      }
      for (const persona of personasUnnamed(feed.state(), device.id, personas)) {
        if (!told.has(persona)) trace.write("warn", "persona-not-configured", { persona });
        told.add(persona);
      }
    }
    await bell.wait(signal);
  }
}

/** Into the outbox, unless something of her waits there from before. */
async function say(
  { store, ids }: KeepPersonasDeps,
  roomId: string,
  device: string,
  feed: Pick<RoomFeed, "state">,
  body: PersonaEvent,
  signal: AbortSignal,
): Promise<Result<"said" | "waits", StorageError>> {
  const isNew = !feed.state().personas.has(body.persona);
  const rows = await store.outbox(roomId, OUTBOX_ROWS_MAX, signal);
  if (!rows.ok) return rows;
  const isWaiting = rows.value.some(({ entry }) => {
    const waiting = entry.body as Partial<PersonaEvent>;
    return waiting.kind === "persona" && waiting.persona === body.persona;
  });
  // One that waits may be older than the configuration: the next look, behind it, tells.
  if (isWaiting) return ok("waits");
  const id = isNew ? `put-${body.persona}` : ids.next(`put-${body.persona}`);
  const entry: NewEntry = { id, device, body };
  const added = await store.addOutbox({ roomId, entry }, signal);
  return added.ok ? ok("said") : added;
}
