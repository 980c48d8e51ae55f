export interface ControlLimits {
  readonly requestsMax: number;
  readonly answersMax: number;
  readonly idCharsMax: number;
  readonly textCharsMax: number;
  readonly detailCharsMax: number;
  readonly prefixCharsMax: number;
  readonly completionsMax: number;
  readonly inputsShownMax: number;
  readonly logEntriesMax: number;
  readonly inputsLookedAtMax: number;
  readonly notesUnseenMax: number;
  readonly memoryMax: number;
  readonly jobJoinMsMax: number;
  readonly busyRetryMs: number;
  readonly toldTriesMax: number;
  readonly toldRetryMs: number;
  readonly wakeRetryMs: number;
}

export const controlLimits: ControlLimits = Object.freeze({
  /** Requests under way; a person has one, a script a few. Policy: refuse. */
  requestsMax: 32,
  /** Answers kept for whoever asks again: 256 x about 200 bytes. Policy: drop-oldest. */
  answersMax: 256,
  /**
   * Ids of requests, rooms, sessions, calls and runs. A note's id is made of two of them and must
   * fit the log's 512.
   */
  idCharsMax: 200,
  /** D41: the text of a message. */
  textCharsMax: 32 * 1024,
  /** A reason or a correlation id. */
  detailCharsMax: 500,
  prefixCharsMax: 256,
  /** Study 3.14. Policy: the first in order. */
  completionsMax: 100,
  /** Of an inspection: live inputs and the newest that ended. */
  inputsShownMax: 50,
  /** Of one reading of older entries. */
  logEntriesMax: 100,
  /** Looked through for the input of a run: far more than a session's live ones. */
  inputsLookedAtMax: 500,
  /** What a persona keeps in mind: some twenty pages. Policy: refuse more by a person's hand. */
  memoryMax: 256,
  /** Study 3.9: notes that no prompt has had yet. Policy: refuse; a child's report is taken. */
  notesUnseenMax: 128,
  /** A memory job that runs at a shutdown may end by itself for so long. */
  jobJoinMsMax: 5_000,
  /** A session that is just busy otherwise. */
  busyRetryMs: 500,
  /** Telling a parent, then an alert; it is told again when the session is opened again. */
  toldTriesMax: 5,
  toldRetryMs: 500,
  /** A wake that a full ledger did not take. */
  wakeRetryMs: 1_000,
});
