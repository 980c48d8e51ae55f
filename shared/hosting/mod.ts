export { announcedLanes } from "./announced-lanes.ts";
export { attemptsOf, type AttemptWait, type PeerAttempt } from "./attempts.ts";
export { createCheckpointDuty } from "./checkpoint-duty.ts";
export {
  createEngineService,
  type EngineInfo,
  type EngineService,
  type EngineStatus,
} from "./engine-service.ts";
export { foundingEntries, type FoundingPersona } from "./founding.ts";
export type { EndedPart } from "./end-parts.ts";
export { carriedEntries, type Carrying } from "./moving/carried-entries.ts";
export {
  closedEvent,
  type Companions,
  companionsOf,
  type FollowError,
  followingKeys,
} from "./moving/close-room.ts";
export { type MovedFounding, movedFounding } from "./moving/moved-founding.ts";
export { createPeer, type Peer, type PeerDeps, type PeerLink } from "./peer.ts";
export type { PeerServices } from "./peer-services.ts";
export type { DeviceOffer } from "./peer-steps.ts";
export {
  type BootReport,
  type LatencySum,
  noCounters,
  noLatencies,
  type ServiceCounters,
  type ServiceFailure,
  serviceFailureKinds,
  type ServiceLatencies,
  type ServicePhase,
  servicePhases,
  type ServiceRestart,
  type ServiceStatus,
  type SkipReason,
} from "./services/service-status.ts";
export type { HostSessions, Sessions, WaitingAsk } from "./sessions/session-host.ts";
export type { StreamFrame } from "./sessions/stream-frame.ts";
export { authorName } from "./window-lines.ts";
export {
  type CheckpointStore,
  createRoomFeed,
  type FeedProblem,
  type RoomFeed,
  type StateShelf,
  type StoredCheckpoint,
} from "./room-feed.ts";
export {
  fittingRoom,
  importedFounding,
  readRoomFile,
  type RoomFileError,
  type SavedRoom,
  writeRoomFile,
  type WrittenRoom,
} from "./room-file/room-file.ts";
export { type JsonlRoom, roomOfJsonl } from "./room-text/jsonl-room.ts";
export { roomTextLimits } from "./room-text/limits.ts";
export { createJsonlReader, type JsonlError, type JsonlMessage } from "./room-text/read-jsonl.ts";
export { jsonlLines } from "./room-text/write-jsonl.ts";
export { markdownParts, type TranscriptWords } from "./room-text/write-markdown.ts";
export { roomFileLimits } from "./room-file/limits.ts";
export { checkImage, type ImageError, readRoomImage } from "./room-images.ts";
export { createRoomFeeds, type RoomFeeds } from "./room-feeds.ts";
export { sharedFounding } from "./share-room.ts";
export type { BackgroundJob, DeviceLoad, WaitReason } from "./work/work-facts.ts";
