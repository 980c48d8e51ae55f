export const hostingLimits = Object.freeze({
  /** Entries read and folded at once: 500 of some 500 bytes are 250 KB. */
  readEntriesMax: 500,
  /**
   * A stored checkpoint is renewed after this many new entries: folding them again takes some 20
   * ms.
   */
  checkpointEveryEntries: 500,
  retryMsMin: 500,
  retryMsMax: 10_000,
  /** Rooms whose work is looked after at start: the newest ones. */
  roomsMax: 50,
  /** Lines given to the prompt layout, which drops what does not fit. */
  windowLinesMax: 200,
  /** Kept free in the model's window beside prompt and reply: the template's own tokens. */
  promptReserveTokens: 8,
  /** D39: a first token is waited for at least this long, and three times the expected prefill. */
  firstTokenMsMin: 30_000,
  prefillSlack: 3,
  /** About the length of the prompt that a probe sends. */
  probePromptTokens: 8,
});
