/** Every call that this area makes of a PeerStore itself: the one file that follows the port. */

import { toEpochMs } from "../../../shared/base/mod.ts";
import type { InputRecord, PeerStore } from "../../../shared/ports/mod.ts";

const never = new AbortController().signal;
const ROOM = "rm_bench";
const SEGMENTS_MAX = 1_000_000;

/** A tool call with its result, as a session keeps it; about 300 bytes. */
export function segmentBody(position: number): object {
  const words = "the heron stands at the edge of the water and waits ".repeat(4);
  return { kind: "note", position, text: words };
}

/** Ends a live input with its receipt alone, so that the next admission meets none. */
export async function endInput(store: PeerStore, input: InputRecord): Promise<void> {
  check(await store.commitReply({ ...endOf(input), segments: [] }, never));
}

/** Makes ready one append to the log of `persona`; what it resolves to does it, durably. */
export function prepareAppend(
  store: PeerStore,
  persona: string,
  turn: number,
): Promise<() => Promise<void>> {
  const append = { roomId: ROOM, persona, bodies: [segmentBody(turn)] };
  return Promise.resolve(async () => {
    check(await store.appendSegments(append, never));
  });
}

/** The whole log of `persona`; resolves to its length. */
export async function readLog(store: PeerStore, persona: string): Promise<number> {
  return check(await store.segments(ROOM, persona, 0, SEGMENTS_MAX, never)).length;
}

/** Rows as the stores keep them, for filling a long log in one go. */
export function segmentRows(persona: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    ...{ roomId: ROOM, persona, index, body: segmentBody(index) },
  }));
}

function endOf({ id, idempotencyKey }: InputRecord) {
  const at = toEpochMs(1);
  const receipt = { inputId: id, idempotencyKey, outcome: "replied", at };
  return { inputId: id, receipt, phase: "consumed" as const };
}

function check<T>(
  result: { readonly ok: true; readonly value: T } | {
    readonly ok: false;
    readonly error: unknown;
  },
): T {
  if (result.ok) return result.value;
  throw new Error(`The store refused: ${JSON.stringify(result.error)}`);
}
