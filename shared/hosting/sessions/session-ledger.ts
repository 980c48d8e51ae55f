/** The ledger as one session's controller sees it: its own inputs, its own life. */

import { ok } from "../../base/result.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { SessionRef } from "../../ledger/private-work.ts";
import type { PeerStore } from "../../ports/peer-store.ts";
import type { ControllerLedger } from "../../session/control/controller-deps.ts";
import type { SessionRecords } from "./session-records.ts";

/** Of the ledger: what sessions need. */
export type SessionLedger = Pick<
  Ledger,
  | "admitPrivate"
  | "callSession"
  | "completion"
  | "saveSession"
  | "subscribe"
  | "subscribeSessions"
  | "wake"
  | "withdraw"
>;

export function sessionLedgerOf(
  ref: SessionRef,
  { ledger, store, records }: {
    readonly ledger: SessionLedger;
    readonly store: Pick<PeerStore, "inputsOf">;
    readonly records: Pick<SessionRecords, "read" | "change">;
  },
): ControllerLedger {
  const { roomId, persona } = ref;
  return {
    admitPrivate: (candidate, signal) => ledger.admitPrivate(candidate, signal),
    withdraw: (inputId, reason) => ledger.withdraw(inputId, reason),
    completion: (input, signal) => ledger.completion(input, signal),
    inputs: (inputsMax, signal) => store.inputsOf(roomId, persona, inputsMax, signal),
    async life(signal) {
      const read = await records.read(ref, signal);
      return read.ok ? ok(read.value.state) : read;
    },
    change: (operation, signal) => records.change(operation, ref, signal),
    subscribe: (observer) =>
      ledger.subscribe((input) => {
        if (input.roomId === roomId && input.persona === persona) observer(input);
      }),
    subscribeLife: (observer) =>
      ledger.subscribeSessions((session, state) => {
        if (session.roomId === roomId && session.persona === persona) observer(state);
      }),
    wake: () => ledger.wake(),
  };
}
