/**
 * What one entry of a session's log is in the store, and back.
 *
 * Owns the stored form: `{ v, at, ...body }`, plain JSON, absent as null. Does not own the rows.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC31  What cannot be read, damaged or of a newer version, is kept, shown as unreadable and
 *         skipped; what comes behind it counts.
 *   SC32  What was encoded is read back as it was; decoding never throws.
 */

import * as v from "valibot";
import { assert } from "../../base/assert.ts";
import { type EpochMs, toEpochMs } from "../../base/brands.ts";
import { segmentLimits as limits } from "./limits.ts";
import { SEGMENT_VERSION, type SegmentBody, type SegmentEntry } from "./segments.ts";

/** An entry without its index, which the store gives. */
export type StoredSegment = Omit<SegmentEntry, "index">;

/**
 * The stored form of `body`, made at `at`. A body that could not be read back is a defect: texts
 * are cut and arguments checked where they come in.
 */
export function encodeSegment(body: SegmentBody, at: EpochMs): unknown {
  const frame = { v: SEGMENT_VERSION, at: Math.round(at) };
  const stored = body.kind === "memory"
    ? { ...frame, ...body, note: { ...body.note, text: body.note.text ?? null } }
    : { ...frame, ...body };
  const read = decodeSegment(stored).body;
  assert(
    read.kind !== "unreadable",
    `Cannot store a segment "${body.kind}": ${read.kind === "unreadable" ? read.detail : ""}`,
  );
  return stored;
}

/** Types what the store has; whatever is wrong with it makes it `unreadable` (SC31). */
export function decodeSegment(stored: unknown): StoredSegment {
  const frame = v.safeParse(frameSchema, stored);
  if (!frame.success) return unreadable(0, "no segment");
  const { v: version, at } = frame.output;
  if (version !== SEGMENT_VERSION) return unreadable(at, `version ${version}`);
  const chars = charsIn(stored);
  if (chars > limits.entryCharsMax) return unreadable(at, `${chars} characters`);
  const body = v.safeParse(bodySchema, stored);
  if (body.success) return { at: toEpochMs(at), body: body.output };
  const issue = body.issues[0];
  const detail = `${v.getDotPath(issue) ?? ""}: ${issue.message}`;
  return unreadable(at, detail.slice(0, limits.idCharsMax));
}

function unreadable(at: number, detail: string): StoredSegment {
  return { at: toEpochMs(at), body: { kind: "unreadable", detail } };
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A seq of the room, or a negative place of the log before an import. */
const place = v.pipe(v.number(), v.safeInteger());
const id = v.pipe(v.string(), v.maxLength(limits.idCharsMax));
const text = v.string();
const job = v.picklist(["extract", "consolidate", "fold"]);

const frameSchema = v.object({ v: count, at: count });

const cause = v.variant("kind", [
  v.object({ kind: v.literal("turn"), turn: place, attempt: count }),
  v.object({ kind: v.literal("task") }),
  v.object({ kind: v.literal("notes") }),
  v.object({ kind: v.literal("resume"), of: id }),
  v.object({ kind: v.literal("memory"), job }),
]);
const result = v.variant("kind", [
  v.object({ kind: v.literal("finished") }),
  v.object({ kind: v.literal("paused") }),
  v.object({ kind: v.literal("limit-reached"), limit: v.picklist(["steps", "tokens", "time"]) }),
  v.object({ kind: v.literal("rolled-back"), text }),
  v.object({ kind: v.literal("cancelled") }),
  v.object({ kind: v.literal("failed"), reason: id, detail: text }),
]);
const note = v.pipe(
  v.object({
    id,
    text: v.nullable(text),
    stage: v.picklist(["staged", "kept"]),
    seqs: v.pipe(v.array(place), v.readonly()),
    by: v.picklist(["persona", "person", "job"]),
  }),
  v.transform((stored) => ({ ...stored, text: stored.text ?? undefined })),
);
const child = v.variant("kind", [
  v.object({ kind: v.literal("spawned"), child: id, task: text }),
  v.object({
    kind: v.literal("ended"),
    child: id,
    result,
    runId: v.optional(id),
    text: v.optional(text),
  }),
  v.object({ kind: v.literal("stopped"), child: id, reason: text }),
]);
const args = v.custom<Readonly<Record<string, unknown>>>(
  (value) => isRecord(value) && isJson(value, limits.argsDepthMax),
  "not plain data",
);

const bodySchema = v.variant("kind", [
  v.object({
    kind: v.literal("run-start"),
    runId: id,
    cause,
    readTo: v.optional(count),
  }),
  v.object({ kind: v.literal("asked"), runId: id, from: id, text }),
  v.object({
    kind: v.literal("note"),
    noteId: id,
    from: id,
    text,
    correlationId: v.optional(id),
  }),
  v.object({ kind: v.literal("call"), runId: id, callId: id, tool: id, args }),
  v.object({
    kind: v.literal("permission"),
    callId: id,
    decision: v.picklist(["allow", "deny", "ask"]),
    by: v.picklist(["rule", "person", "default"]),
  }),
  v.object({ kind: v.literal("result"), callId: id, isError: v.boolean(), text }),
  v.object({
    kind: v.literal("said"),
    runId: id,
    text,
    isPartial: v.optional(v.literal(true)),
  }),
  v.object({
    kind: v.literal("settled"),
    runId: id,
    turn: place,
    attempt: count,
    outcome: id,
    seenSeq: count,
  }),
  v.object({
    kind: v.literal("usage"),
    runId: id,
    promptTokens: count,
    cachedTokens: count,
    generatedTokens: count,
  }),
  v.object({ kind: v.literal("run-end"), runId: id, result }),
  v.object({ kind: v.literal("memory"), note }),
  v.object({ kind: v.literal("extracted"), upToSeq: count }),
  v.object({ kind: v.literal("summary"), below: count, text }),
  v.object({ kind: v.literal("rewound"), to: count }),
  v.object({ kind: v.literal("child"), event: child }),
]);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJson(value: unknown, depthMax: number): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depthMax === 0) return false;
  return Object.values(value).every((member) => isJson(member, depthMax - 1));
}

/** Characters of every text in plain data, names of members included. */
function charsIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + 8 + charsIn(one), 0);
  return Object.entries(value).reduce((sum, [name, one]) => sum + name.length + charsIn(one), 0);
}
