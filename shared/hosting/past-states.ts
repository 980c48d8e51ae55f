/**
 * States that a feed has been in, so that what others say of the past can be compared (D31).
 *
 * Owns references to a few of them: what is between two is folded again when it is asked for. The
 * oldest is dropped.
 */

import type { RoomLog } from "../ports/room-log.ts";
import { foldEntries } from "../room/fold.ts";
import type { RoomState } from "../room/room-state.ts";
import { hostingLimits as limits } from "./limits.ts";

export interface PastStates {
  /** Takes the next state of the same log. */
  note(state: RoomState): void;
  /** Forgets them all: another log follows. */
  clear(): void;
  /**
   * The state behind entry `seq`; undefined when that is too long ago, or not yet, or needs what is
   * not at hand (SY138).
   */
  at(seq: number, log: RoomLog, signal: AbortSignal): Promise<RoomState | undefined>;
}

export function createPastStates(): PastStates {
  let states: readonly RoomState[] = [];
  return {
    note(state) {
      // The newest takes the place of one that is close behind another.
      const [before, last] = states.slice(-2);
      const isClose = before !== undefined && last !== undefined &&
        last.head - before.head < limits.pastStateEveryEntries;
      states = [...isClose ? states.slice(0, -1) : states, state].slice(-limits.pastStatesMax);
    },
    clear() {
      states = [];
    },
    async at(seq, log, signal) {
      const from = states.findLast((state) => state.head <= seq);
      if (from === undefined || seq - from.head > limits.readEntriesMax) return undefined;
      const page = await log.read(from.head, seq - from.head, signal);
      // Read while the log may have been replaced: then its states are no longer these.
      const isSame = page.ok && states.includes(from) &&
        page.value.every((entry, index) => entry.seq === from.head + index + 1);
      if (!isSame || page.value.length < seq - from.head) return undefined;
      const state = foldEntries(from, page.value);
      return state.earlier?.isMissed === true ? undefined : state;
    },
  };
}
