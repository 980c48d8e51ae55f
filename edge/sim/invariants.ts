/** Every invariant of relay.md D3 that this simulator checks; I10 to I12 and I20 are others'. */

import {
  acknowledgedStays,
  cursorAhead,
  gaplessSeqs,
  oneMeaning,
  recoveredWhole,
  refusedChangesNothing,
  sameAnswer,
} from "./invariants-log.ts";
import {
  boundedSocket,
  idOnce,
  liveIsWhole,
  outboxEmpties,
  presenceConverges,
  relayIsBlind,
  replayTriggersNobody,
  roomConverges,
  sendOrder,
  viewIsPrefix,
} from "./invariants-view.ts";
import type { Invariant } from "./sim-trace.ts";

export const invariants: readonly Invariant[] = [
  gaplessSeqs,
  oneMeaning,
  acknowledgedStays,
  idOnce,
  viewIsPrefix,
  liveIsWhole,
  recoveredWhole,
  cursorAhead,
  sendOrder,
  presenceConverges,
  boundedSocket,
  outboxEmpties,
  relayIsBlind,
  refusedChangesNothing,
  sameAnswer,
  replayTriggersNobody,
  roomConverges,
];
