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
import {
  blob,
  card,
  chars,
  closed,
  count,
  id,
  ids,
  images,
  lane,
  name,
  outcome,
  place,
  reason,
  recipe,
  seq,
  someText,
  text,
  times,
  usage,
} from "./event-shapes.ts";
import { protocolLimits as limits } from "./limits.ts";

export type DecodeError =
  | { readonly kind: "event-unknown"; readonly eventKind: string }
  | { readonly kind: "event-malformed"; readonly path: string; readonly detail: string };

const scope = v.variant("kind", [
  v.object({ kind: v.literal("all") }),
  v.object({ kind: v.literal("turn"), turn: place }),
  v.object({ kind: v.literal("persona"), turn: place, persona: id }),
]);
const attemptOf = { turn: place, persona: id, attempt: count };

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
    text,
    addressed: ids(limits.addressedMax),
    replyTo: v.optional(place),
    images: v.optional(images),
  }),
  blob,
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
  v.object({ kind: v.literal("again"), turn: place, persona: id }),
  v.object({ kind: v.literal("pick"), ...attemptOf }),
  v.object({ kind: v.literal("edit"), of: place, text: someText }),
  v.object({ kind: v.literal("rewind"), to: place, expect: place }),
  v.object({ kind: v.literal("restore"), rewind: seq }),
  v.object({ kind: v.literal("pin"), of: place, pinned: v.boolean() }),
  v.object({ kind: v.literal("recipe"), recipe }),
  v.object({ kind: v.literal("knowledge"), scope: v.picklist(["everyone", "present"]) }),
  v.object({ kind: v.literal("name"), name }),
  v.object({ kind: v.literal("rules"), rules: seq }),
  v.object({
    kind: v.literal("checkpoint"),
    covers: seq,
    stateHash: id,
    state: chars(limits.checkpointStateCharsMax),
    opener: chars(limits.checkpointOpenerCharsMax),
  }),
  v.object({ kind: v.literal("dispute"), checkpoint: seq, stateHash: id }),
  closed,
  v.object({ kind: v.literal("part") }),
  v.object({ kind: v.literal("refused"), reason }),
] as const;

const schema = v.variant("kind", variants);
const kinds = new Set<string>(variants.map((variant) => variant.entries.kind.literal));

/**
 * Types `body`, or says what is wrong with it. Members that the shape does not name are dropped.
 */
export function decodeRoomEvent(body: unknown): Result<RoomEvent, DecodeError> {
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return checkSaid(parsed.output);
  const kind = typeof body === "object" && body !== null && "kind" in body ? body.kind : undefined;
  if (typeof kind === "string" && kind !== "" && !kinds.has(kind)) {
    return err({ kind: "event-unknown", eventKind: kind.slice(0, limits.idCharsMax) }); // PR2
  }
  const issue = parsed.issues[0];
  const path = v.getDotPath(issue) ?? "";
  return err({ kind: "event-malformed", path, detail: issue.message }); // PR1
}

/** Images may stand without words. */
function checkSaid(event: RoomEvent): Result<RoomEvent, DecodeError> {
  if (event.kind !== "say" || event.images !== undefined || event.text.trim() !== "") {
    return ok(event);
  }
  return err({ kind: "event-malformed", path: "text", detail: "text is empty" });
}
