export { type OutboxDeps, sendOutbox } from "./outbox.ts";
export { syncLimits } from "./limits.ts";
export {
  type AppendDecision,
  decideAppend,
  type MeasuredEntry,
  measureEntry,
  type SequencerLimits,
  type SequencerView,
} from "./local-sequencer.ts";
export type {
  LinkPhase,
  LinkStatus,
  LogMark,
  RoomLink,
  RoomLinkDeps,
  RowRefused,
} from "./room-link-types.ts";
export { createRoomLink } from "./room-link.ts";
export { createSharedRoomLog, sharedEntryId, type SharedRoomLogDeps } from "./shared-room-log.ts";
