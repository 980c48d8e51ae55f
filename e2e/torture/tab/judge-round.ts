/**
 * Judges a room after its browser was killed and started again: by its log, by what waits in the
 * stores and by the screen. Pure.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO4  After SIGKILL of the browser at any moment of a turn, also while it is being repaired,
 *        every persona of it settles once, with an answer; nothing stays in progress.
 *   TO5  What a person sent is in the log once, in order, or, where its Enter had not counted yet,
 *        in the composer; what stood in the composer for `draftKeptMsMax` stands there again.
 */

import type { StoredEntry } from "../../support/room.ts";
import { checkOrder } from "../history.ts";

/** A draft that is older than this is promised; a strict write takes a tenth of it. */
export const draftKeptMsMax = 500;

export interface Sent {
  readonly text: string;
  /** It was seen in the log, on the screen, before the kill. */
  readonly isAcknowledged: boolean;
}

export interface Promised {
  /** Ids of the personas that answer every message. */
  readonly cast: readonly string[];
  /** In the order of sending. */
  readonly sent: readonly Sent[];
  /** What was typed and not sent. */
  readonly draft: { readonly text: string; readonly ageMs: number } | undefined;
}

/** A persona's row on the screen, by its `data-` attributes. */
export interface ScreenRow {
  readonly turn: number;
  readonly persona: string;
  readonly outcome: string;
}

export interface Found {
  /** The room's log as stored, by seq. */
  readonly entries: readonly StoredEntry[];
  /** Inputs that have not ended, and rows of the outbox. */
  readonly inputsLive: number;
  readonly outboxRows: number;
  readonly composer: string;
  readonly rows: readonly ScreenRow[];
}

/** What is wrong, in words; empty when every promise was kept. */
export function judgeRound(promised: Promised, found: Found): readonly string[] {
  const says = found.entries.filter(({ body }) => body.kind === "say");
  return [
    ...judgeLog(found.entries),
    ...judgeSaid(promised, says.map(({ body }) => body.text ?? ""), found.composer),
    ...judgeDraft(promised, found.composer, says),
    ...judgeSettlements(promised.cast, found.entries, says),
    ...judgeScreen(found),
  ];
}

const ANSWERS = ["replied", "silent"];

/** Places and ids of the log itself. */
export function judgeLog(entries: readonly StoredEntry[]): readonly string[] {
  const wrong: string[] = [];
  const ids = new Set<string>();
  for (const [index, { seq, id }] of entries.entries()) {
    if (seq !== index + 1) wrong.push(`log: seq ${seq} stands at place ${index + 1}`);
    if (ids.has(id)) wrong.push(`log: ${id} is there twice`);
    ids.add(id);
  }
  return wrong;
}

function judgeSaid(
  { sent }: Promised,
  said: readonly string[],
  composer: string,
): readonly string[] {
  const texts = sent.map(({ text }) => text);
  const order = checkOrder(texts, said);
  const lost = sent.filter(({ text, isAcknowledged }) =>
    !said.includes(text) && (isAcknowledged || composer !== text)
  );
  return [
    ...lost.map(({ text, isAcknowledged }) =>
      `lost: "${text}" (${isAcknowledged ? "acknowledged" : "sent"})`
    ),
    ...order.doubled.map((text) => `said twice: "${text}"`),
    ...order.reordered.map((text) => `out of order: ${text}`),
    ...said.filter((text) => !texts.includes(text)).map((text) => `nobody sent: "${text}"`),
    ...said.filter((text) => text === composer).map((text) =>
      `in the log and in the composer: "${text}"`
    ),
  ];
}

function judgeDraft(
  { sent, draft }: Promised,
  composer: string,
  says: readonly StoredEntry[],
): readonly string[] {
  const unsaid = sent.map(({ text }) => text)
    .filter((text) => !says.some(({ body }) => body.text === text));
  const allowed = draft === undefined
    ? ["", ...unsaid]
    : draft.ageMs < draftKeptMsMax
    ? [draft.text, "", ...unsaid]
    : [draft.text];
  if (allowed.includes(composer)) return [];
  return [`composer: "${composer}" where "${draft?.text ?? ""}" was`];
}

/** Every persona of `cast` answers each of `says` once. */
export function judgeSettlements(
  cast: readonly string[],
  entries: readonly StoredEntry[],
  says: readonly StoredEntry[],
): readonly string[] {
  const wrong: string[] = [];
  const attempts = new Map<string, number>();
  for (const { seq, body } of entries) {
    if (body.kind !== "settle") continue;
    const key = `${body.turn}/${body.persona}`;
    attempts.set(key, (attempts.get(key) ?? 0) + 1);
    const { outcome } = body;
    if (outcome === undefined || !ANSWERS.includes(outcome.kind)) {
      wrong.push(`settled ${outcome?.kind}: ${key} at ${seq}: ${outcome?.reason ?? "no reason"}`);
    }
    if (repeatsItsBeginning(outcome?.text ?? "")) {
      wrong.push(`half a reply said twice: ${key}: ${outcome?.text}`);
    }
  }
  const owed = new Set(says.flatMap(({ seq }) => cast.map((persona) => `${seq}/${persona}`)));
  for (const [key, count] of attempts) {
    if (count > 1) wrong.push(`settled ${count} times: ${key}`);
    if (!owed.has(key)) wrong.push(`nobody asked for: ${key}`);
  }
  for (const key of owed) if (!attempts.has(key)) wrong.push(`not settled: ${key}`);
  return wrong;
}

/** Long enough that no reply of the starter says it twice by itself. */
const BEGINNING_CHARS = 32;

function repeatsItsBeginning(text: string): boolean {
  const beginning = text.slice(0, BEGINNING_CHARS);
  return beginning.length === BEGINNING_CHARS && text.includes(beginning, 1);
}

function judgeScreen({ entries, rows, inputsLive, outboxRows }: Found): readonly string[] {
  const wrong: string[] = [];
  if (inputsLive > 0) wrong.push(`in progress: ${inputsLive} inputs`);
  if (outboxRows > 0) wrong.push(`in progress: ${outboxRows} rows of the outbox`);
  const settled = new Map(
    entries.flatMap(({ body }) =>
      body.kind === "settle" ? [[`${body.turn}/${body.persona}`, body.outcome?.kind]] : []
    ),
  );
  const shown = new Map<string, number>();
  for (const { turn, persona, outcome } of rows) {
    const key = `${turn}/${persona}`;
    shown.set(key, (shown.get(key) ?? 0) + 1);
    if (outcome !== settled.get(key)) {
      wrong.push(`screen: ${key} is ${outcome}, in the log ${settled.get(key) ?? "open"}`);
    }
  }
  for (const key of settled.keys()) {
    const count = shown.get(key) ?? 0;
    if (count !== 1) wrong.push(`screen: ${key} stands there ${count} times`);
  }
  return wrong;
}
