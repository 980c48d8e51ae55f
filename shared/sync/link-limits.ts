export const linkLimits = Object.freeze({
  /** Full jitter between nothing and a wait that doubles from the first to the second. */
  retryMsMin: 500,
  retryMsMax: 20_000,
  /** A connection that held this long resets the wait. */
  healthyMs: 30_000,
  connectMsMax: 15_000,
  /** From the open socket to `joined`. */
  joinMsMax: 10_000,
  /** After a ping; any text counts as an answer. */
  pongMsMax: 8_000,
  /** From an append to its answer, and from there to the entry itself. */
  answerMsMax: 30_000,
  /** How long a proof holds on the relay's clock. */
  proofMs: 60_000,
  /**
   * Frames of the relay not yet taken in; more is misbehaviour. Its window is far smaller, but not
   * who comes and goes in a room of 4,096: three frames of each, while one is taken in.
   */
  inboxFramesMax: 3 * 4_096 + 1_024,
  inboxCharsMax: 8 * 1024 * 1024,
  /** Text of one frame of the relay. */
  frameCharsMax: 1024 * 1024,
  outboxRowsMax: 32,
  ephemeralBytesMax: 16 * 1024,
  /** Ephemerals are dropped while more than this waits in the socket. */
  ephemeralBufferBytesMax: 64 * 1024,
  /** Entries of a new epoch held in memory while it is compared with the old one. */
  healEntriesMax: 20_000,
  healBytesMax: 128 * 1024 * 1024,
  /** Of the opener's state in a checkpoint: its full tables have some 200,000. */
  markOpenerCharsMax: 512 * 1024,
  mirrorEntriesMax: 256,
  refusedKept: 20,
  /** Parts that a waiting append looks for. */
  appendPartsMax: 8,
});
