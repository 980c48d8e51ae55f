export const syncLimits = Object.freeze({
  /** Rows taken from the outbox at once: 32 entries of at most 128 KiB are 4 MiB. */
  outboxRowsMax: 32,
  /** Wait after a failed send; doubles from the first to the second. */
  retryMsMin: 250,
  retryMsMax: 10_000,
});
