const WORD_BITS = 11;

/** The first `words` places in a list of 2,048 words: eleven bits each, the highest first. */
export function wordIndexesOf(code: Uint8Array, words: number): readonly number[] {
  let bits = 0n;
  for (const byte of code) bits = bits << 8n | BigInt(byte);
  return Array.from({ length: words }, (_, at) => {
    const shift = BigInt(code.length * 8 - (at + 1) * WORD_BITS);
    return Number(bits >> shift & BigInt(2 ** WORD_BITS - 1));
  });
}
