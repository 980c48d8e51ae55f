/**
 * Asks: the requests that become work or entries of the log, each in its turn.
 *
 * Owns what they come to. Does not own their order (controller.ts) nor the runs (run-driver.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC77  Work and notes are stored before they are acknowledged, with the input's id; nothing is
 *         shown of them but what was stored.
 *   SC78  A child's event is always taken: where the ledger has no place for its wake, it lies in
 *         the log and the wake is owed.
 */

import { raceSignal } from "../../base/race.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { PrivateCandidate } from "../../ledger/private-work.ts";
import type { InputOrigin, InputRecord } from "../../ports/peer-store.ts";
import { decideRewind } from "../log/rewind.ts";
import type { MemoryNote } from "../log/segments.ts";
import type { ControllerDeps } from "./controller-deps.ts";
import type { ControlLimits } from "./limits.ts";
import { decideMethod } from "./matrix.ts";
import type { SessionAnswer, SessionCall, SessionRefusal, SessionRequest } from "./requests.ts";
import type { RunDriver } from "./run-driver.ts";
import type { RunEnds } from "./run-ends.ts";
import { childEntries, childWakeOf, compactOf, isSameWork, noteOf, taskOf } from "./work-of.ts";

export type Answer = Result<SessionAnswer, SessionRefusal>;
type CallOf<M extends SessionCall["method"]> = Extract<SessionCall, { readonly method: M }>;

export interface Asks {
  run(request: SessionRequest, call: CallOf<"run">, from: InputOrigin): Promise<Answer>;
  notify(request: SessionRequest, call: CallOf<"notify">, from: InputOrigin): Promise<Answer>;
  childEvent(request: SessionRequest, call: CallOf<"child-event">): Promise<Answer>;
  /** The input of the compaction; {@link compacted} waits for it. */
  compact(
    request: SessionRequest,
    from: InputOrigin,
  ): Promise<Result<InputRecord, SessionRefusal>>;
  compacted(input: InputRecord): Promise<Answer>;
  rewind(call: CallOf<"rewind">): Promise<Answer>;
  setTools(call: CallOf<"set-tools">): Promise<Answer>;
  editMemory(call: CallOf<"edit-memory">): Promise<Answer>;
}

export const done: Answer = ok({ kind: "done" });

/** `life` ends every wait: what one asker began, another may be waiting for. */
export function createAsks(
  deps: ControllerDeps,
  driver: RunDriver,
  ends: RunEnds,
  limits: ControlLimits,
  life: AbortSignal,
): Asks {
  const { log, ledger } = deps;

  const admit = async (
    request: SessionRequest,
    candidate: PrivateCandidate,
  ): Promise<Result<{ readonly input: InputRecord; readonly added: boolean }, SessionRefusal>> => {
    const admitted = await raceSignal(ledger.admitPrivate(candidate, life), life); // SC77
    if (!admitted.ok) {
      const { error } = admitted;
      if (error.kind === "session-closed") return err({ kind: "stopped" });
      if (error.kind !== "durability-invalid") return err(error);
      return err({ kind: "request-invalid", field: "origin", detail: error.detail });
    }
    const { input, added } = admitted.value;
    if (!isSameWork(input, candidate)) { // SC64
      return err({ kind: "request-repeated", requestId: request.requestId });
    }
    const settled = await ends.settle(life);
    // It is stored: the log shows it when the store can be read again.
    if (!settled.ok) deps.trace.write("warn", "log-behind", { kind: settled.error.kind });
    return ok({ input, added });
  };

  const accept = async (request: SessionRequest, candidate: PrivateCandidate): Promise<Answer> => {
    const admitted = await admit(request, candidate);
    if (!admitted.ok) return admitted;
    const { input, added } = admitted.value;
    return ok({ kind: "accepted", inputId: input.id, isNew: added });
  };

  const recordChild = async (
    request: SessionRequest,
    { event }: CallOf<"child-event">,
  ): Promise<Answer> => {
    const bodies = childEntries(request, event, false);
    const noteIds = bodies.flatMap((body) => body.kind === "note" ? [body.noteId] : []);
    const isKnown = log.state().unseenNotes.some((note) => noteIds.includes(note.noteId));
    if (isKnown) return done;
    const appended = await raceSignal(log.append(bodies, life), life);
    if (!appended.ok) return appended;
    ends.oweWake();
    return done;
  };

  return {
    async run(request, call, from) {
      const decision = decideMethod(call.method, driver.state());
      if (decision.do === "refuse") return err({ kind: decision.as });
      const isUnwilling = call.whenBusy === "refuse" && decision.do === "queue";
      if (isUnwilling && decision.ifRefusing !== undefined) {
        return err({ kind: decision.ifRefusing });
      }
      return await accept(request, taskOf(request, call, from));
    },
    async notify(request, call, from) {
      const decision = decideMethod(call.method, driver.state());
      if (decision.do === "refuse") return err({ kind: decision.as });
      const notesMax = limits.notesUnseenMax;
      if (log.state().unseenNotes.length >= notesMax) return err({ kind: "notes-full", notesMax });
      return await accept(request, noteOf(request, call, from, deps.clock.epochNow()));
    },
    async childEvent(request, call) {
      log.publish({ kind: "child", event: call.event });
      const decision = decideMethod(call.method, driver.state());
      if (decision.do === "record" || call.event.kind === "spawned") {
        return await recordChild(request, call);
      }
      const taken = await accept(request, childWakeOf(request, call.event, deps.clock.epochNow()));
      const isFull = !taken.ok &&
        (taken.error.kind === "ledger-full" || taken.error.kind === "stopped");
      return isFull ? await recordChild(request, call) : taken; // SC78
    },
    async compact(request, from) {
      const decision = decideMethod("compact", driver.state());
      if (decision.do === "refuse") return err({ kind: decision.as });
      const admitted = await admit(request, compactOf(request, from));
      return admitted.ok ? ok(admitted.value.input) : admitted;
    },
    async compacted(input) {
      const completion = await raceSignal(ends.watch(input), life);
      const outcome = deps.compactionOf(input.id);
      if (outcome === undefined) {
        const word = completion?.kind === "ended" ? completion.outcome : "loop-ended";
        return err({ kind: "ended-otherwise", outcome: word });
      }
      if (!outcome.ok) return outcome;
      return outcome.value.kind === "nothing" ? done : ok(outcome.value);
    },
    async rewind(call) {
      const decision = decideMethod(call.method, driver.state());
      if (decision.do === "refuse") return err({ kind: decision.as });
      const plan = decideRewind(log.state(), call.to, call.expectHead);
      if (!plan.ok) return plan;
      const { head, bodies, text, effects } = plan.value;
      const appended = await raceSignal(log.appendAt(head, bodies, life), life);
      if (!appended.ok) return appended;
      return ok({ kind: "rewound", head: log.state().head, text, effects });
    },
    async setTools({ rules }) {
      const saved = await raceSignal(deps.settings.saveRules(rules, life), life);
      if (!saved.ok) return saved;
      log.publish({ kind: "rules", rules });
      return done;
    },
    async editMemory({ id, text }) {
      const { memory } = log.state();
      const known = memory.get(id);
      if (known === undefined && text === undefined) {
        return err({ kind: "request-invalid", field: "id", detail: "must be of a note" });
      }
      if (known === undefined && memory.size >= limits.memoryMax) {
        return err({ kind: "too-large", field: "memory", max: limits.memoryMax });
      }
      const seqs = known?.seqs ?? [];
      const note: MemoryNote = { id, text, seqs, stage: "kept", by: "person" };
      const appended = await raceSignal(log.append([{ kind: "memory", note }], life), life);
      return appended.ok ? done : appended;
    },
  };
}
