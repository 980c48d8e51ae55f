/**
 * Answered: which requests are under way, and what the last ones were answered.
 *
 * Owns the memory of answers. Does not own durability: what a request stored is found again by its
 * id in the ledger, also after this memory is gone.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC62  A repeated request gets the first answer again, also while that is still being made; one
 *         that only reads is answered anew. The same id with anything else in it is refused.
 *   SC63  So many requests are under way at once; the next one is refused with that number.
 */

import { canonicalJson } from "../../base/canonical-json.ts";
import { stableKey } from "../../base/stable-key.ts";
import type { ControlLimits } from "./limits.ts";
import type { SessionRefusal, SessionReply, SessionRequest } from "./requests.ts";

export interface Answered {
  /**
   * Answers by `make`, or as it was answered before. `make` is called before this returns, or not
   * at all.
   */
  answer(request: SessionRequest, make: () => Promise<SessionReply>): Promise<SessionReply>;
  /** Requests under way. */
  readonly open: number;
}

const READS: ReadonlySet<SessionRequest["call"]["method"]> = new Set([
  "list-rewind-targets",
  "list-completions",
  "list-visible",
  "inspect",
]);

export function createAnswered(limits: ControlLimits): Answered {
  const known = new Map<string, { readonly body: string; reply?: Promise<SessionReply> }>();
  let open = 0;

  const forgetOldest = (): void => {
    const oldest = known.keys().next();
    if (known.size > limits.answersMax && oldest.done !== true) known.delete(oldest.value);
  };

  return {
    get open() {
      return open;
    },
    answer(request, make) {
      const { requestId, call } = request;
      const body = stableKey([canonicalJson(request)]);
      const before = known.get(requestId);
      if (before !== undefined && before.body !== body) { // SC62
        return Promise.resolve(refusal(requestId, { kind: "request-repeated", requestId }));
      }
      if (before?.reply !== undefined) return before.reply;
      if (open >= limits.requestsMax) { // SC63
        const { requestsMax } = limits;
        return Promise.resolve(refusal(requestId, { kind: "too-many-requests", requestsMax }));
      }
      open += 1;
      const reply = make().finally(() => open -= 1);
      known.set(requestId, READS.has(call.method) ? { body } : { body, reply });
      forgetOldest();
      // A defect is not an answer: it is told to who asked, and asked again it is tried again.
      reply.catch(() => known.delete(requestId));
      return reply;
    },
  };
}

export function refusal(requestId: string, error: SessionRefusal): SessionReply {
  return { requestId, ok: false, error };
}
