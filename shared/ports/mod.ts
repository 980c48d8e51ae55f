export type { Clock } from "./clock.ts";
export type { IdSource } from "./ids.ts";
export type { Log, LogLevel } from "./log.ts";
export type {
  CommitError,
  InputPhase,
  InputRecord,
  OutboxRecord,
  PeerStore,
  ReceiptRecord,
  ReplyCommit,
  SegmentRecord,
} from "./peer-store.ts";
export type { Random } from "./random.ts";
export type { AppendError, LogEntry, NewEntry, RoomLog, StorageError } from "./room-log.ts";
