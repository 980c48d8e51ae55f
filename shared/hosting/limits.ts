export const hostingLimits = Object.freeze({
  /** Entries read and folded at once: 500 of some 500 bytes are 250 KB. */
  readEntriesMax: 500,
  /**
   * A stored checkpoint is renewed after this many new entries: folding them again takes some 20
   * ms.
   */
  checkpointEveryEntries: 500,
  /**
   * The whole state is renewed after an eighth of the log came, when that is more: what a log's
   * keeping costs in all grows with it, not with its square.
   */
  wholeEveryShift: 3,
  /**
   * Messages that a room opens with: over the 200 of a log's checkpoint, and some 15 screens. About
   * 300 kB of text.
   */
  recentMessagesMax: 300,
  /** Kept to compare checkpoints with: 18 states, 16 or more entries apart, are at least 256. */
  pastStatesMax: 18,
  pastStateEveryEntries: 16,
  /**
   * D31: a checkpoint is due when so many hundredths of what a relay keeps came since the newest,
   * so that the two newest leave it some 70 % full; or sooner when its bytes are that full.
   */
  checkpointEntriesPercent: 35,
  checkpointBytesPercent: 70,
  /** Large entries alone do not make checkpoints more often than this. */
  checkpointEntriesPercentMin: 10,
  /**
   * But before a log is full of images: each takes 480 kB in eight entries, so that 139 fill it.
   * The first checkpoint comes at 125, the second, by which the relay trims, at 138.
   */
  checkpointBytesPercentLate: 95,
  checkpointEntriesPercentLate: 1,
  /** D31: a device of rank k offers a checkpoint k of these after it became due. */
  checkpointStepMs: 30_000,
  retryMsMin: 500,
  retryMsMax: 10_000,
  /** Rooms whose work is looked after at start: the newest ones. */
  roomsMax: 50,
  /** Lines given to the prompt layout, which drops what does not fit, and up to a block more. */
  windowLinesMax: 200,
  /** The window's beginning moves by so many lines at once, so that prompts begin alike. */
  windowBlockLines: 50,
  /** Newest lines that a summary may stand for, with those behind it: twice a window. */
  foldLinesMax: 400,
  /** Kept free in the model's window beside prompt and reply: the template's own tokens. */
  promptReserveTokens: 8,
  /** Of a prompt, for images (PL81). */
  imageShare: 0.5,
  /** What one may take: 1,536 pixels a side are some 1,100 tokens or fewer to most models. */
  imageTokens: 1_100,
  /** Messages whose images a prompt still shows. */
  imageLinesMax: 8,
  /** Of a prompt, for what the persona's lorebook adds to it (PL38). */
  loreShare: 0.2,
  /** Of a prompt, for what the persona's session adds to it: notes, notices, results of tools. */
  extrasShare: 0.25,
  /** The same off the room's turns, where the room is not what it is about. */
  extrasSharePrivate: 0.5,
  /** D39: a first token is waited for at least this long, and three times the expected prefill. */
  firstTokenMsMin: 30_000,
  prefillSlack: 3,
  /** Ended inputs of a session that the inspector begins with. */
  inspectorInputsMax: 32,
  /** Outcomes of a session's compactions that are told to who asked. */
  compactionsKept: 8,
  /** D40: a device of rank k waits k + 1 of these before it takes another's persona over. */
  takeoverStepMs: 2_000,
  /** D40: a device that took a persona over and failed leaves her to others for so long. */
  takeoverPauseMs: 5 * 60_000,
  /** Rows of a room's outbox looked at before anything is said: a room's beginning is some ten. */
  outboxLookRowsMax: 100,
  /** D33: a peer sends at most one ephemeral per room in this time. */
  ephemeralMs: 100,
  /** Other peers' texts kept per room: more than run at once in any room. The oldest is dropped. */
  ephemeralTextsMax: 64,
  /** About the length of the prompt that a probe sends. */
  probePromptTokens: 8,
  /** A search over older lines; a prompt without them is better than none. */
  retrievalMsMax: 5_000,
  /** Offers of one image that are looked at: each is a read and a hash of 250 KiB. */
  imageTriesMax: 4,
  /** A persona service waits so long for a store: far over any write, under the stall deadline. */
  serviceStoreMsMax: 10_000,
  /** Refusals of the store in a row: waits of 0.5, 1, 2, 4, 8, 10, 10 s, some 36 s in all. */
  serviceErrorsMax: 8,
  /** From an answer to its being durable. */
  servicePostMsMax: 30_000,
  /** Runs of a service that ends: a session waits 1.5 s for its engine. Below `stopGraceMs`. */
  serviceDrainMsMax: 2_500,
  /** How long each part of a peer may take to end; what is not gone then is named. */
  endMsMax: 4_000,
  /** A place is lost when it was not held for so long: twelve renewals missed. */
  placeHoldMs: 60_000,
  placeRenewMs: 5_000,
  /** A run whose place is asked back ends within this: the session waits 1.5 s for the engine. */
  placeGraceMs: 2_000,
  /** Waiting raises the priority among equals by one each second, for four minutes. */
  agingMsPerPoint: 1_000,
  agingPointsMax: 240,
});
