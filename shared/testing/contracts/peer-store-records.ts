/** What the cases of the peer store contract share: their subject, and what they store. */

import { toEpochMs } from "../../base/brands.ts";
import { firstMove } from "../../ledger/input-moves.ts";
import { admissionOfTurn, headerOfTurn } from "../../ledger/input-policy.ts";
import type {
  AdmissionCommit,
  InputPhase,
  NewInput,
  PeerStore,
  ReplyCommit,
} from "../../ports/peer-store.ts";
import type { ContractCase } from "./contract-case.ts";

export interface PeerStoreSubject {
  /** Another handle on the same rows: the next leader, or the same one after a restart. */
  open(): PeerStore;
  /** The transaction that makes the `nth` write from now aborts there, as a crash does. */
  abortAtWrite(nth: number): void;
  close(): Promise<void>;
}

type Check = (subject: PeerStoreSubject) => Promise<void>;

export function contractCase(title: string, check: Check): ContractCase<PeerStoreSubject> {
  return {
    title,
    async run(make) {
      const subject = await make();
      try {
        await check(subject);
      } finally {
        await subject.close();
      }
    },
  };
}

/** A queued input of a turn whose idempotency key is `key`. */
export function queuedInput(key: string): NewInput {
  const asked = { kind: "prompt", attempt: 0, human: true } as const;
  return {
    id: `in_${key}`,
    roomId: "rm_1",
    persona: "ada",
    idempotencyKey: key,
    ...asked,
    header: headerOfTurn(asked),
    admission: admissionOfTurn(asked),
    phase: "queued",
    moves: [firstMove(toEpochMs(1_000))],
    turn: 1,
    assign: 2,
    createdAt: toEpochMs(1_000),
    stagedCount: 0,
    partialText: "",
  };
}

/** The admission of that input, changed, and nothing with it. */
export function admissionOf(key: string, change: Partial<NewInput> = {}): AdmissionCommit {
  return { input: { ...queuedInput(key), ...change }, replaces: [], segments: [] };
}

/** A move to a phase, as an update asks for it. */
export const moveTo = (to: InputPhase) => ({ move: { to, at: toEpochMs(1_500) } });

/** A full commit of the input with `key`: segment, receipt and outbox row. */
export function replyTo(key: string, phase: ReplyCommit["phase"] = "consumed"): ReplyCommit {
  return {
    inputId: `in_${key}`,
    receipt: {
      inputId: `in_${key}`,
      idempotencyKey: key,
      outcome: "replied",
      at: toEpochMs(2_000),
    },
    segments: [{ roomId: "rm_1", persona: "ada", body: { note: key } }],
    outbox: { roomId: "rm_1", entry: { id: `settle_${key}`, device: "dev_1", body: { of: key } } },
    phase,
  };
}
