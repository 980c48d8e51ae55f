/**
 * What comes in over one connection: entries are opened and mirrored with the place behind them.
 *
 * A log that goes on is mirrored batch by batch. A log that was begun anew (another epoch) is held
 * in memory beside the old mirror, until everything only the old one had is in the new one too:
 * then it replaces the mirror in one transaction. A crash before that leaves the old mirror and the
 * old place, and the next connection heals from the start; a re-offered entry keeps its id, so the
 * relay takes it once however often it is offered, and by however many.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY46  What was opened is mirrored together with the place and the opener's state behind it.
 *   SY47  Of a new epoch nothing replaces the mirror before everything the mirror had is in it, as
 *         it was: the same sealing under the same id. What differs ends the connection.
 *   SY48  What is offered again keeps its id, its author, its sealing and the old order; for a
 *         `left` of the old log stands a placeholder, so that seqs keep their meaning.
 *   SY49  A log whose beginning was trimmed is not taken for a whole one; a new epoch of which
 *         the beginning is gone is refused.
 *   SY66  What is left of a trimmed log is held, within limits, up to its head; nothing of it is
 *         mirrored before a checkpoint in it was found (link-join.ts).
 *   CR41  A fork that only an ephemeral told is stored with the place of the log.
 *   SY59  An entry whose id stands twice in a log, or has no canonical form, ends the connection.
 */

import { assert } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import { decodeExactly } from "../crypto/base64url.ts";
import { checkOpenerState } from "../crypto/opener-state.ts";
import { createOpener, type Opener } from "../crypto/opener.ts";
import { ID_BYTES, type RoomKeys } from "../crypto/room-keys.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Log } from "../ports/log.ts";
import type { SealedPart } from "../ports/peer-store.ts";
import type { LogEntry, StorageError } from "../ports/room-log.ts";
import type {
  MirroredEntry,
  MirrorError,
  SharedRoomStore,
  SyncPosition,
} from "../ports/shared-room-store.ts";
import { type Cursor, RELAY_AUTHOR, type RelayEntry } from "../protocol/relay-frames.ts";
import { coversOf, isSame, isVoid, PLACEHOLDER_REASON, refusalOf } from "./mirrored-entries.ts";
import { joinByCheckpoint } from "./link-join.ts";
import { linkLimits as limits } from "./link-limits.ts";
import type { LinkEffect } from "./link-session.ts";

export interface IntakeDeps {
  readonly roomId: string;
  readonly room: RoomKeys;
  readonly crypto: Crypto;
  readonly store: SharedRoomStore;
  readonly trace: Log;
  readonly onRefused: (seq: number, reason: string) => void;
}

export type IntakeError =
  | MirrorError
  | HealError
  | { readonly kind: "history-trimmed" }
  | { readonly kind: "epoch-too-large" }
  | { readonly kind: "id-malformed" };

/** `history-changed`: a new epoch has something else under an id of the old one. */
export type HealError = StorageError | { readonly kind: "history-changed" };

/** An entry of the old epoch that the new one lacks; a `left` is offered without its body. */
export interface HealOffer {
  readonly id: string;
  readonly author: string;
  readonly body: string | undefined;
  /** Of a checkpoint: what the relay may trim by. */
  readonly covers: number | undefined;
}

export interface Intake {
  readonly cursor: Cursor | undefined;
  readonly opener: Opener;
  /** Stores what an ephemeral told of forks; behind a new epoch it is stored with that. */
  keepForks(signal: AbortSignal): Promise<Result<void, IntakeError>>;
  /** Seq of the newest entry taken in. */
  seq(): number;
  /** The newest mirrored entry and the opener's state exactly there. */
  place(): { readonly seq: number; readonly opener: string } | undefined;
  begin(joined: Extract<LinkEffect, { kind: "joined" }>): Result<void, IntakeError>;
  take(
    entries: readonly RelayEntry[],
    mac: string,
    signal: AbortSignal,
  ): Promise<Result<void, IntakeError>>;
  /** Everything up to the head at the join is here: what is left of a trimmed log is founded. */
  finishJoining(signal: AbortSignal): Promise<Result<void, IntakeError>>;
  /** Whether the entry at `seq`, which was taken in, is this one. */
  isAt(seq: number, part: SealedPart, signal: AbortSignal): Promise<Result<boolean, StorageError>>;
  /** True while the old mirror waits for its replacement. */
  isHealing(): boolean;
  /** False for a mirror behind a foundation: it cannot bring back what was before (SY70). */
  beginsWithLog(signal: AbortSignal): Promise<Result<boolean, StorageError>>;
  /** The first entry, in the old order, that the new epoch still lacks. */
  nextOffer(signal: AbortSignal): Promise<Result<HealOffer | undefined, HealError>>;
  /** Whether the new epoch has everything that was said; what stood for nothing may be gone. */
  isWhole(signal: AbortSignal): Promise<Result<boolean, HealError>>;
  /** Nothing is left to offer: the new epoch takes the mirror's place. */
  finishHealing(signal: AbortSignal): Promise<Result<void, StorageError>>;
}

/** Starts from the stored place. */
export async function createIntake(
  deps: IntakeDeps,
  signal: AbortSignal,
): Promise<Result<Intake, StorageError>> {
  const stored = await deps.store.position(deps.roomId, signal);
  if (!stored.ok) return stored;
  const position = stored.value;
  const isUsable = position !== undefined && position.seq > 0 &&
    checkOpenerState(position.opener, deps.room.roomId).ok;
  return ok(new RoomIntake(deps, position, isUsable));
}

class RoomIntake implements Intake {
  readonly cursor: Cursor | undefined;
  opener: Opener;
  readonly #deps: IntakeDeps;
  readonly #hasMirror: boolean;
  #epoch = "";
  #seq: number;
  #mac = "";
  #place: { readonly seq: number; readonly opener: string } | undefined;
  /** What is left of a trimmed log, until it is whole up to the head at the join. */
  #held: RelayEntry[] | undefined;
  readonly #heldIds = new Set<string>();
  #heldBytes = 0;
  /** The new epoch's log while healing. */
  #staged: MirroredEntry[] | undefined;
  readonly #stagedById = new Map<string, MirroredEntry>();
  #stagedBytes = 0;
  /** What the new epoch still lacks, in the old order; undefined until it was looked up. */
  #missing: Map<string, MirroredEntry> | undefined;
  /** Taking in and the end of healing: neither sees half of the other (SY46, SY47). */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: IntakeDeps, position: SyncPosition | undefined, isUsable: boolean) {
    this.#deps = deps;
    this.#hasMirror = position !== undefined;
    this.#seq = position?.seq ?? 0;
    this.#mac = position?.mac ?? "";
    this.#place = isUsable ? position : undefined;
    this.cursor = isUsable && position !== undefined
      ? { epoch: position.epoch, seq: position.seq, mac: position.mac }
      : undefined;
    const saved = isUsable ? position?.opener : undefined;
    this.opener = createOpener(deps.crypto, deps.room, saved, { epoch: position?.epoch });
  }

  seq(): number {
    return this.#seq;
  }

  place(): { readonly seq: number; readonly opener: string } | undefined {
    return this.#place;
  }

  begin(joined: Extract<LinkEffect, { kind: "joined" }>): Result<void, IntakeError> {
    const { epoch, recovered, reason, floor } = joined;
    this.#epoch = epoch;
    if (recovered) return ok(undefined);
    this.#place = undefined;
    const history = { epoch, found: this.opener.found() };
    this.opener = createOpener(this.#deps.crypto, this.#deps.room, undefined, history);
    this.#seq = floor - 1;
    if (floor > 1) {
      if (reason === "epoch" || reason === "ahead") return err({ kind: "history-trimmed" }); // SY49
      this.#held = []; // SY66
    } else if (this.#hasMirror) this.#staged = [];
    return ok(undefined);
  }

  take(
    entries: readonly RelayEntry[],
    mac: string,
    signal: AbortSignal,
  ): Promise<Result<void, IntakeError>> {
    return this.#inTurn(() => this.#take(entries, mac, signal));
  }

  finishHealing(signal: AbortSignal): Promise<Result<void, StorageError>> {
    return this.#inTurn(() => this.#finishHealing(signal));
  }

  keepForks(signal: AbortSignal): Promise<Result<void, IntakeError>> { // CR41
    return this.#inTurn(async () => {
      if (this.#place === undefined) return ok(undefined);
      // In line with entries, so that the opener is exactly behind the newest mirrored one (SY46).
      const behind = { seq: this.#seq, mac: this.#mac, opener: this.opener.state() };
      const position = { epoch: this.#epoch, ...behind };
      const stored = await this.#deps.store.mirror(this.#deps.roomId, [], position, signal);
      if (stored.ok) this.#place = position;
      return stored;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    // Absorbed here only: the caller has the same rejection.
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #take(
    entries: readonly RelayEntry[],
    mac: string,
    signal: AbortSignal,
  ): Promise<Result<void, IntakeError>> {
    const isCanonical = entries.every(({ id }) => decodeExactly(id, ID_BYTES) !== undefined);
    if (!isCanonical) return err({ kind: "id-malformed" });
    const seq = entries.at(-1)?.seq ?? this.#seq;
    const taken = this.#held === undefined
      ? await this.#open(entries, { seq, mac }, signal)
      : this.#hold(this.#held, entries);
    if (!taken.ok) return taken;
    this.#seq = seq;
    this.#mac = mac;
    return ok(undefined);
  }

  async #open(
    entries: readonly RelayEntry[],
    behind: { readonly seq: number; readonly mac: string },
    signal: AbortSignal,
  ): Promise<Result<void, IntakeError>> {
    const { roomId, store } = this.#deps;
    const opened: MirroredEntry[] = [];
    for (const raw of entries) {
      const entry = await this.opener.open(raw);
      this.#noteRefusal(entry);
      opened.push({ entry, sealed: raw.body, from: raw.from });
    }
    if (this.#staged !== undefined) return this.#stage(this.#staged, opened);
    const position = { epoch: this.#epoch, ...behind, opener: this.opener.state() };
    const stored = await store.mirror(roomId, opened, position, signal); // SY46
    if (stored.ok) this.#place = position;
    return stored;
  }

  #hold(held: RelayEntry[], added: readonly RelayEntry[]): Result<void, IntakeError> {
    for (const one of added) {
      if (this.#heldIds.has(one.id)) return err({ kind: "entry-repeated" }); // SY59
      this.#heldIds.add(one.id);
      this.#heldBytes += one.body.length;
      held.push(one);
    }
    const isTooLarge = held.length > limits.healEntriesMax ||
      this.#heldBytes > limits.healBytesMax;
    return isTooLarge ? err({ kind: "epoch-too-large" }) : ok(undefined);
  }

  async finishJoining(signal: AbortSignal): Promise<Result<void, IntakeError>> {
    if (this.#held === undefined) return ok(undefined);
    const { roomId, store } = this.#deps;
    const history = { epoch: this.#epoch, found: this.opener.found() };
    const joined = await joinByCheckpoint({ ...this.#deps, history }, this.#held, signal);
    if (joined === undefined) return err({ kind: "history-trimmed" });
    const { foundation, entries, opener } = joined;
    const place = { epoch: this.#epoch, seq: this.#seq, mac: this.#mac, opener: opener.state() };
    const stored = await store.found(roomId, foundation, entries, place, signal);
    if (!stored.ok) return stored;
    for (const { entry } of entries) this.#noteRefusal(entry);
    this.opener = opener;
    this.#place = place;
    this.#held = undefined;
    this.#heldIds.clear();
    return ok(undefined);
  }

  #noteRefusal({ seq, body }: LogEntry): void {
    const reason = refusalOf(body);
    // What a placeholder of healing opens to (SY48).
    if (reason !== undefined && reason !== PLACEHOLDER_REASON) this.#deps.onRefused(seq, reason);
  }

  #stage(log: MirroredEntry[], added: readonly MirroredEntry[]): Result<void, IntakeError> {
    for (const one of added) {
      const { id } = one.entry;
      if (this.#stagedById.has(id)) return err({ kind: "entry-repeated" }); // SY59
      const old = this.#missing?.get(id);
      if (old !== undefined && !isSame(old, one)) return err({ kind: "history-changed" });
      this.#missing?.delete(id);
      this.#stagedById.set(id, one);
      log.push(one);
    }
    this.#stagedBytes += added.reduce((bytes, { sealed }) => bytes + sealed.length, 0);
    const isTooLarge = log.length > limits.healEntriesMax ||
      this.#stagedBytes > limits.healBytesMax;
    return isTooLarge ? err({ kind: "epoch-too-large" }) : ok(undefined);
  }

  async isAt(
    seq: number,
    part: SealedPart,
    signal: AbortSignal,
  ): Promise<Result<boolean, StorageError>> {
    const { store, roomId } = this.#deps;
    const found = this.#staged === undefined
      ? await store.mirrored(roomId, seq - 1, 1, signal)
      : ok(this.#staged.slice(seq - 1, seq));
    if (!found.ok) return found;
    const [one] = found.value;
    return ok(one?.entry.id === part.id && one.sealed === part.body);
  }

  isHealing(): boolean {
    return this.#staged !== undefined;
  }

  async nextOffer(signal: AbortSignal): Promise<Result<HealOffer | undefined, HealError>> {
    const missing = await this.#findMissing(signal);
    if (!missing.ok) return missing;
    const [first] = missing.value.values();
    if (first === undefined) return ok(undefined);
    const { entry, from, sealed } = first;
    const body = from === RELAY_AUTHOR ? undefined : sealed;
    return ok({ id: entry.id, author: from, body, covers: coversOf(entry.body, this.#seq) });
  }

  async beginsWithLog(signal: AbortSignal): Promise<Result<boolean, StorageError>> {
    const first = await this.#deps.store.mirrored(this.#deps.roomId, 0, 1, signal);
    return first.ok ? ok((first.value[0]?.entry.seq ?? 1) === 1) : first;
  }

  async isWhole(signal: AbortSignal): Promise<Result<boolean, HealError>> {
    const missing = await this.#findMissing(signal);
    return missing.ok ? ok([...missing.value.values()].every(isVoid)) : missing;
  }

  async #findMissing(
    signal: AbortSignal,
  ): Promise<Result<Map<string, MirroredEntry>, HealError>> {
    if (this.#missing !== undefined) return ok(this.#missing);
    const missing = new Map<string, MirroredEntry>();
    for (let after = 0;;) {
      const { store, roomId } = this.#deps;
      const page = await store.mirrored(roomId, after, limits.mirrorEntriesMax, signal);
      if (!page.ok) return page;
      for (const one of page.value) {
        const staged = this.#stagedById.get(one.entry.id);
        if (staged === undefined) missing.set(one.entry.id, one);
        else if (!isSame(one, staged)) return err({ kind: "history-changed" }); // SY47
      }
      const last = page.value.at(-1);
      if (last !== undefined && page.value.length === limits.mirrorEntriesMax) {
        after = last.entry.seq;
        continue;
      }
      // What came in while this was being read; it was not compared then.
      for (const [id, old] of missing) {
        const staged = this.#stagedById.get(id);
        if (staged === undefined) continue;
        if (!isSame(old, staged)) return err({ kind: "history-changed" });
        missing.delete(id);
      }
      this.#missing = missing;
      return ok(missing);
    }
  }

  async #finishHealing(signal: AbortSignal): Promise<Result<void, StorageError>> {
    const staged = this.#staged;
    assert(staged !== undefined, "Cannot finish healing: nothing is being healed");
    const opener = this.opener.state();
    const position = { epoch: this.#epoch, seq: this.#seq, mac: this.#mac, opener };
    const { store, roomId } = this.#deps;
    const replaced = await store.replaceEpoch(roomId, staged, position, signal); // SY47
    if (!replaced.ok) return replaced;
    this.#staged = undefined;
    this.#place = position;
    return replaced;
  }
}
