/**
 * Sessions of the fixture: a snapshot each, changed by events through the real `applyEvent`.
 * It answers requests as a scene told it to, and does to the snapshot what each one says.
 */

import { signal } from "@preact/signals";
import { toEpochMs } from "#shared/base/mod.ts";
import {
  applyEvent,
  type SegmentBody,
  type SegmentEntry,
  type SessionAnswer,
  type SessionCall,
  type SessionEvent,
  type SessionInfo,
  type SessionRefusal,
  type SessionReply,
  type SessionRequest,
  type SessionSnapshot,
} from "#shared/session/mod.ts";
import type { SessionView, SessionWatch, WaitingAsk } from "../../../web/client/app-client.ts";

export class FixtureSessions {
  readonly #views = new Map<string, ReturnType<typeof signal<SessionView>>>();
  /** What the next request is refused with. */
  refuse: SessionRefusal | undefined;
  readonly asked: SessionRequest[] = [];
  infos: readonly SessionInfo[] = [];
  targets: Extract<SessionAnswer, { kind: "rewind-targets" }> = {
    kind: "rewind-targets",
    head: 0,
    targets: [],
  };
  onAsks: () => void = () => undefined;
  /** Entries that no snapshot has. */
  older: readonly SegmentEntry[] = [];
  /** How many watches are open. */
  watching = 0;

  set(session: string, view: SessionView): void {
    this.#view(session).value = view;
    this.onAsks();
  }

  snapshot(session: string): SessionSnapshot {
    const view = this.#view(session).peek();
    if (view === undefined || !("snapshot" in view)) throw new Error(`No session ${session}`);
    return view.snapshot;
  }

  emit(session: string, event: SessionEvent): void {
    const before = this.snapshot(session);
    const applied = applyEvent(before, { revision: before.revision + 1, event });
    if (!applied.ok) throw new Error("The scene leaves a gap");
    this.set(session, { phase: "live", snapshot: applied.value });
  }

  /** The snapshot has only the newest from now on; the first `gone` entries are nowhere. */
  keepNewest(session: string, count: number, gone: number): void {
    const before = this.snapshot(session);
    const entries = before.entries.slice(-count);
    this.older = before.entries.slice(gone, -count);
    const first = entries[0]?.index ?? 0;
    this.set(session, { phase: "live", snapshot: { ...before, entries, first } });
  }

  append(session: string, body: SegmentBody, atMs = Date.now()): void {
    const index = this.snapshot(session).head;
    this.emit(session, { kind: "entry", entry: { index, at: toEpochMs(atMs), body } });
  }

  watch(session: string): SessionWatch {
    this.watching += 1;
    return {
      view: this.#view(session) as SessionWatch["view"],
      [Symbol.dispose]: () => void (this.watching -= 1),
    };
  }

  asks(roomId: string): readonly WaitingAsk[] {
    return [...this.#views].flatMap(([session, { value: view }]) =>
      view !== undefined && "snapshot" in view
        ? view.snapshot.asks.map((ask) => ({ roomId, session, ask }))
        : []
    );
  }

  handle(request: SessionRequest): SessionReply {
    const { requestId, session, call } = request;
    this.asked.push(request);
    // What a screen only looks at is never what a scene wants refused.
    if (this.refuse !== undefined && !LOOKS.has(call.method)) {
      const error = this.refuse;
      this.refuse = undefined;
      return { requestId, ok: false, error };
    }
    return { requestId, ok: true, answer: this.#answer(session, call) };
  }

  #view(session: string) {
    const known = this.#views.get(session) ??
      signal<SessionView>({ phase: "missing", reason: "session-unknown" });
    this.#views.set(session, known);
    return known;
  }

  #answer(session: string, call: SessionCall): SessionAnswer {
    const { status } = this.snapshot(session);
    const revision = status.revision + 1;
    switch (call.method) {
      case "pause":
        this.emit(session, {
          kind: "status",
          status: { phase: "paused", run: undefined, revision },
        });
        return { kind: "done" };
      case "resume":
      case "cancel":
        this.emit(session, { kind: "status", status: { phase: "idle", revision } });
        return { kind: "done" };
      case "compact":
        return { kind: "compacted", tokensBefore: 1_840, tokensAfter: 220 };
      case "list-rewind-targets":
        return this.targets;
      case "rewind": {
        this.append(session, { kind: "rewound", to: call.to });
        const target = this.targets.targets.find(({ to }) => to === call.to);
        return {
          kind: "rewound",
          head: this.snapshot(session).head,
          text: target?.preview ?? "",
          effects: target?.effects ?? [],
        };
      }
      case "run":
      case "notify":
        return { kind: "accepted", inputId: "in_new", isNew: true };
      case "read-log":
        return {
          kind: "log-entries",
          entries: this.older.filter(({ index }) => index < call.before).slice(-8),
        };
      case "list-completions":
        return { kind: "completions", values: ["search_room", "remember", "spawn"] };
      case "list-visible":
        return { kind: "visible", sessions: this.infos };
      case "inspect": {
        const { inputs, memory, rules } = this.snapshot(session);
        const info = this.infos.find((one) => one.session === session) ?? ownInfo(session);
        return { kind: "inspection", info, inputs, memory, rules };
      }
      default:
        return this.#set(session, call);
    }
  }

  #set(session: string, call: SessionCall): SessionAnswer {
    if (call.method === "set-tools") this.emit(session, { kind: "rules", rules: call.rules });
    if (call.method === "answer-permission") {
      this.emit(session, { kind: "ask-over", callId: call.callId });
    }
    if (call.method === "edit-memory") {
      const { id, text } = call;
      const note = { id, text, stage: "kept", seqs: [], by: "person" } as const;
      this.emit(session, { kind: "memory", note });
    }
    return { kind: "done" };
  }
}

const LOOKS: ReadonlySet<string> = new Set(["inspect", "list-visible", "list-completions"]);

function ownInfo(session: string): SessionInfo {
  return {
    session,
    parent: undefined,
    relation: "self",
    state: "idle",
    canRestore: false,
    children: 0,
  };
}
