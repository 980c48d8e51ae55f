/**
 * What a request, a child's report or an owed wake is as work for the ledger. Pure.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC64  A request's id is the key of its work: asked again, even by another process after a
 *         crash, it is the same input; with other words it is refused.
 *   SC65  Whatever a child reports becomes a note and a wake in one write. The same end of the same
 *         run is one report, however often and in whatever order it is told.
 */

import type { EpochMs } from "../../base/brands.ts";
import type { PrivateCandidate, SessionRef } from "../../ledger/private-work.ts";
import type {
  InputHeader,
  InputKind,
  InputOrigin,
  InputRecord,
  PrivateWork,
} from "../../ports/peer-store.ts";
import { reportText } from "../children/child-registry.ts";
import { nameOfAsker } from "../log/asker.ts";
import { encodeSegment } from "../log/decode-segment.ts";
import type { LogState, NoteEntry } from "../log/log-state.ts";
import type { ChildEvent, SegmentBody } from "../log/segments.ts";
import type { SessionCall, SessionRequest } from "./requests.ts";

type AskOf<M extends SessionCall["method"]> = Extract<SessionCall, { readonly method: M }>;

const NOTES_KEY = "notes";
/** In the id of a note that nobody was woken for: the wake is owed, also after a crash. */
const UNWOKEN = "unwoken/";

const kindByOrigin: Readonly<Record<InputOrigin["kind"], InputKind>> = {
  "person": "prompt",
  "room": "peer",
  "session": "peer",
  "system": "system",
  "external": "external",
};

export function taskOf(
  request: SessionRequest,
  call: AskOf<"run">,
  origin: InputOrigin,
): PrivateCandidate {
  return candidateOf(refOf(request), {
    kind: kindByOrigin[origin.kind],
    idempotencyKey: keyOf(request),
    header: headerOf(origin, { correlationId: request.requestId }),
    work: { kind: "task", text: call.text },
    segments: [],
  });
}

/** Words for the next run; with `autoRun` also the wake for it. */
export function noteOf(
  request: SessionRequest,
  call: AskOf<"notify">,
  origin: InputOrigin,
  at: EpochMs,
): PrivateCandidate {
  const { text, correlationId } = call;
  const note: SegmentBody = {
    kind: "note",
    noteId: request.requestId,
    from: nameOfAsker(origin),
    text,
    ...correlationId === undefined ? {} : { correlationId },
  };
  // Only wakes replace each other: of a note without one its words are the work.
  const supersessionKey = call.autoRun ? NOTES_KEY : undefined;
  return candidateOf(refOf(request), {
    kind: "system",
    idempotencyKey: keyOf(request),
    header: headerOf(origin, { correlationId, supersessionKey }),
    work: call.autoRun ? { kind: "wake" } : { kind: "note", text },
    segments: [encodeSegment(note, at)],
  });
}

/** Goes with the page that asked: nobody waits for a compaction after a restart. */
export function compactOf(request: SessionRequest, origin: InputOrigin): PrivateCandidate {
  return candidateOf(refOf(request), {
    kind: "system",
    idempotencyKey: keyOf(request),
    header: { ...headerOf(origin, {}), durability: "ephemeral" },
    work: { kind: "compact" },
    segments: [],
  });
}

/** What the log keeps of a child's event: the event, and of an end the note that a prompt reads. */
export function childEntries(
  request: SessionRequest,
  event: ChildEvent,
  isWoken: boolean,
): readonly SegmentBody[] {
  const entry: SegmentBody = { kind: "child", event };
  if (event.kind === "spawned") return [entry];
  const text = event.kind === "stopped"
    ? `${event.child} was stopped${event.reason === "" ? "" : ` (${event.reason})`}.`
    : reportText(event.child, event.result, event.text ?? "");
  const noteId = `${isWoken ? "" : UNWOKEN}${childKey(request, event)}`;
  return [entry, { kind: "note", noteId, from: event.child, text }];
}

/** The wake of a child's report; projected, because it is a result that comes back (D43). */
export function childWakeOf(
  request: SessionRequest,
  event: ChildEvent,
  at: EpochMs,
): PrivateCandidate {
  const ref = refOf(request);
  const origin: InputOrigin = { kind: "session", session: event.child };
  return candidateOf(ref, {
    kind: "projected",
    idempotencyKey: `${ref.roomId}/${ref.persona}/${childKey(request, event)}`,
    header: headerOf(origin, { supersessionKey: NOTES_KEY }),
    work: { kind: "wake" },
    segments: childEntries(request, event, true).map((body) => encodeSegment(body, at)),
  });
}

/** A wake for notes that lie in the log and that nobody was woken for. */
export function owedWakeOf(ref: SessionRef, note: NoteEntry): PrivateCandidate {
  return candidateOf(ref, {
    kind: "system",
    idempotencyKey: `${ref.roomId}/${ref.persona}/wake/${note.noteId}`,
    header: headerOf({ kind: "system" }, { supersessionKey: NOTES_KEY }),
    work: { kind: "wake" },
    segments: [],
  });
}

/** The newest note that no prompt has had and that nobody was woken for. */
export function owedNote(state: LogState): NoteEntry | undefined {
  return state.unseenNotes.findLast((note) => note.noteId.startsWith(UNWOKEN));
}

/** Whether a stored input is what was asked, or another request had its id before (SC64). */
export function isSameWork(stored: InputRecord, asked: PrivateCandidate): boolean {
  const a = stored.work;
  const b = asked.work;
  if (a?.kind !== b.kind) return false;
  return !("text" in a) || !("text" in b) || a.text === b.text;
}

function childKey(request: SessionRequest, event: ChildEvent): string { // SC65
  const end = event.kind === "ended" && event.runId !== undefined
    ? `${event.runId}/${event.result.kind}`
    : request.requestId;
  return `child/${event.child}/${end}`;
}

function keyOf({ roomId, session, requestId }: SessionRequest): string {
  return `${roomId}/${session}/request/${requestId}`; // SC64
}

function refOf({ roomId, session }: SessionRequest): SessionRef {
  return { roomId, persona: session };
}

function headerOf(
  origin: InputOrigin,
  more: Pick<InputHeader, "correlationId" | "supersessionKey">,
): InputHeader {
  return {
    origin,
    durability: "durable",
    visibility: { prompt: true, person: true },
    ...more.correlationId === undefined ? {} : { correlationId: more.correlationId },
    ...more.supersessionKey === undefined ? {} : { supersessionKey: more.supersessionKey },
  };
}

function candidateOf(
  { roomId, persona }: SessionRef,
  rest: {
    readonly kind: InputKind;
    readonly idempotencyKey: string;
    readonly header: InputHeader;
    readonly work: PrivateWork;
    /** Encoded. */
    readonly segments: readonly unknown[];
  },
): PrivateCandidate {
  return { roomId, persona, human: rest.header.origin.kind === "person", ...rest };
}
