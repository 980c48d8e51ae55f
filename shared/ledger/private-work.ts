/** Work off the room's turns, as the ledger takes it. Shapes only. */

import type { InputHeader, InputKind, PrivateWork } from "../ports/peer-store.ts";

export interface PrivateCandidate {
  readonly roomId: string;
  readonly persona: string;
  readonly kind: InputKind;
  /** A repeated one is the same input. */
  readonly idempotencyKey: string;
  readonly header: InputHeader;
  readonly work: PrivateWork;
  readonly human: boolean;
  /** Entries of the session's log that are stored together with the acceptance. */
  readonly segments: readonly unknown[];
}

/** Who a life cycle call is about. */
export interface SessionRef {
  readonly roomId: string;
  readonly persona: string;
}

/** Why work was not taken; a typed outcome, stored nowhere. */
export type AdmissionRefused =
  /** `derived` work cannot come from a person, another session or a caller (study 2.2). */
  | { readonly kind: "durability-invalid"; readonly detail: string }
  | { readonly kind: "session-closed"; readonly state: "retired" | "stopped" };

export interface DrainReport {
  /** Inputs that end before they ran. */
  readonly abandoned: number;
  /** Inputs that will still run. */
  readonly pending: number;
}
