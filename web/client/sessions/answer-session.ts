/**
 * A session's request as any tab sent it: decoded where it meets the sessions.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY115 A request is decoded by the leader before a session sees it; a malformed one is answered
 *         with the refusal that names the field.
 */

import { ok } from "#shared/base/mod.ts";
import { decodeRequest } from "#shared/session/mod.ts";
import type { PeerAnswer } from "../peer-status.ts";
import type { Sessions } from "#shared/hosting/mod.ts";

/** Aborting cancels the wait; what was accepted stays. */
export async function answerSession(
  sessions: Pick<Sessions, "handle">,
  request: unknown,
  signal: AbortSignal,
): Promise<PeerAnswer> {
  const decoded = decodeRequest(request); // SY115
  const reply = decoded.ok
    ? await sessions.handle(decoded.value, signal)
    : { requestId: decoded.error.requestId, ok: false as const, error: decoded.error.error };
  return ok({ kind: "session-replied", reply });
}
