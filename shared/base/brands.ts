declare const brand: unique symbol;

/** Wall-clock milliseconds since 1970, for records and display only, never for ages. */
export type EpochMs = number & { readonly [brand]: "epoch-ms" };

/** Milliseconds of a clock that never jumps back; for every age, delay and deadline of a device. */
export type MonotonicMs = number & { readonly [brand]: "monotonic-ms" };

/**
 * The orderer's time of a log entry, made non-decreasing by the fold; for every age in the fold.
 */
export type RoomMs = number & { readonly [brand]: "room-ms" };

export const toEpochMs = (ms: number): EpochMs => ms as EpochMs;
export const toMonotonicMs = (ms: number): MonotonicMs => ms as MonotonicMs;
export const toRoomMs = (ms: number): RoomMs => ms as RoomMs;
