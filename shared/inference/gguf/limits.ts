export const ggufLimits = Object.freeze({
  /** What is read first: enough for files with small vocabularies. */
  firstBytes: 1024 ** 2,
  /** A vocabulary of 262,144 tokens with its merges takes 12 MiB. */
  headerBytesMax: 64 * 1024 ** 2,
  keysMax: 4_096,
  tensorsMax: 65_536,
  dimensionsMax: 4,
  itemsMax: 4_194_304,
  /** Numbers of a list that are kept: one for each layer. */
  numbersKeptMax: 1_024,
  /** Models reserve up to some hundred. */
  controlTokensMax: 4_096,
  /** The longest chat templates have 30 KiB. */
  textBytesMax: 1024 ** 2,
  /** Names and licences on the screen. */
  labelCharsMax: 80,
  /** Longer contexts cost memory that few rooms use. */
  contextTokensMax: 4_096,
  /** Computing needs room beside weights and contexts (seen: 40 to 60 MiB for small models). */
  workBytes: 96 * 1024 ** 2,
});
