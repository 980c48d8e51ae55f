export const planningLimits = Object.freeze({
  /** D11: verdicts and service-level objectives, not deadlines. */
  firstSettledMsMax: 10_000,
  allSettledMsMax: 30_000,
  /** Assumed until a lane has answered once: what a small laptop GPU does with a 2 B model. */
  prefillMilliTokensPerSDefault: 200_000,
  decodeMilliTokensPerSDefault: 20_000,
  promptTokensDefault: 300,
  replyTokensDefault: 60,
  candidatesMax: 64,
});
