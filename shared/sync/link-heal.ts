/**
 * Healing: brings to a relay's new epoch what only the old one had, before anything else is sent.
 *
 * Whoever may write offers what is missing; a reader waits for one who may. Nothing is given up: a
 * relay that will not take its history back keeps the old mirror in its place.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY60  A reader keeps what it has until a new epoch has all that was said in it.
 *   SY70  A mirror that begins behind a foundation brings nothing to a new epoch: without what was
 *         before, it would mean something else. It waits for one that begins with the log.
 *   SY61  A relay that refuses its own history for good is left, and the mirror stays.
 */

import type { Latch } from "../base/latch.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { HealError, Intake } from "./link-intake.ts";
import { type Answer, inTime, orReplace, type SendError, type Sending } from "./link-sending.ts";

export const HISTORY_CHANGED = "another history under the same ids";

/** Offers what only the old epoch had, in its order, then lets the new one take its place. */
export async function heal(
  sending: Sending,
  signal: AbortSignal,
): Promise<Result<void, SendError>> {
  const { deps, intake, mirrored } = sending;
  if (!intake.isHealing()) return ok(undefined);
  const begins = await intake.beginsWithLog(signal);
  if (!begins.ok) return begins;
  if (!begins.value) return await watchHealing(intake, mirrored, signal); // SY70
  for (;;) {
    const offer = named(await intake.nextOffer(signal));
    if (!offer.ok) return offer;
    if (offer.value === undefined) return await intake.finishHealing(signal);
    const { id, author, body, covers } = offer.value;
    const answer = body === undefined
      ? await offerPlaceholder(sending, id, signal)
      : await sending.send({ id, body, author, ...(covers && { covers }) }, signal);
    if (!answer.ok) return answer;
    if (answer.value.kind === "ok") continue;
    // A placeholder in `conflict`: another member has put its own there, which is on its way.
    if (body !== undefined || answer.value.code !== "conflict") { // SY61
      return err({ kind: "misbehaves", detail: `it refuses its history: ${answer.value.code}` });
    }
    const isHere = await inTime(deps.clock, async (inner) => {
      for (;;) {
        const next = await intake.nextOffer(inner);
        if (!next.ok || next.value?.id !== id) return true;
        await mirrored.wait(inner);
      }
    }, signal);
    if (isHere === undefined) return err({ kind: "silent" });
  }
}

/** SY60: resolves when the new epoch has taken the mirror's place, by the work of others. */
export async function watchHealing(
  intake: Intake,
  mirrored: Latch,
  signal: AbortSignal,
): Promise<Result<void, SendError>> {
  if (!intake.isHealing()) return ok(undefined);
  for (;;) {
    const whole = named(await intake.isWhole(signal));
    if (!whole.ok) return whole;
    if (whole.value) return await intake.finishHealing(signal);
    await mirrored.wait(signal);
  }
}

function named<T>(result: Result<T, HealError>): Result<T, SendError> {
  if (result.ok) return result;
  const { error } = result;
  return error.kind === "history-changed"
    ? err({ kind: "misbehaves", detail: HISTORY_CHANGED })
    : err(error);
}

async function offerPlaceholder(
  { deps, intake, send }: Sending,
  id: string,
  signal: AbortSignal,
): Promise<Result<Answer, SendError>> {
  // It stands before the entry that introduced this page in the old epoch.
  deps.replaceSealer();
  return await orReplace(deps, async (keep) => {
    const [part] = await deps.sealer().seal({
      entryId: id,
      event: { kind: "part" },
      prev: intake.opener.lastHash(),
      view: intake.opener.view(),
      relayId: id,
    });
    if (part === undefined) throw new Error("Cannot offer a placeholder: it sealed to nothing");
    const answer = await send(part, signal);
    if (answer.ok && answer.value.kind === "ok") keep();
    return answer;
  });
}
