export interface SessionSocketLimits {
  readonly connectionsMax: number;
  readonly attachmentsMax: number;
  readonly requestsMax: number;
  readonly frameBytesMax: number;
  readonly unsentBytesMax: number;
  readonly unsentBytesHardMax: number;
  readonly closeMsMax: number;
}

export const sessionSocketLimits: SessionSocketLimits = Object.freeze({
  /** Programs of one person on one machine. Policy: refuse with 503. */
  connectionsMax: 16,
  /** Sessions that one connection watches. Policy: refuse by name. */
  attachmentsMax: 32,
  /** Requests of one connection under way. Policy: refuse by name. */
  requestsMax: 32,
  /** A text of 32 KiB in UTF-8, escaped, with what is around it. Policy: end with 1009. */
  frameBytesMax: 256 * 1024,
  /** Over this no event is taken from a session: it keeps a bounded rest, then resyncs. */
  unsentBytesMax: 512 * 1024,
  /**
   * Over this a connection ends: snapshots and answers are owed to a reader that never reads. A
   * snapshot of 20,000 entries of 500 bytes is 10 MB.
   */
  unsentBytesHardMax: 64 * 2 ** 20,
  /** A peer that does not close is cut off after this. */
  closeMsMax: 2_000,
});
