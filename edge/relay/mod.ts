/**
 * The relay, free of any platform: a store and sockets come in as ports (rules RL).
 *
 * `relay.ts` is the shell; `socket-step.ts` and `room-step.ts` decide.
 */

export { innerLimits, relayLimits } from "./limits.ts";
export { createRelay } from "./relay.ts";
export type { RelayStore, RoomHead, RoomWrite, StoredEntry, StoreError } from "./relay-store.ts";
export type { RoomMemo, SocketMemo } from "./memo.ts";
export type {
  Relay,
  RelayCounts,
  RelayDeps,
  RelaySocket,
  SleptSocket,
  Wire,
  WireEvents,
  WireFacts,
} from "./relay-types.ts";
