/**
 * Decodes room events: the one place where a log entry's unknown body becomes typed.
 *
 * Rules (shared/SPEC.md, section PR):
 *   PR1  A body that breaks a shape or a limit is refused with its path; it is never repaired.
 *   PR2  A body of an unknown kind is told apart from a malformed one: its reader is too old (D38).
 */

import * as v from "valibot";
import { err, ok, type Result } from "../base/result.ts";
import type { RoomEvent } from "./events.ts";
import { protocolLimits as limits } from "./limits.ts";

export type DecodeError =
  | { readonly kind: "event-unknown"; readonly eventKind: string }
  | { readonly kind: "event-malformed"; readonly path: string; readonly detail: string };

const encoder = new TextEncoder();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const seq = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.idCharsMax));
const ids = (itemsMax: number) => v.pipe(v.array(id), v.maxLength(itemsMax), v.readonly());
const chars = (charsMax: number) => v.pipe(v.string(), v.maxLength(charsMax));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.nameCharsMax));
const text = v.pipe(
  v.string(),
  v.check((value) => encoder.encode(value).length <= limits.textBytesMax, "text is too long"),
);
const someText = v.pipe(text, v.check((value) => value.trim() !== "", "text is empty"));

const recipe = v.object({
  kind: v.picklist(["panel", "addressed"]),
  followUpsMax: v.pipe(count, v.maxValue(limits.followUpsMax)),
});
const card = v.object({
  name,
  gist: chars(limits.gistCharsMax),
  description: chars(limits.descriptionCharsMax),
  greeting: chars(limits.greetingCharsMax),
  hue: v.pipe(count, v.maxValue(359)),
});
const lane = v.object({
  engine: id,
  modelId: id,
  lane: v.picklist(["webgpu", "webgpu-software", "cpu", "unknown"]),
  contextTokens: seq,
  slots: seq,
});
const usage = v.object({
  promptTokens: count,
  cachedTokens: count,
  generatedTokens: count,
  prefillMs: count,
  decodeMs: count,
});
const times = v.object({ queuedMs: count, firstTextMs: count, finishedMs: count });
const reason = chars(limits.reasonCharsMax);
const outcome = v.variant("kind", [
  v.object({ kind: v.literal("replied"), text: someText, finish: v.picklist(["stop", "length"]) }),
  v.object({ kind: v.literal("silent") }),
  v.object({
    kind: v.literal("failed"),
    reason: v.picklist(["engine", "deadline", "attempts", "empty", "prompt-too-long", "model"]),
    detail: reason,
  }),
  v.object({
    kind: v.literal("deferred"),
    reason: v.picklist(["merged", "outranked", "stale", "no-host"]),
    into: v.optional(seq),
  }),
]);
const scope = v.variant("kind", [
  v.object({ kind: v.literal("all") }),
  v.object({ kind: v.literal("turn"), turn: seq }),
  v.object({ kind: v.literal("persona"), turn: seq, persona: id }),
]);
const attemptOf = { turn: seq, persona: id, attempt: count };

const variants = [
  v.object({
    kind: v.literal("genesis"),
    rules: seq,
    roomId: id,
    name,
    recipe,
    checkpoint: v.optional(v.unknown()),
  }),
  v.object({
    kind: v.literal("device"),
    name,
    signKey: v.optional(id),
    sealKey: v.optional(id),
  }),
  v.object({
    kind: v.literal("announce"),
    lanes: v.pipe(v.array(lane), v.maxLength(limits.lanesMax), v.readonly()),
    hostsForOthers: v.boolean(),
  }),
  v.object({ kind: v.literal("left"), device: id }),
  v.object({
    kind: v.literal("persona"),
    persona: id,
    card,
    requirement: v.object({ modelId: v.optional(id), contextTokensMin: count }),
    hosts: v.union([v.literal("any"), ids(limits.allowedHostsMax)]),
    removed: v.boolean(),
  }),
  v.object({ kind: v.literal("assign"), persona: id }),
  v.object({ kind: v.literal("release"), persona: id, assign: seq, reason }),
  v.object({
    kind: v.literal("say"),
    text: someText,
    addressed: ids(limits.addressedMax),
    replyTo: v.optional(seq),
  }),
  v.object({
    kind: v.literal("settle"),
    ...attemptOf,
    assign: seq,
    outcome,
    usage: v.optional(usage),
    times: v.optional(times),
    modelId: v.optional(id),
    lane: v.optional(id),
    seenSeq: count,
    fingerprint: chars(limits.idCharsMax),
  }),
  v.object({ kind: v.literal("partial"), ...attemptOf, assign: seq, text: someText }),
  v.object({ kind: v.literal("stop"), scope }),
  v.object({ kind: v.literal("again"), turn: seq, persona: id }),
  v.object({ kind: v.literal("pick"), ...attemptOf }),
  v.object({ kind: v.literal("edit"), of: seq, text: someText }),
  v.object({ kind: v.literal("rewind"), to: count, expect: seq }),
  v.object({ kind: v.literal("recipe"), recipe }),
  v.object({ kind: v.literal("name"), name }),
  v.object({ kind: v.literal("rules"), rules: seq }),
  v.object({ kind: v.literal("checkpoint"), covers: seq, stateHash: id }),
] as const;

const schema = v.variant("kind", variants);
const kinds = new Set<string>(variants.map((variant) => variant.entries.kind.literal));

/**
 * Types `body`, or says what is wrong with it. Members that the shape does not name are dropped.
 */
export function decodeRoomEvent(body: unknown): Result<RoomEvent, DecodeError> {
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return ok(parsed.output);
  const kind = typeof body === "object" && body !== null && "kind" in body ? body.kind : undefined;
  if (typeof kind === "string" && kind !== "" && !kinds.has(kind)) {
    return err({ kind: "event-unknown", eventKind: kind.slice(0, limits.idCharsMax) }); // PR2
  }
  const issue = parsed.issues[0];
  const path = v.getDotPath(issue) ?? "";
  return err({ kind: "event-malformed", path, detail: issue.message }); // PR1
}
