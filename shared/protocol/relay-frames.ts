/**
 * Frames between a client and a relay: JSON text, one frame a web socket message.
 *
 * Owns the types. `decode-relay-frame.ts` makes them from unknown text; the relay's meaning of each
 * is in edge/relay (rules RL), the client's in shared/sync. Bytes travel as base64url without
 * padding. A relay never sees inside `body`.
 */

export const PROTOCOL_VERSION = 1;

/** Sent and answered as they are, so that a platform can answer without waking the room. */
export const PING = "ping";
export const PONG = "pong";

/** A place in one room's log that the relay vouches for: the MAC is made with its own secret. */
export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
  readonly mac: string;
}

/** One ordered entry as the relay stores it. */
export interface RelayEntry {
  readonly seq: number;
  /** Epoch ms of the relay when it ordered the entry. */
  readonly ts: number;
  /** The device whose proof opened the socket it came through, or `relay` for `left`. */
  readonly from: string;
  readonly id: string;
  /** A sealed envelope as base64url; for an entry of the relay itself, JSON of a `left` event. */
  readonly body: string;
}

/** Proof that a client may enter a room; see shared/crypto/admission.ts. */
export interface AdmissionProof {
  readonly readKey: string;
  readonly writeKey: string;
  readonly deviceKey: string;
  readonly access: "write" | "read";
  /** Epoch ms after which the proof is void. */
  readonly notAfter: number;
  /** By the write key, or for `read` by the read key. */
  readonly admitSignature: string;
  readonly deviceSignature: string;
}

export type ClientFrame =
  | {
    readonly t: "join";
    readonly v: number;
    readonly room: string;
    readonly device: string;
    readonly proof: AdmissionProof;
    /** Undefined for a first visit: everything the relay holds is replayed. */
    readonly cursor?: Cursor | undefined;
  }
  | {
    readonly t: "append";
    readonly id: string;
    readonly body: string;
    /** Set on the entries of a checkpoint; once its last is in, the relay may trim by it (D31). */
    readonly covers?: number | undefined;
    /** With `covers`: the checkpoint goes on after this entry. */
    readonly more?: true | undefined;
    /** Offered again by another device (healing): the device that wrote it. No authority. */
    readonly author?: string | undefined;
  }
  /** Everything up to `seq` was taken in: renews the credit. */
  | { readonly t: "ack"; readonly seq: number }
  | { readonly t: "page"; readonly before: number; readonly entriesMax: number }
  | { readonly t: "eph"; readonly body: string };

/** Why a resume could not be whole, so that the client reads the log anew. */
export type RecoveryReason = "no-cursor" | "bad-cursor" | "epoch" | "ahead" | "trimmed";

/** `retry`: the same frame may be sent again later; else it never will be accepted. */
export type RefusalCode =
  | "rate-limited" // retry, after `afterMs`
  | "busy" // retry
  | "log-full" // retry once a checkpoint allowed trimming
  | "conflict" // the id is taken by another body
  | "too-large"
  | "read-only"
  | "storage-failed"; // retry

export type ServerFrame =
  | {
    readonly t: "hello";
    readonly v: number;
    /** Single use, of this socket alone. */
    readonly nonce: string;
    readonly now: number;
    readonly pingMs: number;
    readonly limits: RelayLimits;
  }
  | {
    readonly t: "joined";
    readonly epoch: string;
    readonly head: number;
    /** The oldest seq the relay still holds, head + 1 when it holds none. */
    readonly floor: number;
    /** Of the bodies that the relay holds, as base64url. */
    readonly bytes?: number | undefined;
    /** True: the replay goes on right behind the cursor. False: it starts at `floor`. */
    readonly recovered: boolean;
    readonly reason?: RecoveryReason | undefined;
    /** Devices here now, this one included. */
    readonly members: readonly string[];
  }
  | {
    readonly t: "entries";
    readonly epoch: string;
    readonly entries: readonly RelayEntry[];
    /** True until `live`. */
    readonly replay: boolean;
    /** MAC of a cursor at the last of `entries`. */
    readonly mac: string;
  }
  | { readonly t: "live"; readonly seq: number }
  | {
    readonly t: "ok";
    readonly id: string;
    readonly seq: number;
    readonly ts: number;
    readonly dup: boolean;
  }
  | {
    readonly t: "no";
    readonly id: string;
    readonly code: RefusalCode;
    readonly retry: boolean;
    readonly afterMs?: number | undefined;
  }
  | {
    readonly t: "page";
    readonly before: number;
    readonly entries: readonly RelayEntry[];
    readonly floor: number;
  }
  | { readonly t: "eph"; readonly from: string; readonly body: string }
  | { readonly t: "presence"; readonly device: string; readonly state: "here" | "gone" }
  /** The frame had an unknown type or shape; ten of these end the socket. */
  | { readonly t: "error"; readonly code: "frame-unknown" | "frame-malformed" };

/** Published at `/.well-known/relay.json` and in `hello`. */
export interface RelayLimits {
  readonly frameBytesMax: number;
  readonly bodyBytesMax: number;
  readonly joinMsMax: number;
  readonly windowEntriesMax: number;
  readonly windowBytesMax: number;
  readonly appendBurst: number;
  readonly appendsPerS: number;
  readonly ephemeralBytesPerS: number;
  readonly entriesMax: number;
  readonly logBytesMax: number;
}

/** Below 4500: come back. From 4500: do not. */
export const closeCodes = Object.freeze({
  serverError: 4000,
  restarting: 4001,
  busy: 4002,
  rateLimited: 4003,
  idle: 4005,
  tooSlow: 4008,
  positionLost: 4010,
  badFrame: 4500,
  badProof: 4501,
  notJoined: 4502,
  roomFull: 4503,
  badVersion: 4505,
  badOrigin: 4506,
  replaced: 4507,
  roomClosed: 4508,
  tooBig: 4509,
});

/** The relay itself, as the author of an entry. */
export const RELAY_AUTHOR = "relay";
