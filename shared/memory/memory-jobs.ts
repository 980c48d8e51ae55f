/**
 * Memory jobs: when what was said is read for things worth keeping, and what becomes of the answer.
 *
 * Owns the decisions and the reading of the model's answer. Does not own the prompt (personas/),
 * the model call (session/) nor when the engine is free (the throughput planner, D12).
 *
 * The two stages, extract then consolidate, are those of the study, part 3.15; unlike there a job
 * is an input of the ledger, so nothing of it is lost with the page.
 *
 * Rules (shared/SPEC.md, section ME):
 *   ME10  A job is due only above its threshold; extraction goes first, and what it read is never
 *         read again, also when nothing came of it.
 *   ME11  Of an answer only lines of a list are notes: within their number and length, each once,
 *         none that is known.
 *   ME12  Consolidation replaces what it read by what it was told, or, when that is nothing or not
 *         shorter, changes nothing and says so.
 *   ME13  What a person wrote or changed is never replaced by a job.
 *   ME14  Notes that fit are recalled: those the newest words are about first, then the newest.
 */

import { err, ok, type Result } from "../base/result.ts";
import { memoryLimits as limits } from "./limits.ts";
import { termsOfLine, termsOfQuery } from "./terms.ts";

/** Something a persona keeps in mind, as the jobs read it. */
export interface Note {
  readonly id: string;
  readonly text: string;
  readonly stage: "staged" | "kept";
  readonly seqs: readonly number[];
  readonly by: "persona" | "person" | "job";
}

export interface JobFacts {
  /** False for a model that follows no instructions, such as the starter. */
  readonly isModelFit: boolean;
  /** The room was read up to here. */
  readonly extractedSeq: number;
  /** Visible lines of the room, ascending by seq. */
  readonly lines: readonly { readonly seq: number; readonly text: string }[];
  readonly notes: readonly Note[];
  /** Failures in a row of each job. */
  readonly failures: Readonly<Record<"extract" | "consolidate", number>>;
}

export type JobDecision =
  | { readonly job: "extract"; readonly fromSeq: number; readonly toSeq: number }
  | { readonly job: "consolidate"; readonly noteIds: readonly string[] }
  | {
    readonly job: "none";
    readonly reason: "model-unfit" | "too-little" | "failed-too-often";
  };

/** What is to be done next, if anything. */
export function decideMemoryJob(facts: JobFacts): JobDecision {
  if (!facts.isModelFit) return { job: "none", reason: "model-unfit" };
  const fresh = facts.lines.filter((line) => line.seq > facts.extractedSeq);
  const chars = fresh.reduce((sum, line) => sum + line.text.length, 0);
  const isExtractDue = fresh.length >= limits.extractFromLines || chars >= limits.extractFromChars;
  const read = fresh.slice(0, limits.extractLinesMax);
  const [first, last] = [read[0], read.at(-1)];
  if (isExtractDue && first !== undefined && last !== undefined) {
    if (facts.failures.extract >= limits.jobFailuresMax) return tooOften;
    return { job: "extract", fromSeq: first.seq, toSeq: last.seq }; // ME10
  }
  const own = facts.notes.filter((note) => note.by !== "person"); // ME13
  const staged = own.filter((note) => note.stage === "staged");
  if (staged.length < limits.consolidateFromNotes && own.length <= limits.notesMax) {
    return { job: "none", reason: "too-little" };
  }
  if (facts.failures.consolidate >= limits.jobFailuresMax) return tooOften;
  return { job: "consolidate", noteIds: own.map((note) => note.id) };
}

const tooOften: JobDecision = { job: "none", reason: "failed-too-often" };

/** The notes in a model's answer: its list lines, without those that are known (ME11). */
export function readNotes(
  answer: string,
  known: readonly Pick<Note, "text">[],
  notesMax: number,
): readonly string[] {
  const seen = new Set(known.map((note) => sameness(note.text)));
  const notes: string[] = [];
  for (const line of answer.split("\n")) {
    const item = /^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+(.+)$/u.exec(line)?.[1]?.trim();
    if (item === undefined || /^(none|nothing)\W*$/iu.test(item)) continue;
    const text = wholeChars(item, limits.noteCharsMax);
    const key = sameness(text);
    if (key === "" || seen.has(key)) continue;
    seen.add(key);
    notes.push(text);
    if (notes.length === notesMax) break;
  }
  return notes;
}

/** What a consolidation changes. */
export interface NoteChanges {
  readonly keep: readonly string[];
  readonly forgetIds: readonly string[];
}

/** The changes, or why there are none (ME12). */
export function readConsolidation(
  answer: string,
  read: readonly Note[],
): Result<NoteChanges, "empty" | "not-shorter"> {
  const keep = readNotes(answer, [], limits.notesMax);
  if (keep.length === 0) return err("empty");
  const charsOf = (texts: readonly string[]): number =>
    texts.reduce((sum, text) => sum + text.length, 0);
  const isShorter = keep.length <= read.length &&
    charsOf(keep) <= charsOf(read.map((note) => note.text));
  if (!isShorter) return err("not-shorter");
  return ok({ keep, forgetIds: read.map((note) => note.id) });
}

/** The notes for a prompt, the best first (ME14). `newest` is the newest of the talk. */
export function chooseNotes<N extends Note>(
  notes: readonly N[],
  newest: string,
  charsMax: number,
): readonly N[] {
  const asked = new Set(termsOfQuery(newest.slice(0, limits.queryCharsMax)));
  const ranked = notes
    .map((note, index) => ({
      note,
      index,
      met: new Set(termsOfLine(note.text).filter((term) => asked.has(term))).size,
    }))
    .toSorted((a, b) => b.met - a.met || b.index - a.index);
  let chars = 0;
  return ranked.map(({ note }) => note).filter((note) => {
    if (chars + note.text.length > charsMax) return false;
    chars += note.text.length;
    return true;
  });
}

/** Two notes that differ in case, marks and spaces alone say the same. */
function sameness(text: string): string {
  return termsOfLine(text).join(" ");
}

function wholeChars(text: string, charsMax: number): string {
  const cut = text.slice(0, charsMax);
  return /[\ud800-\udbff]$/u.test(cut) ? cut.slice(0, -1) : cut;
}
