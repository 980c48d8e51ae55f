/**
 * Decodes what a genesis brings along of an earlier room (D30): written by another peer, so every
 * part is checked before anybody folds on from it.
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM20  Places of the earlier log are negative in a room's beginning, so that they are never
 *         those of its own entries; a beginning with others, of another shape, or with numbers that
 *         no fold could have made or times that no date has, is refused whole.
 */

import * as v from "valibot";
import { err, ok, type Result } from "../base/result.ts";
import { toRoomMs } from "../base/brands.ts";
import {
  card,
  chars,
  count,
  id,
  ids,
  images,
  name,
  outcome,
  place,
  recipe,
  seq,
  text,
  times,
  usage,
} from "./event-shapes.ts";
import { chosenReasons, leftOutReasons } from "./events.ts";
import { protocolLimits as limits } from "./limits.ts";

const before = v.pipe(place, v.maxValue(-1)); // RM20
export const roomMs = v.pipe(count, v.maxValue(limits.roomMsMax), v.transform(toRoomMs));
const counter = v.pipe(count, v.maxValue(limits.beginningCounterMax));
const tokens = v.pipe(count, v.maxValue(limits.usageTokensMax));
const speedOf = v.pipe(count, v.maxValue(limits.milliTokensPerSMax));
const list = <S extends v.GenericSchema>(item: S, itemsMax: number) =>
  v.pipe(v.array(item), v.maxLength(itemsMax), v.readonly());

const device = v.object({ id, name, gone: v.optional(v.literal(true)) });
const persona = v.object({
  id,
  owner: id,
  card,
  requirement: v.object({ modelId: v.optional(id), contextTokensMin: count }),
  hosts: v.union([v.literal("any"), ids(limits.allowedHostsMax)]),
  removed: v.boolean(),
  waitingSince: v.optional(before),
  passedOver: v.optional(counter),
});
const message = v.object({
  seq: before,
  at: roomMs,
  kind: v.picklist(["person", "persona"]),
  author: id,
  text,
  addressed: ids(limits.addressedMax),
  replyTo: v.optional(before),
  edited: v.boolean(),
  aside: v.boolean(),
  turn: before,
  stopped: v.boolean(),
  heardSeq: v.optional(before),
  images: v.optional(images),
});
const pin = v.object({
  of: before,
  seq: before,
  device: id,
  kind: v.picklist(["person", "persona"]),
  author: id,
  text: chars(limits.pinCharsMax),
});
const presenceSpan = v.object({
  persona: id,
  from: v.optional(before),
  until: v.optional(before),
});
const attempt = v.object({
  persona: id,
  attempt: counter,
  outcome: v.variant("kind", [outcome, v.object({ kind: v.literal("stopped"), text })]),
  settledSeq: before,
  settledAt: roomMs,
  device: v.optional(id),
  modelId: v.optional(id),
  lane: v.optional(id),
  usage: v.optional(usage),
  times: v.optional(times),
});
const entry = v.object({
  persona: id,
  attempt: counter,
  openedAt: roomMs,
  settled: attempt,
  attempts: list(attempt, limits.beginningAttemptsMax),
  picked: v.optional(counter),
});
const planLane = v.object({
  modelId: chars(limits.idCharsMax),
  device: v.optional(id),
  provider: v.optional(id),
  locality: v.optional(v.picklist(["local", "cloud"])),
  isCold: v.optional(v.boolean()),
  contextTokens: v.optional(count),
  replyTokensMax: v.optional(count),
  slots: seq,
  prefillMilliTokensPerS: speedOf,
  decodeMilliTokensPerS: speedOf,
  replyTokens: tokens,
  promptTokens: tokens,
});
const planPersona = v.object({
  ...planLane.entries,
  id,
  name: chars(limits.nameCharsMax),
  specialty: v.optional(chars(limits.gistCharsMax)),
  because: v.optional(v.picklist(chosenReasons)),
});
const leftOut = v.object({ id, because: v.picklist(leftOutReasons) });
const turn = v.object({
  turn: before,
  openedAt: roomMs,
  human: v.boolean(),
  depth: counter,
  root: before,
  planInput: v.object({
    roomId: id,
    turn: before,
    text,
    addressed: ids(limits.addressedMax),
    speakers: ids(limits.personasMax),
    recipe,
    cast: list(planPersona, limits.personasMax),
    leftOut: v.optional(list(leftOut, limits.personasMax), []),
    ahead: v.optional(list(planLane, limits.personasMax), []),
  }),
  vote: v.optional(ids(limits.personasMax)),
  quietSteps: v.optional(counter),
  entries: v.pipe(
    list(entry, limits.personasMax),
    v.check(
      (all) => new Set(all.map((one) => one.persona)).size === all.length,
      "a persona takes part twice",
    ),
  ),
  settledAt: roomMs,
  settledSeq: before,
});
const speed = v.object({
  device: id,
  modelId: id,
  samples: counter,
  prefillMilliTokensPerS: speedOf,
  decodeMilliTokensPerS: speedOf,
  replyTokens: tokens,
  promptTokens: tokens,
});

const schema = v.object({
  devices: list(device, limits.beginningItemsMax),
  personas: v.pipe(
    list(persona, limits.beginningItemsMax),
    v.check(
      (all) => all.filter((one) => !one.removed).length <= limits.personasMax,
      "cast is full",
    ),
  ),
  messages: v.pipe(
    list(message, limits.beginningMessagesMax),
    v.check(
      (all) => all.every((one, index) => one.seq > (all[index - 1]?.seq ?? -Infinity)),
      "messages are not in order",
    ),
  ),
  turns: list(turn, limits.beginningItemsMax),
  speeds: list(
    v.object({ key: chars(2 * limits.idCharsMax + 1), speed }),
    limits.beginningItemsMax,
  ),
  presence: v.optional(list(presenceSpan, limits.beginningItemsMax)),
  pins: v.optional(v.pipe(
    list(pin, limits.pinsMax),
    v.check(
      (all) => new Set(all.map((one) => one.of)).size === all.length,
      "a message is pinned twice",
    ),
  )),
});

/** The parts of a state that outlive a room: nothing that ends with its log is among them. */
export type Beginning = v.InferOutput<typeof schema>;

/** Types `value`, or names the first thing that is wrong with it. */
export function decodeBeginning(value: unknown): Result<Beginning, string> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return ok(parsed.output);
  return err(v.getDotPath(parsed.issues[0]) ?? "not an object");
}
