/**
 * One connection of the session socket: requests and their replies, snapshots and the events behind
 * them, as JSON texts.
 *
 * Owns what this connection watches and what it is owed. Does not own sessions (the host's) nor the
 * socket. In: `{requestId, roomId, session, call}`, `{attach: {roomId, session}}`, `{detach:
 * {roomId, session}}`. Out: `{reply}`, `{of, snapshot}`, `{of, event}`, `{of, ended: true}`,
 * `{error}`, with `of` the `{roomId, session}` that was attached to.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO53  What cannot be read is answered with a typed error, and the connection stays.
 *   HO54  A connection gets a snapshot and every event behind it; one that reads too slowly is sent
 *         no more until it has read, and is then resynced by the session. What it may ask, watch
 *         and be owed is limited.
 */

import { createScope, err, ok, raceSignal, type Result, type Scope } from "#shared/base/mod.ts";
import {
  type Attachment,
  decodeRequest,
  type SessionReply,
  type SessionRequest,
} from "#shared/session/mod.ts";
import type { SessionSocketLimits } from "./session-socket-limits.ts";

/** The sessions of this host. */
export interface HostedSessions {
  /** Answers every request; aborting cancels the wait, what was accepted stays. Never rejects. */
  handle(request: SessionRequest, signal: AbortSignal): Promise<SessionReply>;
  attach(roomId: string, session: string): Attachment | undefined;
}

/** The socket as a connection sees it. */
export interface SessionWire {
  /** Resolves when the text has left this process; rejects when it never will. */
  send(text: string): Promise<void>;
  bufferedBytes(): number;
  /** Ends at once, without a word. */
  cut(): void;
}

export interface SessionConnection {
  receive(text: string): void;
  /** Answers a frame that is no text. */
  refuseBinary(): void;
  /** Ends every watch and every wait. */
  close(): Promise<void>;
}

export type ConnectionError =
  | { readonly kind: "frame-malformed"; readonly detail: string }
  | { readonly kind: "session-unknown"; readonly session: string }
  | { readonly kind: "not-attached"; readonly session: string }
  | { readonly kind: "too-many-attachments"; readonly attachmentsMax: number };

interface Target {
  readonly roomId: string;
  readonly session: string;
}

type Fields = Readonly<Record<string, unknown>>;

export interface SessionConnectionDeps {
  readonly sessions: HostedSessions;
  readonly wire: SessionWire;
  readonly limits: SessionSocketLimits;
  readonly onDefect: (error: unknown) => void;
}

/** Serves one connection until it is closed or `signal` aborts. */
export function createSessionConnection(
  deps: SessionConnectionDeps,
  signal: AbortSignal,
): SessionConnection {
  const { sessions, limits } = deps;
  const scope = createScope(signal, deps.onDefect);
  const watches = new Map<string, Scope>();
  let requestsOpen = 0;

  const post = (frame: object): Promise<void> => {
    if (deps.wire.bufferedBytes() > limits.unsentBytesHardMax) deps.wire.cut(); // HO54
    return deps.wire.send(JSON.stringify(frame));
  };
  /** Owned by the socket: a text that never leaves ends the connection, which says so. */
  const say = (frame: object): void => void post(frame).catch(() => undefined);
  const refuse = (error: ConnectionError): void => say({ error });

  const detach = (key: string): boolean => {
    const watch = watches.get(key);
    watches.delete(key);
    // Owned by the connection's scope; its one child ends with the abort.
    void watch?.close("detached");
    return watch !== undefined;
  };
  const attach = (of: Target): void => {
    const key = keyOf(of);
    detach(key);
    if (watches.size >= limits.attachmentsMax) {
      return refuse({ kind: "too-many-attachments", attachmentsMax: limits.attachmentsMax });
    }
    const attachment = sessions.attach(of.roomId, of.session);
    if (attachment === undefined) return refuse({ kind: "session-unknown", session: of.session });
    const watch = createScope(scope.signal, deps.onDefect);
    watches.set(key, watch);
    watch.start(async (inner) => {
      await tellSession(attachment, of, post, deps, inner);
      say({ of, ended: true });
      if (watches.get(key) === watch) watches.delete(key);
    });
  };
  const ask = async (request: SessionRequest, inner: AbortSignal): Promise<void> => {
    requestsOpen += 1;
    try {
      const reply = await raceSignal(sessions.handle(request, inner), inner);
      say({ reply });
    } finally {
      requestsOpen -= 1;
    }
  };
  const takeRequest = (frame: Fields): void => {
    const decoded = decodeRequest(frame);
    if (!decoded.ok) {
      const { requestId, error } = decoded.error;
      return say({ reply: { requestId, ok: false, error } });
    }
    const { requestId } = decoded.value;
    if (requestsOpen >= limits.requestsMax) {
      const error = { kind: "too-many-requests", requestsMax: limits.requestsMax };
      return say({ reply: { requestId, ok: false, error } });
    }
    scope.start((inner) => ask(decoded.value, inner));
  };

  return {
    receive(text) {
      if (scope.signal.aborted) return;
      const parsed = parseFrame(text);
      if (!parsed.ok) return refuse(parsed.error);
      const frame = parsed.value;
      const name = "attach" in frame ? "attach" : "detach" in frame ? "detach" : undefined;
      if (name === undefined) return takeRequest(frame);
      const of = targetOf(frame[name]);
      if (of === undefined) return refuse({ kind: "frame-malformed", detail: name });
      if (name === "attach") return attach(of);
      if (!detach(keyOf(of))) refuse({ kind: "not-attached", session: of.session });
    },
    refuseBinary: () => refuse({ kind: "frame-malformed", detail: "not a text" }),
    async close() {
      await Promise.all([...watches.values()].map((watch) => watch.close("connection closed")));
      await scope.close("connection closed");
    },
  };
}

/** Sends what the session tells, as fast as it is read. */
async function tellSession(
  attachment: Attachment,
  of: Target,
  post: (frame: object) => Promise<void>,
  { wire, limits }: Pick<SessionConnectionDeps, "wire" | "limits">,
  signal: AbortSignal,
): Promise<void> {
  using _attached = attachment;
  let sent = post({ of, snapshot: attachment.snapshot });
  const events = attachment.events[Symbol.asyncIterator]();
  while (true) {
    // A rejected text is the socket's end; then this scope ends too.
    sent.catch(() => undefined);
    if (wire.bufferedBytes() > limits.unsentBytesMax) await raceSignal(sent, signal); // HO54
    const next = await raceSignal(events.next(), signal);
    if (next.done === true) return;
    sent = post({ of, event: next.value });
  }
}

function parseFrame(text: string): Result<Fields, ConnectionError> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: the one error that `parse` has.
    return err({ kind: "frame-malformed", detail: "not JSON" });
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? ok(value as Fields)
    : err({ kind: "frame-malformed", detail: "not an object" });
}

function targetOf(value: unknown): Target | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { roomId, session } = value as Fields;
  return isId(roomId) && isId(session) ? { roomId, session } : undefined;
}

/** Ids are short; a long one names nothing. */
const isId = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= 512;

const keyOf = ({ roomId, session }: Target): string => JSON.stringify([roomId, session]);
