/** Limits of engines that are reached over HTTP. */

export interface HttpEngineLimits {
  readonly silenceMsMax: number;
  readonly replyMsMax: number;
  readonly lookMsMax: number;
  readonly lookAgainMs: number;
  readonly exitWaitMs: number;
  readonly busyRetriesMax: number;
  readonly busyWaitMsMax: number;
  readonly busyWaitMsDefault: number;
  readonly retryAfterMsMax: number;
  readonly silencesMax: number;
  readonly checkMsMax: number;
  readonly warmUpMsMax: number;
}

export const httpEngineLimits: HttpEngineLimits = Object.freeze({
  /** D39: 30 s without a sign of life end a reply, its prefill included. */
  silenceMsMax: 30_000,
  /** D39: 5 minutes in all. */
  replyMsMax: 300_000,
  /** One small GET: is the endpoint there at all? */
  lookMsMax: 2_000,
  /** Between two looks at an endpoint that still loads. */
  lookAgainMs: 100,
  /** A broken connection to a process of ours: its end is reported within this, or it lives. */
  exitWaitMs: 500,
  /** 429 and 503 are asked again twice; then the reply fails as busy. */
  busyRetriesMax: 2,
  /** The longest wait for a busy endpoint inside one reply: well below `silenceMsMax`. */
  busyWaitMsMax: 10_000,
  /** Where the endpoint does not say when to come back. */
  busyWaitMsDefault: 1_000,
  /** A later retry-after counts as this: ten minutes. */
  retryAfterMsMax: 600_000,
  /** Replies in a row that fell silent before the engine counts as hung. */
  silencesMax: 2,
  /** A person who adds an endpoint may have to answer a question of the browser meanwhile. */
  checkMsMax: 30_000,
  /** Ollama loads a model when it is first asked; below supervision's stall of 120 s. */
  warmUpMsMax: 100_000,
});

export const wireLimits = Object.freeze({
  /** One event of a stream: a chunk has about 300 characters, a last one with timings 2,000. */
  eventCharsMax: 256 * 1024,
  /** The body of a refusal that is read for its reason. */
  refusalBytesMax: 16 * 1024,
  /** What of an endpoint's words stands in an error. */
  detailCharsMax: 200,
  /** Text an endpoint may send for each token that it was allowed; the longest tokens have 128. */
  charsPerTokenMax: 128,
  /** A choice comes as `{"choice": "…"}`: tokens around it, one for each character. */
  choiceTokensExtra: 16,
  /** A list of models: about 300 bytes each with llama-server, 2,000 with a cloud's. */
  listBytesMax: 1024 * 1024,
  /** Of such a list, in its order. */
  listedModelsMax: 512,
  /** A context beyond this is a mistake in the list. */
  contextTokensMax: 16 * 1024 * 1024,
  slotsMax: 64,
  keyCharsMax: 4_096,
});
