/**
 * Decodes what a session is asked, by whoever: a frame of a tab, a line of the loopback socket.
 *
 * Owns the limits of each field. Does not own what a request comes to (matrix.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC61  Whatever arrives becomes a request or a refusal with a name and, where one can be read,
 *         the request's id; fields that nobody knows are dropped. Nothing is assumed for a field
 *         that is missing.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { childLimits } from "../children/limits.ts";
import { decodeRule } from "../children/session-body.ts";
import type { ChildEvent, RunResult } from "../log/segments.ts";
import type { PermissionRule } from "../tools/tool.ts";
import { controlLimits as limits } from "./limits.ts";
import type { SessionCall, SessionRefusal, SessionRequest } from "./requests.ts";

export interface RequestRefused {
  /** Empty when none could be read. */
  readonly requestId: string;
  readonly error: SessionRefusal;
}

/** Makes a request of anything, or says what is wrong with it. Never throws. */
export function decodeRequest(value: unknown): Result<SessionRequest, RequestRefused> { // SC61
  const frame = fieldsOf(value);
  const id = frame === undefined ? refusedField("", "an object") : readId(frame, "requestId");
  if (frame === undefined || !id.ok) return err({ requestId: "", error: errorOf(id) });
  const requestId = id.value;
  const roomId = readId(frame, "roomId");
  const session = readId(frame, "session");
  const call = decodeCall(frame["call"]);
  if (!roomId.ok) return err({ requestId, error: roomId.error });
  if (!session.ok) return err({ requestId, error: session.error });
  if (!call.ok) return err({ requestId, error: call.error });
  return ok({ requestId, roomId: roomId.value, session: session.value, call: call.value });
}

type Fields = Readonly<Record<string, unknown>>;
type Read<T> = Result<T, SessionRefusal>;
type CallOf<M extends SessionCall["method"]> = Extract<SessionCall, { readonly method: M }>;

/** One reader for each method: a method without one does not compile. */
const readers: { readonly [M in SessionCall["method"]]: (call: Fields) => Read<CallOf<M>> } = {
  "run": (call) =>
    all({
      method: ok("run"),
      text: readText(call, "text"),
      whenBusy: readWord(call, "whenBusy", ["queue", "refuse"]),
    }),
  "notify": (call) =>
    all({
      method: ok("notify"),
      text: readText(call, "text"),
      autoRun: readFlag(call, "autoRun"),
      correlationId: call["correlationId"] === undefined
        ? ok(undefined)
        : readText(call, "correlationId", limits.detailCharsMax),
    }),
  "child-event": (call) => all({ method: ok("child-event"), event: readChildEvent(call["event"]) }),
  "resume": () => ok({ method: "resume" }),
  "cancel": () => ok({ method: "cancel" }),
  "pause": () => ok({ method: "pause" }),
  "compact": () => ok({ method: "compact" }),
  "list-rewind-targets": () => ok({ method: "list-rewind-targets" }),
  "rewind": (call) =>
    all({
      method: ok("rewind"),
      to: readCount(call, "to"),
      expectHead: readCount(call, "expectHead"),
    }),
  "shutdown": () => ok({ method: "shutdown" }),
  "list-completions": (call) =>
    all({
      method: ok("list-completions"),
      of: readWord(call, "of", ["tool", "memory", "session"]),
      prefix: readText(call, "prefix", limits.prefixCharsMax, 0),
    }),
  "list-visible": () => ok({ method: "list-visible" }),
  "inspect": (call) => all({ method: ok("inspect"), session: readId(call, "session") }),
  "attach-or-restore": (call) =>
    all({ method: ok("attach-or-restore"), session: readId(call, "session") }),
  "set-tools": (call) => all({ method: ok("set-tools"), rules: readRules(call["rules"]) }),
  "answer-permission": (call) =>
    all({
      method: ok("answer-permission"),
      callId: readId(call, "callId"),
      decision: readWord(call, "decision", ["allow", "deny"]),
    }),
  "edit-memory": (call) =>
    all({
      method: ok("edit-memory"),
      id: readId(call, "id"),
      text: call["text"] === undefined || call["text"] === null // JSON has no undefined.
        ? ok(undefined)
        : readText(call, "text"),
    }),
  "read-log": (call) => all({ method: ok("read-log"), before: readCount(call, "before") }),
};

/** Every method there is, for whoever offers them. */
export const methodNames: readonly SessionCall["method"][] = Object.freeze(
  Object.keys(readers) as SessionCall["method"][],
);

function decodeCall(value: unknown): Read<SessionCall> {
  const call = fieldsOf(value);
  if (call === undefined) return refusedField("call", "an object");
  const method = call["method"];
  if (typeof method !== "string") return refusedField("call.method", "a word");
  if (!Object.hasOwn(readers, method)) {
    return err({ kind: "method-unknown", method: method.slice(0, limits.idCharsMax) });
  }
  return readers[method as SessionCall["method"]](call);
}

function readChildEvent(value: unknown): Read<ChildEvent> {
  const event = fieldsOf(value);
  if (event === undefined) return refusedField("event", "an object");
  const child = readId(event, "child");
  const runId = event["runId"] === undefined ? ok(undefined) : readId(event, "runId");
  switch (event["kind"]) {
    case "spawned":
      return all({
        kind: ok("spawned"),
        child,
        task: readText(event, "task", childLimits.taskCharsMax),
      });
    case "stopped":
      return all({
        kind: ok("stopped"),
        child,
        reason: readText(event, "reason", limits.detailCharsMax, 0),
      });
    case "ended":
      return all({
        kind: ok("ended"),
        child,
        result: readResult(event["result"]),
        runId,
        text: event["text"] === undefined
          ? ok(undefined)
          : readText(event, "text", limits.textCharsMax, 0),
      });
    default:
      return refusedField("event.kind", "spawned, ended or stopped");
  }
}

function readResult(value: unknown): Read<RunResult> {
  const result = fieldsOf(value) ?? {};
  switch (result["kind"]) {
    case "finished":
    case "paused":
    case "cancelled":
      return ok({ kind: result["kind"] });
    case "limit-reached":
      return all({
        kind: ok("limit-reached"),
        limit: readWord(result, "limit", ["steps", "tokens", "time"]),
      });
    case "rolled-back":
      return all({
        kind: ok("rolled-back"),
        text: readText(result, "text", limits.textCharsMax, 0),
      });
    case "failed":
      return all({
        kind: ok("failed"),
        reason: readText(result, "reason", limits.detailCharsMax),
        detail: readText(result, "detail", limits.detailCharsMax, 0),
      });
    default:
      return refusedField("event.result", "the end of a run");
  }
}

function readRules(value: unknown): Read<readonly PermissionRule[]> {
  if (!Array.isArray(value)) return refusedField("rules", "a list");
  if (value.length > childLimits.rulesMax) return tooLarge("rules", childLimits.rulesMax);
  const rules: PermissionRule[] = [];
  for (const [index, one] of value.entries()) {
    const rule = decodeRule(one);
    if (rule === undefined) return refusedField(`rules.${index}`, "a tool and a decision");
    rules.push(rule);
  }
  return ok(rules);
}

function readText(
  fields: Fields,
  field: string,
  charsMax = limits.textCharsMax,
  charsMin = 1,
): Read<string> {
  const value = fields[field];
  if (typeof value !== "string") return refusedField(field, "a text");
  if (value.length > charsMax) return tooLarge(field, charsMax);
  if (value.trim().length < charsMin) return refusedField(field, "a text that is not empty");
  return ok(value);
}

function readId(fields: Fields, field: string): Read<string> {
  return readText(fields, field, limits.idCharsMax);
}

function readWord<const W extends string>(
  fields: Fields,
  field: string,
  words: readonly W[],
): Read<W> {
  const word = words.find((one) => one === fields[field]);
  return word === undefined ? refusedField(field, words.join(" or ")) : ok(word);
}

function readFlag(fields: Fields, field: string): Read<boolean> {
  const value = fields[field];
  return typeof value === "boolean" ? ok(value) : refusedField(field, "true or false");
}

function readCount(fields: Fields, field: string): Read<number> {
  const value = fields[field];
  const isCount = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  return isCount ? ok(value) : refusedField(field, "a whole number from 0");
}

/** The object of the values, without those that are undefined, or the first refusal. */
function all<T extends object>(
  members: { readonly [K in keyof T]: Read<T[K]> },
): Read<T> {
  const made: Record<string, unknown> = {};
  for (const [name, member] of Object.entries<Read<unknown>>(members)) {
    if (!member.ok) return member;
    if (member.value !== undefined) made[name] = member.value;
  }
  return ok(made as T);
}

function refusedField(field: string, wanted: string): Result<never, SessionRefusal> {
  return err({ kind: "request-invalid", field, detail: `must be ${wanted}` });
}

function tooLarge(field: string, max: number): Result<never, SessionRefusal> {
  return err({ kind: "too-large", field, max });
}

function errorOf(read: Read<unknown>): SessionRefusal {
  return read.ok ? { kind: "request-invalid", field: "", detail: "must be an object" } : read.error;
}

function fieldsOf(value: unknown): Fields | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value as Fields : undefined;
}
