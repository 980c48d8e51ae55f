/**
 * What a person said in a shared room and its log does not have yet (D27), from whichever tab.
 *
 * Owns the pairing of a state with what is not in it: one changes with the other. Does not own the
 * outbox (PeerStore) nor the sending (the leader's link).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY95  A message is unsent from the moment it is in the outbox until the state shown with it has
 *         folded it, whichever tab sends it, also after a reload; never both, never neither.
 */

import { createLatch, type Result } from "#shared/base/mod.ts";
import type { RoomFeed } from "#shared/hosting/mod.ts";
import type { Clock, OutboxRecord, PeerStore, RoomLog, StorageError } from "#shared/ports/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { UnsentMessage } from "../app-client.ts";
import { clientLimits } from "../limits.ts";

export interface Talk {
  readonly state: RoomState;
  readonly unsent: readonly UnsentMessage[];
}

export interface RoomUnsent {
  readonly roomId: string;
  /** The state to show, and what is not in it. */
  talk(): Talk;
  /** Something may have left the outbox without a trace in the log. */
  look(): void;
  /** Follows the outbox and the log until `signal` aborts, then rejects with its reason. */
  run(signal: AbortSignal): Promise<never>;
}

export interface RoomUnsentDeps {
  readonly feed: Pick<RoomFeed, "roomId" | "state" | "subscribe">;
  readonly log: Pick<RoomLog, "read" | "subscribe">;
  readonly store: Pick<PeerStore, "outbox">;
  readonly clock: Pick<Clock, "epochNow">;
  /** The log's id of a part of an entry. */
  readonly entryIdOf: (localId: string, part: number) => Promise<string>;
  /** `talk` may be another. */
  readonly onChange: () => void;
  readonly onProblem: (error: StorageError) => void;
}

/** A message of this person that was seen in the outbox, in its order. */
interface Tracked extends UnsentMessage {
  readonly order: number;
  /** The head when it was first seen. */
  readonly sinceSeq: number;
  /** The log's id of its last part, once it was sealed. */
  readonly sealedId: string | undefined;
}

/** A message of the greatest size, every character escaped, takes six frames. */
const PARTS_MAX = 8;

export function createRoomUnsent(deps: RoomUnsentDeps): RoomUnsent {
  const { feed, log, store } = deps;
  const bell = createLatch();
  let tracked: readonly Tracked[] = [];
  let talk: Talk | undefined;

  /** Looks again; the state shown then has all that was found in the log. */
  const refresh = async (signal: AbortSignal): Promise<Result<unknown, StorageError>> => {
    const rows = await store.outbox(feed.roomId, clientLimits.unsentRowsMax, signal);
    if (!rows.ok) return rows;
    const waiting = track(rows.value.filter(isSay), tracked, feed.state().head, deps.clock);
    if (waiting.length === 0) {
      tracked = [];
      talk = undefined;
      return rows;
    }
    const sinceSeq = Math.min(...waiting.map((one) => one.sinceSeq));
    const found = await findSeqs(log, sinceSeq, signal);
    if (!found.ok) return found;
    const inOutbox = new Set(rows.value.map((row) => row.entry.id));
    const left: { readonly one: Tracked; readonly seq: number }[] = [];
    for (const one of waiting) {
      const seq = await seqOf(one, inOutbox.has(one.id), found.value.seqs, deps);
      if (seq !== undefined) left.push({ one, seq });
    }
    const state = feed.state();
    // The feed is ahead of what was searched: it may show what is still counted as unsent.
    if (state.head > found.value.head) bell.ring();
    const unsent = left.filter(({ seq }) => seq > Math.min(state.head, found.value.head));
    tracked = unsent.map(({ one }) => one);
    if (state.head > found.value.head && tracked.length > 0) return rows;
    talk = tracked.length === 0 ? undefined : { state, unsent: tracked.map(shownOf) };
    return rows;
  };

  return {
    roomId: feed.roomId,
    look: () => bell.ring(),
    talk: () => talk ?? { state: feed.state(), unsent: [] },
    async run(signal) {
      using _hints = log.subscribe(() => bell.ring());
      using _changes = feed.subscribe(() => bell.ring());
      for (;;) {
        const refreshed = await refresh(signal);
        if (refreshed.ok) deps.onChange();
        else deps.onProblem(refreshed.error);
        await bell.wait(signal);
      }
    },
  };
}

const isSay = (row: OutboxRecord): boolean =>
  (row.entry.body as { readonly kind?: unknown } | null)?.kind === "say";

/** What waits, and what was seen waiting and may be on its way into the state. */
function track(
  rows: readonly OutboxRecord[],
  before: readonly Tracked[],
  head: number,
  clock: Pick<Clock, "epochNow">,
): readonly Tracked[] {
  const byId = new Map(before.map((one) => [one.id, one]));
  for (const { entry, order, sealed } of rows) {
    const { text, images, replyTo } = entry.body as Omit<UnsentMessage, "atMs" | "id">;
    const known = byId.get(entry.id) ?? {
      id: entry.id,
      text,
      ...images === undefined ? {} : { images },
      ...replyTo === undefined ? {} : { replyTo },
      atMs: clock.epochNow(),
      order,
      sinceSeq: Math.max(0, head - clientLimits.unsentLookBackEntries),
    };
    byId.set(entry.id, { ...known, sealedId: sealed?.at(-1)?.id });
  }
  return [...byId.values()].toSorted((a, b) => a.order - b.order);
}

const SEARCH_PAGE = 512;

/** Where entries behind `sinceSeq` are, by id, and how far the log goes. */
async function findSeqs(
  log: Pick<RoomLog, "read">,
  sinceSeq: number,
  signal: AbortSignal,
): Promise<
  Result<{ readonly seqs: ReadonlyMap<string, number>; readonly head: number }, StorageError>
> {
  const seqs = new Map<string, number>();
  let head = sinceSeq;
  for (;;) {
    const page = await log.read(head, SEARCH_PAGE, signal);
    if (!page.ok) return page;
    for (const { id, seq } of page.value) seqs.set(id, seq);
    head = page.value.at(-1)?.seq ?? head;
    if (page.value.length < SEARCH_PAGE) return { ok: true, value: { seqs, head } };
  }
}

/** Its place in the log; infinite while it is not there, undefined when it never will be. */
async function seqOf(
  one: Tracked,
  isWaiting: boolean,
  seqs: ReadonlyMap<string, number>,
  deps: RoomUnsentDeps,
): Promise<number | undefined> {
  let seq = one.sealedId === undefined ? undefined : seqs.get(one.sealedId);
  // Perhaps sealed, sent and forgotten between two looks: the last of its parts is its place.
  for (let part = 0; one.sealedId === undefined && part < PARTS_MAX; part += 1) {
    const partSeq = seqs.get(await deps.entryIdOf(one.id, part));
    if (partSeq === undefined) break;
    seq = partSeq;
  }
  return seq ?? (isWaiting ? Infinity : undefined);
}

const shownOf = ({ id, text, atMs, images, replyTo }: Tracked): UnsentMessage => ({
  ...{ id, text, atMs },
  ...images === undefined ? {} : { images },
  ...replyTo === undefined ? {} : { replyTo },
});
