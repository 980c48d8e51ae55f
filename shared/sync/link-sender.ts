/**
 * Sends a shared room's outbox over one live connection; what healing offers is link-heal.ts.
 *
 * One append is under way at a time: a relay may refuse one and take the next, and an entry that
 * overtook another would break its author's counters for everybody.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY50  A row is sealed once, the sealing stored before it is first sent, and resent unchanged.
 *   SY51  Rows are sent in order, each after the one before was answered.
 *   SY52  A row is forgotten once its last part is mirrored here as it was sealed, whatever the
 *         relay says of it.
 *   SY53  A row that the relay refuses for good is forgotten and reported, with its text; it blocks
 *         nobody.
 *   SY63  A checkpoint is sealed by a fresh sealer, so that its own entries introduce it, and each
 *         of them tells the relay what it covers.
 *   SY69  A row that a full log refuses waits; a checkpoint behind it goes first.
 *   SY165 What a person said is not sent to a room that moved: it waits, to be seen or taken along.
 */

import { createLatch } from "../base/latch.ts";
import { err, ok, type Result } from "../base/result.ts";
import { fitsEvent } from "../crypto/sealer.ts";
import type { OutboxRecord, SealedPart } from "../ports/peer-store.ts";
import type { StorageError } from "../ports/room-log.ts";
import { heal, watchHealing } from "./link-heal.ts";
import type { Intake } from "./link-intake.ts";
import { linkLimits as limits } from "./link-limits.ts";
import {
  type Answer,
  inTime,
  orReplace,
  type OutgoingPart,
  type SenderDeps,
  type SendError,
  type Sending,
} from "./link-sending.ts";
import { coversOf, isCheckpoint } from "./mirrored-entries.ts";

export interface Sender {
  /** The relay answered the append under way. */
  answer(answer: Answer): void;
  /** Entries were mirrored. */
  wakeMirrored(): void;
  /** A row may have been added. */
  wake(): void;
  /** Heals first when needed, then sends until `signal` aborts. */
  run(intake: Intake, onHealed: () => void, signal: AbortSignal): Promise<SendError>;
  /** A reader's part of it: waits until others have healed the log, then until it aborts. */
  watch(intake: Intake, onHealed: () => void, signal: AbortSignal): Promise<SendError>;
}

/** `ask` puts an append on the wire. */
export function createSender(deps: SenderDeps, ask: (part: OutgoingPart) => void): Sender {
  const [bell, replies, mirrored] = [createLatch(), createLatch(), createLatch()];
  let reply: Answer | undefined;
  const newest = (): Answer | undefined => reply;

  const asked = async (part: OutgoingPart, signal: AbortSignal): Promise<Answer> => {
    reply = undefined;
    ask(part);
    for (;;) {
      const answer = newest();
      if (answer !== undefined) return answer;
      await replies.wait(signal);
    }
  };
  /** What the relay says in the end; of what it took, once it is here. */
  const send = async (
    intake: Intake,
    part: OutgoingPart,
    signal: AbortSignal,
    yields = false,
  ): Promise<Result<Answer, SendError>> => {
    for (;;) {
      const answer = await inTime(deps.clock, (inner) => asked(part, inner), signal);
      if (answer === undefined) return err({ kind: "silent" });
      if (answer.kind === "no") {
        if (!answer.retry) return ok(answer);
        await deps.clock.sleep(Math.max(answer.afterMs, limits.retryMsMin), signal);
        if (yields && answer.code === "log-full") return ok(answer);
        continue;
      }
      const isHere = await inTime(deps.clock, async (inner) => {
        while (intake.seq() < answer.seq) await mirrored.wait(inner);
        return true;
      }, signal);
      if (isHere === undefined) return err({ kind: "silent" });
      const found = await intake.isAt(answer.seq, part, signal);
      if (!found.ok) return found;
      const detail = "it has not what it acknowledged"; // SY52
      return found.value ? ok(answer) : err({ kind: "misbehaves", detail });
    }
  };

  return {
    answer(answer) {
      reply = answer;
      replies.ring();
    },
    wakeMirrored: () => mirrored.ring(),
    wake: () => bell.ring(),
    async watch(intake, onHealed, signal) {
      const wasHealing = intake.isHealing();
      const watched = await watchHealing(intake, mirrored, signal);
      if (!watched.ok) return watched.error;
      if (wasHealing) onHealed();
      for (;;) await bell.wait(signal); // A reader sends nothing.
    },
    async run(intake, onHealed, signal) {
      const sending: Sending = {
        ...{ deps, intake, mirrored },
        send: (part, inner, yields) => send(intake, part, inner, yields),
      };
      const wasHealing = intake.isHealing();
      const healed = await heal(sending, signal);
      if (!healed.ok) return healed.error;
      if (wasHealing) onHealed();
      for (let isFull = false;;) {
        const row = await nextRow(sending, isFull, signal);
        if (!row.ok) return row.error;
        deps.onStorageWorks();
        if (row.value === undefined) {
          await bell.wait(signal);
          continue;
        }
        const sent = await sendRow(sending, row.value, signal);
        if (!sent.ok) return sent.error;
        isFull = sent.value === "log-full";
      }
    },
  };
}

async function nextRow(
  { deps, intake }: Sending,
  isFull: boolean,
  signal: AbortSignal,
): Promise<Result<OutboxRecord | undefined, StorageError>> {
  const rowsMax = isFull ? Number.MAX_SAFE_INTEGER : limits.outboxRowsMax;
  const rows = await deps.outbox.outbox(deps.roomId, rowsMax, signal);
  if (!rows.ok) return rows;
  const checkpoint = isFull && rows.value.find(({ entry }) => isCheckpoint(entry.body));
  const row = checkpoint || rows.value[0]; // SY69
  if (row === undefined || !isSaid(row)) return ok(row);
  if (await deps.isClosed?.(intake.seq(), signal) !== true) return ok(row);
  const all = await deps.outbox.outbox(deps.roomId, Number.MAX_SAFE_INTEGER, signal);
  return all.ok ? ok(all.value.find((one) => !isSaid(one))) : all; // SY165
}

const saidKinds: ReadonlySet<unknown> = new Set(["say", "edit", "blob"]);

function isSaid({ entry: { body } }: OutboxRecord): boolean {
  return typeof body === "object" && body !== null && "kind" in body && saidKinds.has(body.kind);
}

async function sendRow(
  { deps, intake, send }: Sending,
  row: OutboxRecord,
  signal: AbortSignal,
): Promise<Result<void | "log-full", SendError>> {
  if (row.sealed === undefined && !fitsEvent(row.entry.body)) { // SY53
    deps.onRefused("too-large", row);
    return await deps.outbox.removeOutbox(row.order, signal);
  }
  const sealed = row.sealed === undefined
    ? await sealRow(deps, intake, row, signal)
    : ok(row.sealed);
  if (!sealed.ok) return sealed;
  const covers = coversOf(row.entry.body, intake.seq());
  for (const [index, part] of sealed.value.entries()) { // SY51
    const more = index < sealed.value.length - 1 && { more: true as const };
    const outgoing = covers === undefined ? part : { ...part, covers, ...more }; // SY63
    const answer = await send(outgoing, signal, index === 0);
    if (!answer.ok) return answer;
    if (answer.value.kind === "no" && answer.value.retry) return ok("log-full"); // SY69
    if (answer.value.kind === "no") { // SY53
      deps.onRefused(answer.value.code, row);
      deps.replaceSealer();
      break;
    }
  }
  return await deps.outbox.removeOutbox(row.order, signal);
}

/** SY50: the stored sealing counts, should another page have been faster; none: it is done with. */
async function sealRow(
  deps: SenderDeps,
  intake: Intake,
  row: OutboxRecord,
  signal: AbortSignal,
): Promise<Result<readonly SealedPart[], StorageError>> {
  if (isCheckpoint(row.entry.body)) deps.replaceSealer(); // SY63
  return await orReplace(deps, async (keep) => {
    const parts = await deps.sealer().seal({
      entryId: row.entry.id,
      event: row.entry.body,
      prev: intake.opener.lastHash(),
      view: intake.opener.view(),
    });
    const stored = await deps.outbox.sealOutbox(row.order, parts, signal);
    if (!stored.ok) return stored;
    const sealed = stored.value?.sealed ?? [];
    if (sealed[0]?.body === parts[0]?.body) keep();
    return ok(sealed);
  });
}
