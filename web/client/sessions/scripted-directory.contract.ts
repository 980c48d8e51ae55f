/** Sessions that tell what a test's script says. Keeps the contract of `Sessions`. */

import { type BoundedQueue, createBoundedQueue, toEpochMs } from "#shared/base/mod.ts";
import {
  applyEvent,
  type Attachment,
  type NumberedEvent,
  type SessionEvent,
  type SessionReply,
  type SessionRequest,
  type SessionSnapshot,
} from "#shared/session/mod.ts";
import type { Sessions, WaitingAsk } from "#shared/hosting/mod.ts";

export function snapshotOf(session: string, revision = 0): SessionSnapshot {
  return {
    revision,
    greeting: {
      session,
      name: session,
      parent: undefined,
      modelId: "starter",
      lane: "cpu",
      contextTokens: 512,
      tools: [],
    },
    status: { phase: "idle", revision: 0 },
    first: 0,
    head: 0,
    entries: [],
    inFlight: [],
    inputs: [],
    memory: [],
    rules: [],
    asks: [],
    alerts: [],
    alertsDropped: 0,
  };
}

/** An entry of the log as an event; its text is what tests look for. */
export function noteEvent(index: number, text: string): SessionEvent {
  const body = { kind: "note", noteId: `n${index}`, from: "person", text } as const;
  return { kind: "entry", entry: { index, at: toEpochMs(1_000 + index), body } };
}

export class ScriptedDirectory implements Sessions {
  readonly #snapshots = new Map<string, SessionSnapshot>();
  readonly #attached = new Map<string, Set<(event: NumberedEvent | undefined) => void>>();
  readonly handled: SessionRequest[] = [];
  /** How often a session was attached to. */
  attachedCount = 0;
  waiting: readonly WaitingAsk[] = [];

  constructor(sessions: readonly string[]) {
    for (const session of sessions) this.#snapshots.set(session, snapshotOf(session));
  }

  /** Watches that are open now. */
  attachedTo(session: string): number {
    return this.#attached.get(session)?.size ?? 0;
  }

  add(session: string): void {
    this.#snapshots.set(session, snapshotOf(session));
  }

  emit(session: string, event: SessionEvent): void {
    const before = this.#snapshots.get(session);
    if (before === undefined) throw new Error(`No session ${session}`);
    const numbered = { revision: before.revision + 1, event };
    const applied = applyEvent(before, numbered);
    if (!applied.ok) throw new Error("The script leaves a gap");
    this.#snapshots.set(session, applied.value);
    for (const tell of [...this.#attached.get(session) ?? []]) tell(numbered);
  }

  /** The session is gone, and everybody who watches it hears no more. */
  drop(session: string): void {
    this.#snapshots.delete(session);
    for (const tell of [...this.#attached.get(session) ?? []]) tell(undefined);
  }

  attach(_roomId: string, session: string): Attachment | undefined {
    const snapshot = this.#snapshots.get(session);
    if (snapshot === undefined) return undefined;
    this.attachedCount += 1;
    const queue = createBoundedQueue<NumberedEvent | null>({
      itemsMax: 10_000,
      whenFull: "refuse",
    });
    const tell = (event: NumberedEvent | undefined): void => void queue.push(event ?? null);
    const closing = new AbortController();
    const attached = this.#attached.get(session) ?? new Set();
    this.#attached.set(session, attached.add(tell));
    return {
      snapshot,
      events: take(queue, closing.signal),
      [Symbol.dispose]() {
        attached.delete(tell);
        closing.abort("disposed");
      },
    };
  }

  handle(request: SessionRequest): Promise<SessionReply> {
    this.handled.push(request);
    return Promise.resolve({ requestId: request.requestId, ok: true, answer: { kind: "done" } });
  }

  asks(): readonly WaitingAsk[] {
    return this.waiting;
  }

  subscribe(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }
}

async function* take(
  queue: BoundedQueue<NumberedEvent | null>,
  signal: AbortSignal,
): AsyncGenerator<NumberedEvent> {
  while (true) {
    const event = await queue.take(signal);
    if (event === null) return;
    yield event;
  }
}
