export interface LedgerLimits {
  readonly attemptsMax: number;
  readonly inputsLiveMax: number;
  readonly inputsLivePerPersonaMax: number;
  readonly retryMsMin: number;
  readonly retryMsMax: number;
  readonly storageRetryMsMin: number;
  readonly storageRetryMsMax: number;
  readonly waitersMax: number;
  readonly inputMovesMax: number;
  readonly runMsMax: number;
  readonly cancelMsMax: number;
  readonly forgetTriesMax: number;
}

export const ledgerLimits: LedgerLimits = Object.freeze({
  /** Times an input is staged. A prompt that kills its engine three times is not tried again. */
  attemptsMax: 3,
  /** 64 personas x 4 open turns; about 1 KiB a row, so one read of all is 256 KiB. */
  inputsLiveMax: 256,
  /** One persona may not fill the ledger: ten late messages and their follow-ups, with room. */
  inputsLivePerPersonaMax: 64,
  /** Long enough for news of a lost engine to arrive before its input is taken again. */
  retryMsMin: 250,
  retryMsMax: 30_000,
  /** A store that fails is asked again after 0.25, 0.5, 1, 2, 4, 5, 5 ... s until it works. */
  storageRetryMsMin: 250,
  storageRetryMsMax: 5_000,
  /** Waiters in all: 256 inputs x 4 who want to know. */
  waitersMax: 1_024,
  /** 3 attempts are 8 moves; a persona that is paused often has more. 24 x 60 B = 1.5 KiB a row. */
  inputMovesMax: 24,
  /** The longest answer a slow CPU gives: 4,096 tokens at 3 a second, with room. */
  runMsMax: 30 * 60_000,
  /** A prefill that cannot be broken off ends within this. */
  cancelMsMax: 30_000,
  /** Work that came in while a session was forgotten is ended so often, then the call fails. */
  forgetTriesMax: 3,
});
