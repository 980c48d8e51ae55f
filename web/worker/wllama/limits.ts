export const wllamaLimits = Object.freeze({
  /** Personas whose context is kept computed at the same time, where memory allows. */
  kvSlotsMax: 8,
  /** All of them together: an eighth of the 4 GiB that llama.cpp's memory may have. */
  kvBytesMax: 512 * 1024 ** 2,
  /** llama.cpp's memory ends at 4 GiB; the rest is for its own work. */
  memoryBytesMax: 3.75 * 1024 ** 3,
  /**
   * A cancel is heard between two batches. A small model computes 435 tokens in a second (run), so
   * 64 take 150 ms.
   */
  batchTokens: 64,
  /** A cpu takes 25 times as long for 100 times the weights: four times the time for a batch. */
  batchTokensLarge: 16,
  largeParametersMin: 200_000_000,
  /**
   * llama.cpp says nothing for this long, neither a token, a batch, nor a wish for bytes of the
   * file: it hangs. Shaders of a large model compile for half a minute.
   */
  silenceMsMax: 90_000,
});
