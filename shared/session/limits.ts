export interface SessionLimits {
  readonly tokenGapMsMax: number;
  readonly runMsMax: number;
  readonly sleptMsMin: number;
  readonly cancelAckMsMax: number;
  readonly frameMs: number;
  readonly wholeMs: number;
  readonly persistMs: number;
  readonly busyRetryMs: number;
  readonly shrinksMax: number;
  readonly textBytesMax: number;
  readonly detailCharsMax: number;
  readonly toolStepsMax: number;
  readonly runTokensMax: number;
  readonly toolMsMax: number;
  readonly noticesMax: number;
}

export const sessionLimits: SessionLimits = Object.freeze({
  /** D39: without a token, prefill included; the verdict of 10 s to a first reply is far below. */
  tokenGapMsMax: 30_000,
  /** D39: in all. At 4 tokens/s this is 1,200 tokens. */
  runMsMax: 300_000,
  /** A wait that ends so late says that the device slept: no busy thread holds a timer so long. */
  sleptMsMin: 10_000,
  /** IN3 gives an engine 1 s to acknowledge; half a second for the way. */
  cancelAckMsMax: 1_500,
  /** D33: at most 10 frames a second. */
  frameMs: 100,
  /** D33: the whole text every 2 s, so that a dropped frame heals. */
  wholeMs: 2_000,
  /** Text that a crash may cost: half a second of it, two small writes a second. */
  persistMs: 500,
  /** A lane that refused although it had a slot: its last generation is just ending. */
  busyRetryMs: 500,
  /** A prompt that was too long is made again this often, shorter each time. */
  shrinksMax: 3,
  /** D41: text of a message, UTF-8. */
  textBytesMax: 32 * 1024,
  /** Details travel in settlements: the protocol's limit of a reason. */
  detailCharsMax: 500,
  /** Calls of tools in one run; then it answers from what there is. */
  toolStepsMax: 4,
  /** Prompt and reply of all model calls before the answer: six windows of 4,096 tokens. */
  runTokensMax: 24_576,
  /** From the start of a run: later no tool is called. Two minutes beside an ask of 90 s. */
  toolMsMax: 210_000,
  /** Notifications in one prompt, the newest; each also has to fit. Drop-oldest. */
  noticesMax: 32,
});
