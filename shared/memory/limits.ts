export const memoryLimits = Object.freeze({
  /** Lines of one room that can be found: the newest. Older ones are not (drop-oldest). */
  linesMax: 10_000,
  /** Characters of one room's lines in its index: 10,000 lines of 200. Drop-oldest. */
  charsMax: 2_000_000,
  /** The beginning of a line that can be found; a message is at most 32 KiB. */
  lineCharsMax: 4_000,
  /** The beginning of a question that is searched for. */
  queryCharsMax: 2_000,
  /** The first distinct terms of a question that are searched for. */
  queryTermsMax: 64,
  /** A longer run of letters is cut: it is no word that somebody says twice. */
  termCharsMax: 64,
  /** From so many lines on, a term of more than one in `commonShare` lines finds nothing. */
  commonFromLines: 64,
  commonShare: 8,
  /** A term of so many letters finds longer words that begin with it. */
  prefixCharsMin: 4,
  /** A term of so many letters finds words that differ in one. */
  fuzzyCharsMin: 6,
  /** Lines recalled at once. */
  recalledLinesMax: 8,
  /** A line that scores less than this part of the best one is not recalled. */
  scoreShareMin: 0.25,
  /** Rooms with an index in memory: 4 of some 20 MB. The longest unused is dropped. */
  roomsMax: 4,
  /** Answers kept for the other personas of a turn. The longest unused is dropped. */
  answersMax: 64,
  keyCharsMax: 256,
  /** New lines, or characters of them, from which on they are read for memories. */
  extractFromLines: 16,
  extractFromChars: 2_400,
  /** Lines read at once; the rest is due again. */
  extractLinesMax: 40,
  /** Notes of one extraction. */
  extractNotesMax: 6,
  /** One fact in a sentence or two. */
  noteCharsMax: 280,
  /** Extracted notes from which on all are looked through. */
  consolidateFromNotes: 8,
  /** Notes of jobs and the persona that are kept after that: two pages. */
  notesMax: 24,
  /** Failures in a row after which a job is not tried again before the next start. */
  jobFailuresMax: 3,
  /** More tokens than any window has. */
  budgetTokensMax: 16_777_216,
});
