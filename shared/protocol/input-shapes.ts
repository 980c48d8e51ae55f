/**
 * How the parts of a stored input become typed again, for every PeerStore whose rows are unknown
 * data. Owns the schemas alone; the rows around them are the stores'.
 */

import * as v from "valibot";
import { toEpochMs } from "../base/brands.ts";
import type {
  AdmissionDecision,
  InputHeader,
  InputMove,
  InputRecord,
  PrivateWork,
  SessionRecord,
} from "../ports/peer-store.ts";

const kind = <K extends string>(literal: K) => v.object({ kind: v.literal(literal) });

export const inputKind = v.picklist([
  "prompt",
  "peer",
  "flow-step",
  "system",
  "external",
  "projected",
]) satisfies v.GenericSchema<unknown, InputRecord["kind"]>;

export const inputPhase = v.picklist([
  "queued",
  "staged",
  "consumed",
  "superseded",
  "abandoned",
]) satisfies v.GenericSchema<unknown, InputRecord["phase"]>;

export const inputHeader = v.object({
  origin: v.variant("kind", [
    kind("person"),
    kind("room"),
    v.object({ kind: v.literal("session"), session: v.string() }),
    kind("system"),
    v.object({ kind: v.literal("external"), source: v.string() }),
  ]),
  durability: v.picklist(["durable", "ephemeral", "derived"]),
  visibility: v.object({ prompt: v.boolean(), person: v.boolean() }),
  supersessionKey: v.optional(v.string()),
  correlationId: v.optional(v.string()),
}) satisfies v.GenericSchema<unknown, InputHeader>;

export const admissionDecision = v.object({
  version: v.literal(1),
  apply: v.picklist(["run", "next-run"]),
  wakes: v.boolean(),
  queue: v.picklist(["none", "fifo", "merge", "coalesce", "supersede"]),
  consume: v.picklist(["accept", "end"]),
  records: v.boolean(),
}) satisfies v.GenericSchema<unknown, AdmissionDecision>;

export const inputMoves = v.array(v.object({
  at: v.pipe(v.number(), v.finite(), v.transform(toEpochMs)),
  from: v.picklist(["new", ...inputPhase.options]),
  to: inputPhase,
  reason: v.optional(v.string()),
})) satisfies v.GenericSchema<unknown, readonly InputMove[]>;

export const privateWork = v.variant("kind", [
  v.object({ kind: v.literal("task"), text: v.string() }),
  kind("wake"),
  v.object({ kind: v.literal("note"), text: v.string() }),
  v.object({ kind: v.literal("resume"), of: v.string() }),
  v.object({ kind: v.literal("memory"), job: v.picklist(["extract", "consolidate", "fold"]) }),
  kind("compact"),
]) satisfies v.GenericSchema<unknown, PrivateWork>;

export const sessionState = v.picklist([
  "active",
  "paused",
  "retired",
  "stopped",
]) satisfies v.GenericSchema<unknown, SessionRecord["state"]>;
