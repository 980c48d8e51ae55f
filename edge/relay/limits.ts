import type { RelayLimits } from "#shared/protocol/mod.ts";

/** Published in `hello` and at `/.well-known/relay.json`; an operator may set others. */
export const relayLimits: RelayLimits = Object.freeze({
  frameBytesMax: 64 * 1024,
  /** As base64url 60,000 characters: with id and braces below one frame. */
  bodyBytesMax: 45_000,
  joinMsMax: 5_000,
  windowEntriesMax: 512,
  windowBytesMax: 256 * 1024,
  /** A genesis of 8 MiB is 140 entries: 24 s. */
  appendBurst: 20,
  appendsPerS: 5,
  /** Ten frames a second, the whole text (32 KiB at most) every two. */
  ephemeralBytesPerS: 64 * 1024,
  entriesMax: 10_000,
  logBytesMax: 64 * 1024 * 1024,
});

/** What nobody needs to know before it is met. */
export const innerLimits = Object.freeze({
  /** Before joining: a `join` has some 700 bytes. */
  greetingBytesMax: 4 * 1024,
  greetingMessagesMax: 2,
  badFramesMax: 10,
  pingMs: 25_000,
  /** Two pings may be lost. */
  idleMsMax: 60_000,
  /** Acks, pings and ephemerals; appends come on top. */
  framesBurst: 200,
  framesPerS: 100,
  /** Without ack progress, while there is more to send. */
  slowMsMax: 30_000,
  /** After a lost socket (D15). */
  leftAfterMs: 15_000,
  /** Group commit: one flush for so many entries. */
  batchEntriesMax: 128,
  /** Of a room, not yet in a batch; 1,024 x 60,000 characters = 60 MiB at worst. Then `busy`. */
  queueEntriesMax: 1_024,
  /** What checkpoints may take beyond a full log. */
  checkpointShare: 0.1,
  /** One `entries` or `page` frame. */
  frameEntriesMax: 256,
  frameBodyBytesMax: 256 * 1024,
  pageEntriesMax: 128,
  pageBurst: 8,
  pagesPerS: 4,
  /** Devices in one room; presence tells each of each: 256 x 256 small frames when all come. */
  membersMax: 256,
  /** Beyond, those of devices that are gone and rested are forgotten. */
  metersMax: 1_024,
  storeRetryMs: 1_000,
  /** A shared room looks for what a lost hint would have told. */
  lookMs: 60_000,
  /** An empty room is kept in memory so long: its meters refill in it. */
  quietMs: 10_000,
  /** Handed to a socket and not sent: beyond it ephemerals are dropped, then the socket closed. */
  bufferedBytesForEphemeralsMax: 64 * 1024,
  bufferedBytesMax: 1024 * 1024,
});

/** Characters of a body of `bodyBytesMax` bytes in base64url. */
export function bodyCharsMax(limits: RelayLimits): number {
  return Math.ceil(limits.bodyBytesMax * 4 / 3);
}
