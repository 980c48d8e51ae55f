/**
 * Keeps one row of one message from "waiting to be sent" to its place in the log.
 *
 * The log's entry has another id than the message had here, so the two are told to be the same by
 * what they are: own messages arrive in the order in which they were sent, with their text.
 */

import type { RoomState } from "#shared/room/mod.ts";
import type { UnsentMessage } from "../../../client/app-client.ts";
import { unsentKey } from "./log-rows.ts";

export interface SentRows {
  /** The log's head up to which messages were matched; undefined before the first view. */
  readonly head: number | undefined;
  /** Waiting, or gone from the outbox and not yet seen in the log. */
  readonly waiting: readonly UnsentMessage[];
  /** Row keys of messages that waited here before, by their seq. */
  readonly keys: ReadonlyMap<number, string>;
}

/** A message that left the outbox but never came (it was refused) is forgotten after so many. */
const WAITING_MAX = 200;

export const NO_SENT_ROWS: SentRows = Object.freeze({
  head: undefined,
  waiting: [],
  keys: new Map(),
});

/** Takes in a new view of the room. */
export function matchSent(
  before: SentRows,
  state: RoomState,
  unsent: readonly UnsentMessage[],
  ownDevice: string,
): SentRows {
  // Nothing to match at first, nor when the log got shorter: the relay began a new one.
  if (before.head === undefined || state.head < before.head) {
    return { head: state.head, waiting: unsent, keys: NO_SENT_ROWS.keys };
  }
  const gone = before.waiting.filter(({ id }) => !unsent.some((each) => each.id === id));
  const waiting = [...gone, ...unsent];
  const keys = new Map(before.keys);
  for (const { seq, text } of ownMessagesSince(state, before.head, ownDevice)) {
    const place = waiting.findIndex((each) => each.text === text);
    const [sent] = place < 0 ? [] : waiting.splice(place, 1);
    if (sent !== undefined) keys.set(seq, unsentKey(sent.id));
  }
  return { head: state.head, waiting: waiting.slice(-WAITING_MAX), keys };
}

/** What still has to be drawn as waiting: not what the log shows already. */
export function stillWaiting(
  unsent: readonly UnsentMessage[],
  { keys }: SentRows,
): readonly UnsentMessage[] {
  if (unsent.length === 0) return unsent;
  const sent = new Set(keys.values());
  return unsent.filter(({ id }) => !sent.has(unsentKey(id)));
}

function ownMessagesSince(state: RoomState, head: number, ownDevice: string) {
  const found = [];
  for (let index = state.messages.length - 1; index >= 0; index--) {
    const message = state.messages[index];
    // An answer given again keeps its old place, so people's newest messages stand at the end.
    if (message === undefined || message.seq <= head) break;
    if (message.kind === "person" && message.author === ownDevice) found.push(message);
  }
  return found.reverse();
}
