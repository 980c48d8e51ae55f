import { protocolLimits } from "../protocol/limits.ts";

export const roomLimits = Object.freeze({
  /** D25: what is unsettled this long after it opened is settled `deferred{stale}`. */
  staleMs: 10 * 60_000,
  /** Refused entries kept for the log view: the newest 50. */
  ignoredMax: 50,
  /** Messages that a checkpoint in the log carries (D31). */
  checkpointMessagesMax: 200,
  /**
   * How far a relay's clock may have been set back: room time stays ahead of it by as much (RM2),
   * and such a room is to be joined all the same. What a lie may gain is a day without staleness.
   */
  clockAheadMsMax: 24 * 60 * 60_000,
  /** The newest checkpoints that a state remembers: a relay trims below the second newest. */
  checkpointsMax: 2,
  /** The newest offers of images that a state remembers; a place takes some 150 bytes. */
  blobsMax: 64,
  personasMax: protocolLimits.personasMax,
  pinsMax: protocolLimits.pinsMax,
  /** Usage beyond is a mistake or a lie: a million tokens, a day. */
  usageTokensMax: protocolLimits.usageTokensMax,
  usageMsMax: 86_400_000,
  /** A million tokens a second. */
  milliTokensPerSMax: protocolLimits.milliTokensPerSMax,
  /** A debate after one message: 16 generations, as many as D21 allows a panel of four. */
  debateStepsMax: 16,
  debateRoundsDefault: 2,
  /** Stays in the cast that a room remembers, 60 bytes each. Of those that ended drop-oldest. */
  presenceSpansMax: 256,
});
