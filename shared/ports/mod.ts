export type { Clock } from "./clock.ts";
export type { AeadKey, AgreementKey, Bytes, Crypto, SigningKey } from "./crypto.ts";
export type { HttpBodyReader, HttpFetch, HttpOptions, HttpResponse } from "./http.ts";
export type { IdSource } from "./ids.ts";
export type { Log, LogLevel } from "./log.ts";
export type {
  AdmissionCommit,
  AdmissionDecision,
  CommitError,
  InputDurability,
  InputEndRow,
  InputHeader,
  InputKind,
  InputMove,
  InputOrigin,
  InputPhase,
  InputRecord,
  LogMoved,
  NewInput,
  NewSegment,
  OutboxRecord,
  OutboxStore,
  PeerStore,
  PrivateWork,
  ReceiptRecord,
  ReplyCommit,
  SealedPart,
  SegmentAppend,
  SegmentRecord,
  SessionRecord,
} from "./peer-store.ts";
export type { Random } from "./random.ts";
export type { AppendError, LogEntry, NewEntry, RoomLog, StorageError } from "./room-log.ts";
export type {
  Foundation,
  MirroredEntry,
  MirrorError,
  SharedRoomKeys,
  SharedRoomStore,
  SyncPosition,
} from "./shared-room-store.ts";
export type { Socket, SocketEnd, SocketEvents, Transport } from "./transport.ts";
