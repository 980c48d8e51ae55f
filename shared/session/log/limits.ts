export interface SegmentLimits {
  readonly entryCharsMax: number;
  readonly idCharsMax: number;
  readonly argsDepthMax: number;
  readonly entriesHeldMax: number;
  readonly unseenNotesMax: number;
  readonly openCallsMax: number;
  readonly rolledBackMax: number;
  readonly pageEntriesMax: number;
  readonly appendTriesMax: number;
  readonly observersMax: number;
  readonly observerEventsMax: number;
  readonly rewindTargetsMax: number;
  readonly previewCharsMax: number;
}

export const segmentLimits: SegmentLimits = Object.freeze({
  /** Characters of all texts of one entry: a message of 32 KiB with room for its frame. */
  entryCharsMax: 65_536,
  /** Ids, names of tools and sessions, reasons. */
  idCharsMax: 512,
  /** How deep the arguments of a call may nest. */
  argsDepthMax: 8,
  /**
   * Entries of one log in memory: 8,192 of some 400 bytes are 3 MB. Drop-oldest, counted; a
   * compaction is due at half of it.
   */
  entriesHeldMax: 8_192,
  /** Notes that wait for a run. Drop-oldest: it is in the log, but not announced as new. */
  unseenNotesMax: 128,
  /** A run makes one call at a time; more are left only by as many crashes. Drop-oldest. */
  openCallsMax: 64,
  /** Runs rolled back since the summary; more are taken together, and less is trimmed. */
  rolledBackMax: 64,
  /** Entries read at once: 100,000 are 200 reads. */
  pageEntriesMax: 500,
  /** Times an append is tried again because others wrote: the ledger writes once a run. Refuse. */
  appendTriesMax: 16,
  /** Tabs, sockets and parents that watch one session. The one attached longest is closed. */
  observersMax: 32,
  /** Events that wait for one observer: 25 s of a reply's frames. Then one resync. */
  observerEventsMax: 256,
  /** The newest that are offered; nobody scrolls further. */
  rewindTargetsMax: 100,
  /** Study 3.11. */
  previewCharsMax: 120,
});
