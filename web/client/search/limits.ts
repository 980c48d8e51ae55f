export const searchLimits = Object.freeze({
  /** What is typed into the search; the rest is not looked at. */
  queryCharsMax: 200,
  queryWordsMax: 16,
  /** Marks in one message; policy: the first. */
  spansMax: 1_000,
  snippetCharsMax: 160,
  /** Of a snippet, in front of the first word that was found. */
  snippetBeforeChars: 40,
  /**
   * UTF-16 units of texts that are kept while a search is open, as they are and folded: some
   * 250,000 messages of 130. At most 128 MiB, in most scripts half. Policy: drop-oldest, by rooms;
   * they are read again.
   */
  keptCharsMax: 32 * 1024 * 1024,
  /** Of one room, the newest; those beyond are counted. Some 100 bytes each. */
  hitsMax: 10_000,
  /** Of one room when all are searched. */
  roomHitsMax: 5,
  /** Messages between two looks whether the search was given up. */
  sliceMessages: 20_000,
});
