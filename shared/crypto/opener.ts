/**
 * Opens a shared room's log: each entry of the relay becomes exactly one entry for the fold, the
 * same on every peer that opens the same log from the same place.
 *
 * Owns what it remembers (opener-state.ts). Does not own order, gaps or ids used twice: entries
 * come to it one by one in the relay's order, and it judges each by what came before.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR11  Whatever bytes come, an entry opens to an event, a part or a refusal with its reason.
 *   CR12  A device counts once the write key has vouched for its keys.
 *   CR13  A counter of a device's page counts once and only rises.
 *   CR14  An event in parts opens at its last part; a part out of its order is refused.
 *   CR39  What is cited is the newest entry of a device that tells its log, whatever else the relay
 *         puts behind it.
 *   CR15  Only the relay says `left`, and nothing else; no device says what opening makes.
 *   CR19  An ephemeral opens once, for the device that sealed it, and never as an entry.
 */

import { assert } from "../base/assert.ts";
import { toRoomMs } from "../base/brands.ts";
import type { Bytes, Crypto } from "../ports/crypto.ts";
import type { LogEntry } from "../ports/room-log.ts";
import { type RoomEvent, SEQUENCER } from "../protocol/events.ts";
import { RELAY_AUTHOR, type RelayEntry } from "../protocol/relay-frames.ts";
import { decodeBase64Url, decodeExactly } from "./base64url.ts";
import { concat, utf8 } from "./bytes.ts";
import { contentHashOf, NO_ID, PURPOSE_ENTRY, PURPOSE_EPHEMERAL } from "./envelope.ts";
import { decodeEventBytes, decodeLeft } from "./event-text.ts";
import { cryptoLimits } from "./limits.ts";
import { type FoundForks, type LogView, LogViews } from "./log-views.ts";
import {
  createOpenerState,
  decodeOpenerState,
  encodeOpenerState,
  type OpenerState,
  pageKeyOf,
  pendingBytes,
  type PendingEvent,
  setNewest,
  shortHash,
} from "./opener-state.ts";
import {
  createEnvelopeReader,
  type EnvelopeReader,
  type VerifiedEnvelope,
} from "./read-envelope.ts";
import { ID_BYTES, type RoomKeys } from "./room-keys.ts";

/** Author of a refused entry whose signature did not hold: no device answers for it. */
export const UNVERIFIED = "unverified";

export interface Opener {
  /** Takes calls in order. Never refuses: what does not open is an event that says why (CR11). */
  open(entry: RelayEntry): Promise<LogEntry>;
  /** Undefined for whatever is not a fresh ephemeral of device `from`. */
  openEphemeral(
    from: string,
    body: string,
  ): Promise<{ readonly device: string; readonly body: unknown } | undefined>;
  /** After the entries opened so far, as one JSON text: save it with them, once a batch. */
  state(): string;
  /**
   * Content hash of the newest entry of a device that says what its author's log held, 32 zero
   * bytes before the first: what a sealer cites (CR39).
   */
  lastHash(): Bytes;
  /** What to say with the next thing that is sealed; undefined where nothing can be said. */
  view(): LogView | undefined;
  /** The chain up to `seq`, among the newest places; see log-views.ts. */
  chainAt(seq: number): string | undefined;
  /** Devices whose log was another than this one. */
  found(): FoundForks;
}

/** Where an opener's log is from. */
export interface OpenerHistory {
  /** The relay's epoch; undefined: as saved, or nothing is compared. */
  readonly epoch?: string | undefined;
  /** Found before; undefined: as saved. */
  readonly found?: FoundForks | undefined;
}

/** Goes on from `savedState`, a Defect when {@link checkOpenerState} refuses it. */
export function createOpener(
  crypto: Crypto,
  room: RoomKeys,
  savedState?: string,
  { epoch, found }: OpenerHistory = {},
): Opener {
  const state = restore(room.roomId, savedState);
  const views = new LogViews(epoch, state.views, found ?? state.found);
  let at = toRoomMs(0);
  const reader = createEnvelopeReader(crypto, room, (id) => state.devices.get(id)?.signKey);
  const ephemerals = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();

  return {
    open(entry) {
      at = toRoomMs(entry.ts);
      const opened = last.then(() => openEntry({ crypto, reader, state, views }, entry));
      // Absorbed here only: the caller has the same rejection.
      last = opened.catch(() => undefined);
      return opened;
    },
    async openEphemeral(from, body) {
      const sealed = decodeBase64Url(body);
      if (sealed === undefined) return undefined;
      const read = await reader.read(sealed, PURPOSE_EPHEMERAL, NO_ID);
      if (!read.ok || read.value.device !== from || read.value.header.parts !== 1) return undefined;
      const { device, page, header, view, slice } = read.value;
      const key = pageKeyOf(device, page);
      if (header.counter <= (ephemerals.get(key) ?? -1)) return undefined;
      setNewest(ephemerals, key, header.counter, cryptoLimits.pagesMax);
      if (view !== undefined) views.hear({ device, view }, at); // CR35
      if (slice.length > cryptoLimits.ephemeralBytesMax) return undefined;
      const decoded = decodeEventBytes(slice);
      return decoded.ok ? { device, body: decoded.value } : undefined;
    },
    state: () => encodeOpenerState(state, views),
    lastHash: () => state.lastHash,
    view: () => views.view(),
    chainAt: (seq) => views.chainAt(seq),
    found: () => views.found(),
  };
}

function restore(roomId: string, savedState: string | undefined): OpenerState {
  if (savedState === undefined) return createOpenerState(roomId);
  const saved = decodeOpenerState(savedState, roomId);
  assert(saved.ok, "Cannot resume an opener: its saved state is damaged or of another room");
  return saved.value;
}

interface Opening {
  readonly crypto: Crypto;
  readonly reader: EnvelopeReader;
  readonly state: OpenerState;
  readonly views: LogViews;
}

/** Everything is checked first; then the state changes in one go, without a wait. */
async function openEntry(opening: Opening, entry: RelayEntry): Promise<LogEntry> {
  const { crypto, reader, state } = opening;
  const { seq, id } = entry;
  const ts = toRoomMs(entry.ts);
  const isRelay = entry.from === RELAY_AUTHOR;
  const sealed = isRelay ? undefined : decodeBase64Url(entry.body);
  const hash = await contentHashOf(crypto, sealed ?? utf8(entry.body));
  if (isRelay) {
    note(opening, entry, hash);
    return { seq, ts, id, device: SEQUENCER, body: decodeLeft(entry.body) };
  }
  const read = await readEntry(reader, sealed, id);
  if (!read.ok) {
    note(opening, entry, hash);
    return { seq, ts, id, device: UNVERIFIED, body: refused(read.error) };
  }
  const body = takeVerified(state, read.value);
  note(opening, entry, hash, read.value);
  return { seq, ts, id, device: read.value.device, body };
}

/** Into the chain, with what its author claims of the own log. */
function note(
  { state, views }: Opening,
  { seq, ts }: RelayEntry,
  hash: Bytes,
  envelope?: VerifiedEnvelope,
): void {
  state.opened += 1;
  const view = envelope?.view;
  if (view !== undefined) state.lastHash = hash; // CR39
  const claim = envelope !== undefined && view !== undefined
    ? { device: envelope.device, view, prev: shortHash(envelope.header.prev) }
    : undefined;
  views.take({ seq, ts, hash: shortHash(hash) }, claim);
}

async function readEntry(reader: EnvelopeReader, sealed: Bytes | undefined, id: string) {
  const idBytes = decodeExactly(id, ID_BYTES);
  if (sealed === undefined) return { ok: false, error: "envelope-malformed" } as const;
  if (idBytes === undefined) return { ok: false, error: "id-mismatch" } as const;
  return await reader.read(sealed, PURPOSE_ENTRY, idBytes);
}

/** Registers, counts, and gives the event (CR12 to CR14). */
function takeVerified(state: OpenerState, envelope: VerifiedEnvelope): unknown {
  const { device, page, header, intro } = envelope;
  const pageKey = pageKeyOf(device, page);
  if (header.counter <= (state.pages.get(pageKey) ?? -1)) return refused("counter-replayed");
  const keys = intro === undefined ? state.devices.get(device) : copyKeys(intro);
  assert(keys !== undefined, `Cannot take an entry of ${device}: its keys are unknown`);
  setNewest(state.devices, device, keys, cryptoLimits.devicesMax);
  setNewest(state.pages, pageKey, header.counter, cryptoLimits.pagesMax);
  return takePart(state, envelope);
}

/** A copy: the keys outlive the entry that they came in. */
function copyKeys(intro: { readonly signKey: Bytes; readonly agreeKey: Bytes }) {
  return { signKey: intro.signKey.slice(), agreeKey: intro.agreeKey.slice() };
}

/** The event when `envelope` completes one (CR14). A new event drops the unfinished one. */
function takePart(state: OpenerState, envelope: VerifiedEnvelope): unknown {
  const { device, page, header, slice } = envelope;
  const pending = state.pending.get(device);
  state.pending.delete(device);
  if (header.parts === 1) return readEvent(slice);
  if (header.part === 0) {
    const pieces = [slice.slice()];
    keepPending(state, device, { page, counter: header.counter, parts: header.parts, pieces });
    return part();
  }
  const isNext = pending !== undefined && pending.page === page &&
    pending.parts === header.parts && pending.pieces.length === header.part &&
    pending.counter + header.part === header.counter;
  if (!isNext) return refused("part-out-of-order");
  const grown = { ...pending, pieces: [...pending.pieces, slice.slice()] };
  if (pendingBytes(grown) > cryptoLimits.eventBytesMax) return refused("event-too-large");
  if (header.part + 1 === header.parts) return readEvent(concat(...grown.pieces));
  keepPending(state, device, grown);
  return part();
}

/** Events longest without a new part make room when all that is unfinished grows too big. */
function keepPending(state: OpenerState, device: string, pending: PendingEvent): void {
  setNewest(state.pending, device, pending, cryptoLimits.devicesMax);
  let bytes = 0;
  for (const each of state.pending.values()) bytes += pendingBytes(each);
  for (const [oldest, each] of state.pending) {
    if (bytes <= cryptoLimits.pendingBytesMax) return;
    state.pending.delete(oldest);
    bytes -= pendingBytes(each);
  }
}

/** A device's event, unless it is none or one that only opening makes (CR15). */
function readEvent(bytes: Bytes): unknown {
  const decoded = decodeEventBytes(bytes);
  if (!decoded.ok) return refused(decoded.error);
  const event = decoded.value;
  const kind = typeof event === "object" && event !== null && "kind" in event ? event.kind : "";
  const isReserved = kind === "left" || kind === "part" || kind === "refused";
  return isReserved ? refused("kind-reserved") : event;
}

const part = (): RoomEvent => ({ kind: "part" });
const refused = (reason: string): RoomEvent => ({ kind: "refused", reason });
