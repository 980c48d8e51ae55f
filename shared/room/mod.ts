export type * from "./room-state.ts";
export { branchedState } from "./branch-state.ts";
export {
  checkpointHash,
  decodeCheckpoint,
  encodeCheckpoint,
  logCheckpointOf,
} from "./checkpoint.ts";
export type { CheckpointError } from "./checkpoint.ts";
export { emptyState } from "./draft.ts";
export { foldEntries } from "./fold.ts";
export { isPinnable } from "./fold-pins.ts";
export { rewindToRestore } from "./fold-talk.ts";
export {
  type DeviceObstacle,
  type HostObstacle,
  type HostOutlook,
  hostOutlook,
} from "./host-outlook.ts";
export { canHost, laneFor, possibleHosts, seesImages } from "./hosting-rules.ts";
export { attemptLeftFor, leavesRoomFor } from "./leaves-room.ts";
export { roomLimits } from "./limits.ts";
export { hasHeard, PRESENCE_RULES } from "./presence.ts";
export { recentState } from "./recent-state.ts";
export { type RepliedTo, repliedTo } from "./replies.ts";
export { offerTurnsMax, recipeRules } from "./recipes/recipe-rules.ts";
