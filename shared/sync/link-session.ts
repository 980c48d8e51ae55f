/**
 * One socket to a relay as a state machine: what a frame of the relay means, and whether it may
 * come now. Pure; link-connection.ts does what it says.
 *
 * A relay is not trusted: whatever breaks the protocol ends the socket, and nothing of it is kept.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY41  Entries are taken only in the relay's order, without a gap, from where the join said.
 *   SY42  A frame that may not come now, or is none, ends the socket as misbehaviour.
 *   SY43  Nothing is live before everything up to the head at the join is here.
 */

import {
  type Cursor,
  PROTOCOL_VERSION,
  type RecoveryReason,
  type RefusalCode,
  type RelayEntry,
  type RelayLimits,
  type ServerFrame,
} from "../protocol/relay-frames.ts";

export interface LinkSession {
  readonly phase: "hello" | "joining" | "replaying" | "live";
  /** What the join asked to go on from. */
  readonly cursor: Cursor | undefined;
  readonly epoch: string;
  /** Seq of the next entry. */
  readonly next: number;
  /** Head at the join: `live` may come once everything up to it is here. */
  readonly joinedHead: number;
  readonly present: readonly string[];
  /** The append without an answer. */
  readonly asked: string | undefined;
}

export type LinkEffect =
  | {
    readonly kind: "prove";
    readonly nonce: string;
    readonly relayNow: number;
    readonly pingMs: number;
    readonly limits: RelayLimits;
  }
  | {
    readonly kind: "joined";
    readonly epoch: string;
    readonly recovered: boolean;
    readonly reason: RecoveryReason | undefined;
    readonly floor: number;
    readonly head: number;
    readonly bytes: number;
  }
  | {
    readonly kind: "entries";
    readonly entries: readonly RelayEntry[];
    readonly mac: string;
    readonly isReplay: boolean;
  }
  | { readonly kind: "live" }
  | { readonly kind: "ok"; readonly id: string; readonly seq: number }
  | {
    readonly kind: "no";
    readonly id: string;
    readonly code: RefusalCode;
    readonly retry: boolean;
    readonly afterMs: number;
  }
  | { readonly kind: "ephemeral"; readonly from: string; readonly body: string }
  | { readonly kind: "presence" }
  | { readonly kind: "version" }
  | { readonly kind: "misbehaves"; readonly detail: string };

export interface LinkStep {
  readonly session: LinkSession;
  readonly effect: LinkEffect | undefined;
}

export function beginSession(cursor: Cursor | undefined): LinkSession {
  return {
    phase: "hello",
    cursor,
    epoch: "",
    next: 1,
    joinedHead: 0,
    present: [],
    asked: undefined,
  };
}

/** The join frame was sent. */
export function markJoining(session: LinkSession): LinkSession {
  return { ...session, phase: "joining" };
}

/** An append was sent; one at a time, so that nothing can overtake what is refused. */
export function markAsked(session: LinkSession, id: string): LinkSession {
  return { ...session, asked: id };
}

export function stepSession(session: LinkSession, frame: ServerFrame): LinkStep {
  switch (frame.t) {
    case "hello":
      return hello(session, frame);
    case "joined":
      return joined(session, frame);
    case "entries":
      return entries(session, frame);
    case "live":
      return live(session, frame);
    case "ok":
      return answered(session, frame.id, { kind: "ok", id: frame.id, seq: frame.seq });
    case "no": {
      const { id, code, retry, afterMs = 0 } = frame;
      return answered(session, id, { kind: "no", id, code, retry, afterMs });
    }
    case "presence":
      return presence(session, frame.device, frame.state);
    case "eph":
      return isJoined(session)
        ? { session, effect: { kind: "ephemeral", from: frame.from, body: frame.body } }
        : misbehaves(session, "ephemeral before joined");
    case "page":
      return misbehaves(session, "a page nobody asked for");
    case "error":
      return misbehaves(session, `it did not understand us: ${frame.code}`);
  }
}

function hello(session: LinkSession, frame: Extract<ServerFrame, { t: "hello" }>): LinkStep {
  if (session.phase !== "hello") return misbehaves(session, "hello twice");
  if (frame.v !== PROTOCOL_VERSION) return { session, effect: { kind: "version" } };
  const { nonce, now: relayNow, pingMs, limits } = frame;
  return { session, effect: { kind: "prove", nonce, relayNow, pingMs, limits } };
}

function joined(session: LinkSession, frame: Extract<ServerFrame, { t: "joined" }>): LinkStep {
  if (session.phase !== "joining") return misbehaves(session, "joined without a join");
  const { cursor } = session;
  const { epoch, head, floor, recovered, reason, bytes = 0 } = frame;
  if (recovered && (cursor === undefined || cursor.epoch !== epoch || cursor.seq > head)) {
    return misbehaves(session, "recovered what we did not have");
  }
  if (floor > head + 1) return misbehaves(session, "a floor above its head");
  const next = recovered && cursor !== undefined ? cursor.seq + 1 : floor;
  return {
    session: {
      ...session,
      phase: "replaying",
      epoch,
      next,
      joinedHead: head,
      present: [...new Set(frame.members)],
    },
    effect: { kind: "joined", epoch, recovered, reason, floor, head, bytes },
  };
}

function entries(session: LinkSession, frame: Extract<ServerFrame, { t: "entries" }>): LinkStep {
  if (!isJoined(session)) return misbehaves(session, "entries before joined");
  if (frame.epoch !== session.epoch) return misbehaves(session, "entries of another epoch");
  if (frame.entries.length === 0) return misbehaves(session, "no entries");
  const isInOrder = frame.entries.every((entry, index) => entry.seq === session.next + index);
  if (!isInOrder) { // SY41
    return misbehaves(session, `entries from ${frame.entries[0]?.seq}: next is ${session.next}`);
  }
  return {
    session: { ...session, next: session.next + frame.entries.length },
    effect: { kind: "entries", entries: frame.entries, mac: frame.mac, isReplay: frame.replay },
  };
}

function live(session: LinkSession, frame: Extract<ServerFrame, { t: "live" }>): LinkStep {
  if (session.phase !== "replaying") return misbehaves(session, "live twice or before joined");
  const isWhole = session.next === session.joinedHead + 1 && frame.seq === session.joinedHead;
  if (!isWhole) return misbehaves(session, "live before its head"); // SY43
  return { session: { ...session, phase: "live" }, effect: { kind: "live" } };
}

function answered(session: LinkSession, id: string, effect: LinkEffect): LinkStep {
  if (session.asked !== id) return misbehaves(session, "an answer to nothing");
  return { session: { ...session, asked: undefined }, effect };
}

function presence(session: LinkSession, device: string, state: "here" | "gone"): LinkStep {
  if (!isJoined(session)) return misbehaves(session, "presence before joined");
  const others = session.present.filter((one) => one !== device);
  const present = state === "here" ? [...others, device] : others;
  return { session: { ...session, present }, effect: { kind: "presence" } };
}

const isJoined = ({ phase }: LinkSession): boolean => phase === "replaying" || phase === "live";

function misbehaves(session: LinkSession, detail: string): LinkStep { // SY42
  return { session, effect: { kind: "misbehaves", detail } };
}
