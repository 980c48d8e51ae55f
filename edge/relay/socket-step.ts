/**
 * One socket, sans-IO, until it belongs to a room and beside it ever after.
 *
 * Owns the greeting, the join deadline, the budgets of a stranger and of a member's frames, and the
 * idle end. Does not own membership: after `enter` the room decides.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL1  A socket that has not shown a proof `joinMsMax` after it opened ends 4502, whatever it
 *        sent.
 *   RL2  Before that it may send `greetingBytesMax` bytes (4509) in `greetingMessagesMax` messages
 *        (4500).
 *   RL3  A proof that does not hold ends 4501, whatever was wrong with it.
 *   RL4  A nonce serves one socket and one attempt.
 *   RL5  A frame before `joined` ends the socket 4502 and changes nothing.
 *   RL6  A bad frame is answered `error`; the one that makes `badFramesMax` ends the socket 4500.
 *   RL7  `ping` is answered `pong`; a socket that says nothing for `idleMsMax` ends 4005.
 *   RL8  More frames than the budget end the socket 4003.
 *   RL9  Another protocol version ends 4505, a frame over `frameBytesMax` 4509.
 */

import { type EpochMs, type MonotonicMs, toMonotonicMs, unreachable } from "#shared/base/mod.ts";
import {
  type ClientFrame,
  closeCodes,
  decodeClientFrame,
  type DecodeFrameError,
  PING,
  PONG,
  PROTOCOL_VERSION,
  type RelayLimits,
  type ServerFrame,
} from "#shared/protocol/mod.ts";
import { type Bucket, type BucketRate, createBucket, takeTokens } from "./bucket.ts";
import { innerLimits } from "./limits.ts";
import type { MemberFrame } from "./room-state.ts";

export type JoinFrame = Extract<ClientFrame, { readonly t: "join" }>;

export type SocketLife =
  | { readonly phase: "greeted"; readonly nonce: string; readonly joinBy: MonotonicMs }
  | { readonly phase: "verifying"; readonly join: JoinFrame }
  /** The room has it; it may still wait for `joined`. */
  | { readonly phase: "entered" }
  | { readonly phase: "closed" };

export interface SocketState {
  life: SocketLife;
  /** Before it entered. */
  bytes: number;
  messages: number;
  badFrames: number;
  readonly frames: Bucket;
  heardAt: MonotonicMs;
}

export interface SocketContext {
  readonly now: MonotonicMs;
  readonly limits: RelayLimits;
}

export type SocketEvent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "verified"; readonly isAdmitted: boolean }
  /** The room found a frame's content impossible. */
  | { readonly kind: "bad-frame" }
  /** `heardAt`: when the platform last answered a ping by itself. */
  | { readonly kind: "tick"; readonly heardAt?: MonotonicMs | undefined };

export type SocketEffect =
  | { readonly kind: "send"; readonly frame: ServerFrame }
  | { readonly kind: "pong"; readonly text: string }
  | { readonly kind: "close"; readonly code: number }
  | { readonly kind: "verify"; readonly join: JoinFrame; readonly nonce: string }
  | { readonly kind: "enter"; readonly join: JoinFrame }
  | { readonly kind: "forward"; readonly frame: MemberFrame };

/** A fresh socket and the `hello` it gets. */
export function greetSocket(
  nonce: string,
  epochNow: EpochMs,
  { now, limits }: SocketContext,
): { readonly state: SocketState; readonly hello: ServerFrame } {
  const joinBy = toMonotonicMs(now + limits.joinMsMax);
  return {
    state: createSocketState({ phase: "greeted", nonce, joinBy }, { now, limits }),
    hello: {
      t: "hello",
      v: PROTOCOL_VERSION,
      nonce,
      now: epochNow,
      pingMs: innerLimits.pingMs,
      limits,
    },
  };
}

/** A socket that has done nothing yet in this phase of its life. */
export function createSocketState(
  life: SocketLife,
  { now, limits }: SocketContext,
): SocketState {
  const frames = createBucket(frameRate(limits), now);
  return { life, bytes: 0, messages: 0, badFrames: 0, frames, heardAt: now };
}

/** Takes one event to its end. The effects are to be run in order. */
export function stepSocket(
  state: SocketState,
  event: SocketEvent,
  context: SocketContext,
): readonly SocketEffect[] {
  if (state.life.phase === "closed") return [];
  switch (event.kind) {
    case "text":
      return takeText(state, event.text, context);
    case "verified":
      return takeVerdict(state, event.isAdmitted);
    case "bad-frame":
      return countBadFrame(state, "frame-malformed");
    case "tick":
      if (event.heardAt !== undefined && event.heardAt > state.heardAt) {
        state.heardAt = event.heardAt; // RL7
      }
      return tick(state, context);
    default:
      return unreachable(event);
  }
}

/** When the socket wants its next `tick`. */
export function nextSocketDue(state: SocketState): MonotonicMs | undefined {
  const idleAt = toMonotonicMs(state.heardAt + innerLimits.idleMsMax);
  switch (state.life.phase) {
    case "closed":
      return undefined;
    case "greeted":
      return state.life.joinBy < idleAt ? state.life.joinBy : idleAt;
    case "verifying":
    case "entered":
      return idleAt;
    default:
      return unreachable(state.life);
  }
}

function takeText(
  state: SocketState,
  text: string,
  { now, limits }: SocketContext,
): readonly SocketEffect[] {
  state.heardAt = now; // RL7
  if (!takeTokens(state.frames, frameRate(limits), 1, now)) {
    return close(state, closeCodes.rateLimited); // RL8
  }
  // What fits at 3 bytes a character need not be counted.
  const isCounted = state.life.phase !== "entered" || text.length * 3 > limits.frameBytesMax;
  const bytes = isCounted ? bytesOf(text) : 0;
  if (bytes > limits.frameBytesMax) return close(state, closeCodes.tooBig); // RL9
  if (state.life.phase !== "entered") {
    state.bytes += bytes;
    state.messages += 1;
    if (state.bytes > innerLimits.greetingBytesMax) return close(state, closeCodes.tooBig); // RL2
    if (state.messages > innerLimits.greetingMessagesMax) return close(state, closeCodes.badFrame);
  }
  if (text === PING) return [{ kind: "pong", text: PONG }]; // RL7
  const decoded = decodeClientFrame(text);
  return state.life.phase === "entered"
    ? takeMemberFrame(state, decoded)
    : takeFirstFrame(state, decoded);
}

type Decoded = ReturnType<typeof decodeClientFrame>;

function takeFirstFrame(state: SocketState, decoded: Decoded): readonly SocketEffect[] {
  if (!decoded.ok) return close(state, codeOf(decoded.error));
  const { life } = state;
  if (decoded.value.t !== "join" || life.phase !== "greeted") {
    return close(state, closeCodes.notJoined); // RL5
  }
  state.life = { phase: "verifying", join: decoded.value }; // RL4
  return [{ kind: "verify", join: decoded.value, nonce: life.nonce }];
}

function takeMemberFrame(state: SocketState, decoded: Decoded): readonly SocketEffect[] {
  if (decoded.ok) {
    return decoded.value.t === "join"
      ? countBadFrame(state, "frame-malformed")
      : [{ kind: "forward", frame: decoded.value }];
  }
  const { kind } = decoded.error;
  if (kind === "frame-too-large") return close(state, closeCodes.tooBig);
  return countBadFrame(state, kind === "frame-unknown" ? kind : "frame-malformed");
}

function takeVerdict(state: SocketState, isAdmitted: boolean): readonly SocketEffect[] {
  if (state.life.phase !== "verifying") return [];
  if (!isAdmitted) return close(state, closeCodes.badProof); // RL3
  const { join } = state.life;
  state.life = { phase: "entered" };
  return [{ kind: "enter", join }];
}

function countBadFrame(
  state: SocketState,
  code: "frame-unknown" | "frame-malformed",
): readonly SocketEffect[] {
  state.badFrames += 1;
  return state.badFrames < innerLimits.badFramesMax
    ? [{ kind: "send", frame: { t: "error", code } }]
    : close(state, closeCodes.badFrame); // RL6
}

function tick(state: SocketState, { now }: SocketContext): readonly SocketEffect[] {
  if (state.life.phase === "greeted" && state.life.joinBy <= now) {
    return close(state, closeCodes.notJoined); // RL1
  }
  return now - state.heardAt >= innerLimits.idleMsMax ? close(state, closeCodes.idle) : [];
}

function close(state: SocketState, code: number): readonly SocketEffect[] {
  state.life = { phase: "closed" };
  return [{ kind: "close", code }];
}

function codeOf(error: DecodeFrameError): number {
  switch (error.kind) {
    case "frame-version":
      return closeCodes.badVersion; // RL9
    case "frame-too-large":
      return closeCodes.tooBig;
    case "frame-malformed":
    case "frame-unknown":
      return closeCodes.badFrame;
    default:
      return unreachable(error);
  }
}

/** Every append the limits allow, and the small frames beside them. */
function frameRate(limits: RelayLimits): BucketRate {
  return {
    burst: innerLimits.framesBurst + 2 * limits.appendBurst,
    perS: innerLimits.framesPerS + 2 * limits.appendsPerS,
  };
}

/** In UTF-8. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
