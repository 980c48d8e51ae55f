/**
 * Policy of all work, as one table: what is decided when an input is admitted, and what it may do
 * in the queue.
 *
 * A turn's input goes by its kind (D43); work off the turns by what it asks for. The decision is
 * stored on the input, and nobody decides it again (study 2.20, lesson 7). Does not own the order
 * (pick.ts).
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG26  What is decided when an input is admitted follows one table and the session's status
 *         then; it is stored on the input and holds for its whole life.
 */

import type {
  AdmissionDecision,
  InputHeader,
  InputKind,
  InputRecord,
  PrivateWork,
} from "../ports/peer-store.ts";

/** What the session does when its input is admitted. */
export type SessionActivity = "idle" | "running" | "paused";

export interface InputPolicy {
  /** Several of one persona and kind become one: the older are deferred into the newest (D20). */
  readonly merges: boolean;
  /** Not begun, it gives way to a newer message of a person (D21). */
  readonly yields: boolean;
  /** Of one that no person's turn asks for. */
  readonly urgency: Urgency;
}

/** Who waits for it: a person, the room's talk, or nobody who looks at it. */
export type Urgency = "directed" | "work" | "ambient";

interface PolicyRow extends Omit<AdmissionDecision, "version" | "wakes"> {
  /** Statuses in which the session is woken. A running one looks again by itself. */
  readonly wakes: readonly SessionActivity[];
  readonly yields: boolean;
  readonly urgency: Urgency;
}

type TurnRow = `turn-${InputKind}`;
type PrivateRow = PrivateWork["kind"] | "event" | "result";

const run: PolicyRow = {
  ...{ apply: "run", wakes: ["idle"], queue: "fifo", consume: "end", records: true },
  ...{ yields: false, urgency: "work" },
};
const turn: PolicyRow = { ...run, wakes: ["idle", "paused"], records: false };

const table: Readonly<Record<TurnRow | PrivateRow, PolicyRow>> = Object.freeze({
  "turn-prompt": { ...turn, queue: "merge", urgency: "directed" },
  "turn-peer": { ...turn, yields: true },
  // A director's vote; it says nothing, so that words owed to a message cannot become one.
  "turn-flow-step": { ...turn, queue: "merge", yields: true },
  // Assignments and stops must be heard, whoever speaks.
  "turn-system": { ...turn, urgency: "directed" },
  "turn-external": { ...turn, urgency: "ambient" },
  "turn-projected": { ...turn, yields: true },
  "task": run,
  "resume": run,
  // One look at the notes is enough, however many came.
  "wake": { ...run, queue: "coalesce" },
  "note": { ...run, apply: "next-run", wakes: [], queue: "none", consume: "accept" },
  "memory": { ...run, queue: "coalesce", urgency: "ambient" },
  "compact": { ...run, queue: "coalesce" },
  // Of a caller: the newest of a key is the one that counts.
  "event": { ...run, queue: "supersede", urgency: "ambient" },
  // A child's result: its note is stored with the acceptance, the look at it is for all of them.
  "result": { ...run, queue: "coalesce" },
});

type PolicyInput = Pick<InputRecord, "kind" | "attempt" | "human" | "work">;

/** The policy of one input. A repeated attempt (`again`) was asked for by name: it never merges. */
export function policyOf(input: PolicyInput): InputPolicy {
  const { queue, yields, urgency } = table[rowOf(input)];
  if (input.work !== undefined) return { merges: false, yields, urgency };
  return {
    merges: queue === "merge" && input.human && input.attempt === 0,
    yields: yields && !input.human,
    urgency: input.human ? "directed" : urgency,
  };
}

/** What a turn's input says of itself: its words are in the room's log, for all to read. */
export function headerOfTurn({ human }: Pick<InputRecord, "human">): InputHeader {
  return {
    origin: { kind: human ? "person" : "room" },
    durability: "durable",
    visibility: { prompt: true, person: true },
  };
}

/** What is decided of a turn's input when it is admitted. Its session is the planner's to wake. */
export function admissionOfTurn(input: Omit<PolicyInput, "work">): AdmissionDecision {
  const { apply, consume, records } = table[`turn-${input.kind}`];
  const queue = policyOf(input).merges ? "merge" : "fifo";
  return { version: 1, apply, wakes: true, queue, consume, records };
}

/** What is decided of private work when it is admitted (LG26). */
export function admissionOfWork(
  input: { readonly kind: InputKind; readonly work: PrivateWork },
  activity: SessionActivity,
): AdmissionDecision {
  const { apply, wakes, queue, consume, records } = table[rowOf(input)];
  return { version: 1, apply, wakes: wakes.includes(activity), queue, consume, records };
}

/** True once people have seen text of it, or it was staged before: it stays in front. */
export function isBegun(input: Pick<InputRecord, "stagedCount" | "partialText">): boolean {
  return input.stagedCount > 0 || input.partialText !== "";
}

/**
 * Where an input stands in the queue (D20): what people have seen begin is finished first. Ambient
 * work that has begun stays ambient, or it would go in front of those it gave way to; so does
 * private work, which nobody in the room sees begin.
 */
export function standingOf(input: InputRecord): "begun" | Urgency {
  const { urgency } = policyOf(input);
  const staysPut = urgency === "ambient" || input.work !== undefined;
  return !staysPut && isBegun(input) ? "begun" : urgency;
}

function rowOf({ kind, work }: Pick<PolicyInput, "kind" | "work">): TurnRow | PrivateRow {
  if (work === undefined) return `turn-${kind}`;
  if (work.kind === "note") return "note";
  if (kind === "external") return "event";
  return kind === "projected" ? "result" : work.kind;
}
