/**
 * Permission asks: the calls that wait for a person's word.
 *
 * Owns who is asked about what, and the waiting. Does not own the rules (permissions.ts) nor what
 * is stored of an answer (runs/). A run that is paused or that crashed while it waits asks again
 * under the same `callId`: nothing of the call has run.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC96  A call that a person is asked about waits for the answer, at most `askMsMax`, then it is
 *         denied and says why. The first answer counts; another one finds nothing to answer.
 *   SC97  Every ask that was told is told to be over, however its wait ends.
 */

import { assert } from "../../base/assert.ts";
import { raceFirst } from "../../base/race.ts";
import type { Clock } from "../../ports/clock.ts";
import type { PermissionAsk, SessionEvent } from "../control/events.ts";
import type { ToolLimits } from "./limits.ts";
import type { PermissionDecision } from "./tool.ts";

export type PersonsWord = Exclude<PermissionDecision, "ask">;

export interface AskEnd {
  readonly decision: PersonsWord;
  /** `default`: nobody answered. */
  readonly by: "person" | "default";
}

export interface PermissionAsks {
  /** Asks people and waits. Aborting cancels the wait; the ask is over then. */
  ask(asked: Omit<PermissionAsk, "askedAt">, signal: AbortSignal): Promise<AskEnd>;
  /** False when no such call waits. */
  answer(callId: string, decision: PersonsWord): boolean;
}

export function createPermissionAsks(deps: {
  readonly clock: Clock;
  readonly limits: ToolLimits;
  readonly publish: (event: SessionEvent) => void;
}): PermissionAsks {
  const { clock, limits, publish } = deps;
  const waiting = new Map<string, (decision: PersonsWord) => void>();
  return {
    async ask(asked, signal) {
      const { callId } = asked;
      assert(!waiting.has(callId), `Cannot ask about call ${callId}: it is asked about already`);
      signal.throwIfAborted();
      const answered = new Promise<PersonsWord>((resolve) => waiting.set(callId, resolve));
      publish({ kind: "ask", ask: { ...asked, askedAt: clock.epochNow() } });
      try {
        return await raceFirst<AskEnd>([
          async () => ({ decision: await answered, by: "person" }),
          async (inner) => {
            await clock.sleep(limits.askMsMax, inner);
            return { decision: "deny", by: "default" };
          },
        ], signal);
      } finally {
        waiting.delete(callId);
        publish({ kind: "ask-over", callId }); // SC97
      }
    },
    answer(callId, decision) {
      const resolve = waiting.get(callId);
      waiting.delete(callId); // SC96
      resolve?.(decision);
      return resolve !== undefined;
    },
  };
}
