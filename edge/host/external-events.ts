/**
 * Events from programs of this machine for a persona: a note in her session, and with `autoRun` a
 * run for it.
 *
 * Owns decoding, the rate, and what an answer means over HTTP. Does not own the socket
 * (host-doors.ts) nor the session.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO96  An event is answered `accepted` only after it is durable; the same id again, also after a
 *         restart, is the same event.
 *   HO97  An event that is malformed, for nobody here, or too much is refused by name.
 */

import { raceFirst } from "#shared/base/mod.ts";
import type { Clock, Log } from "#shared/ports/mod.ts";
import type { HostSessions } from "#shared/hosting/mod.ts";
import type { SessionRefusal, SessionReply } from "#shared/session/mod.ts";
import { type Bucket, createBucket, msToToken, takeTokens } from "../relay/bucket.ts";
import type { HeadlessHost } from "./headless-host.ts";

export const eventLimits = Object.freeze({
  /** A text of 32 Ki characters in UTF-8, escaped, with what is around it. Policy: refuse. */
  bodyBytesMax: 256 * 1024,
  textCharsMax: 32 * 1024,
  idCharsMax: 120,
  /** Of those that may come at once. */
  burst: 20,
  /** A session answers when the event is on the disk. */
  answerMsMax: 10_000,
});

/** What is answered: a status of HTTP and a JSON body. */
export interface EventAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfterS?: number;
}

export interface ExternalEvents {
  /** Takes the body as it came. */
  take(text: string, signal: AbortSignal): Promise<EventAnswer>;
}

export interface ExternalEventsDeps {
  readonly host: Pick<HeadlessHost, "find">;
  readonly sessions: Pick<HostSessions, "handleExternal">;
  readonly perMinute: number;
  readonly clock: Clock;
  readonly trace: Log;
}

interface ExternalEvent {
  readonly room: string;
  readonly persona: string;
  readonly text: string;
  readonly autoRun: boolean;
  readonly id: string;
}

/** The name that a session's log gives to who told it. */
const SOURCE = "webhook";

export function createExternalEvents(deps: ExternalEventsDeps): ExternalEvents {
  const { clock, trace } = deps;
  const rate = { burst: eventLimits.burst, perS: deps.perMinute / 60 };
  const bucket: Bucket = createBucket(rate, clock.now());
  return {
    async take(text, signal) {
      if (!takeTokens(bucket, rate, 1, clock.now())) { // HO97
        const retryAfterS = Math.ceil(msToToken(bucket, rate) / 1_000);
        return { status: 429, body: { error: "too-many-events" }, retryAfterS };
      }
      const event = decodeEvent(text);
      if (typeof event === "string") {
        return { status: 400, body: { error: "event-invalid", field: event } };
      }
      const found = deps.host.find(event.room, event.persona);
      if (typeof found === "string") return { status: 404, body: { error: found } };
      const requestId = `event/${event.id}`;
      const { autoRun, id } = event;
      const call = { method: "notify", text: event.text, autoRun, correlationId: id } as const;
      const request = { ...found, requestId, call };
      const reply = await raceFirst<SessionReply | undefined>([
        (inner) => deps.sessions.handleExternal(request, SOURCE, inner),
        (inner) => clock.sleep(eventLimits.answerMsMax, inner).then(() => undefined),
      ], signal);
      const of = { room: event.room, persona: event.persona, id };
      if (reply === undefined) { // It may be durable all the same: the same id asks again.
        trace.write("warn", "event-late", of);
        return { status: 503, body: { error: "answer-late" } };
      }
      if (!reply.ok) {
        trace.write("warn", "event-refused", { ...of, problem: reply.error.kind });
        return { status: statusOf(reply.error), body: { error: reply.error.kind } };
      }
      trace.write("info", "event-accepted", of);
      return { status: 202, body: { accepted: id } }; // HO96
    },
  };
}

/** The event, or the field that is wrong; an unknown field is wrong too. */
function decodeEvent(text: string): ExternalEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch { // Not JSON: the one error that `parse` has.
    return "body";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "body";
  const { room, persona, text: words, autoRun = false, id, ...rest } = value as Partial<
    Record<keyof ExternalEvent, unknown>
  >;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) return unknown;
  if (!isText(room, eventLimits.idCharsMax)) return "room";
  if (!isText(persona, eventLimits.idCharsMax)) return "persona";
  if (!isText(words, eventLimits.textCharsMax)) return "text";
  if (typeof autoRun !== "boolean") return "autoRun";
  return isText(id, eventLimits.idCharsMax) ? { room, persona, text: words, autoRun, id } : "id";
}

function isText(value: unknown, charsMax: number): value is string {
  return typeof value === "string" && value.trim() !== "" && value.length <= charsMax;
}

function statusOf({ kind }: SessionRefusal): number {
  switch (kind) {
    case "session-unknown": // Another device has her, or nobody yet.
    case "stopped":
    case "paused":
      return 409;
    case "notes-full":
    case "ledger-full":
    case "too-many-requests":
      return 429;
    case "request-invalid":
    case "too-large":
    case "request-repeated":
      return 400;
    default: // The disk, or a session that cannot be read now.
      return 503;
  }
}
