/** A language model as the generation loop sees it: token ids in, logits and a cache out. */

/**
 * What the model remembers of a run of tokens. Never changed by a run: it can be continued often.
 */
export interface TokenCache {
  readonly tokens: number;
}

export interface TokenRun {
  /** Of the token behind the last one. */
  readonly logits: Float32Array;
  readonly cache: TokenCache;
}

export interface TokenModel {
  readonly contextTokens: number;
  /** Tokens that end a reply. */
  readonly endTokens: ReadonlySet<number>;
  decode(ids: readonly number[]): string;
  /** Runs `ids` behind `past`; leaves `past` as it is. Rejects when the runtime fails. */
  run(ids: readonly number[], past: TokenCache | undefined): Promise<TokenRun>;
  /** Frees a cache; it must not be used again. */
  release(cache: TokenCache): void;
}
