export const planningLimits = Object.freeze({
  /** D11: verdicts and service-level objectives, not deadlines. */
  firstSettledMsMax: 10_000,
  allSettledMsMax: 30_000,
  /** Assumed until a lane has answered once: what a small laptop GPU does with a 2 B model. */
  prefillMilliTokensPerSDefault: 200_000,
  decodeMilliTokensPerSDefault: 20_000,
  promptTokensDefault: 300,
  replyTokensDefault: 60,
  /** Assumed where a lane was announced without them. */
  contextTokensDefault: 2_048,
  outputTokensDefault: 256,
  /** Assumed time to load a model that has not run on its lane yet. */
  loadMsDefault: 4_000,
  /** Calls at once on one provider's key where the provider is not in the table. */
  cloudCallsDefault: 4,
  /** Kept free in a window for what the prompt's frame needs; an eighth of windows below 8,192. */
  promptReserveTokensMax: 1_024,
  /** More than any room holds (64); the bench plans 1,000. More are refused. */
  candidatesMax: 2_048,
  /** Attempts of earlier turns that lanes still owe. */
  aheadMax: 2_048,
  sourcesMax: 64,
  providersMax: 256,
  /** Ids, names of sources and models. */
  keyCharsMax: 256,
  /** A message is at most 32 KiB of UTF-8. */
  textCharsMax: 32_768,
  /** Tokens of a window and of budgets in it. */
  windowTokensMax: 16_777_216,
  /** Tokens of one prompt or reply, on average. */
  tokensMax: 1_048_576,
  /** Thousandths of a token a second: a million tokens a second. */
  milliTokensPerSMax: 1_000_000_000,
  weightMax: 1_000_000,
  /** Milliseconds of a budget: a day. */
  budgetMsMax: 86_400_000,
});
