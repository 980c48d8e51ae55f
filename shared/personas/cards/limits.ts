const KIB = 1024;
const MIB = 1024 * KIB;

export const cardLimits = Object.freeze({
  /** A CHARX carries pictures and sounds; the whole file is held in memory twice at most. */
  fileBytesMax: 32 * MIB,
  /** A card of 64 long lore entries is some 200 KiB; the largest seen in the wild some 2 MiB. */
  jsonBytesMax: 4 * MIB,
  jsonDepthMax: 64,
  /** One text of a card, in UTF-16 units. */
  textCharsMax: 256 * KIB,
  /** Items of one list of a card: greetings, assets, lore entries. */
  listItemsMax: 4_096,
  /** An animated picture of a minute has some 2,000. */
  pngChunksMax: 16_384,
  zipEntriesMax: 1_024,
  zipNameBytesMax: 512,
  /** What the entries say they unpack to; only `card.json` is ever unpacked. */
  zipUnpackedBytesMax: 256 * MIB,
  /** Bytes unpacked of one byte packed, for entries that unpack to more than `zipSmallBytes`. */
  zipRatioMax: 200,
  zipSmallBytes: 64 * KIB,
  /** Bytes given to the inflater at once: each can become at most 1,032. */
  inflateStepBytes: 4 * KIB,
  /** Patterns of a lorebook that are looked into: one may take 2,000 steps, a millisecond. */
  lorePatternsReadMax: 1_024,
  /** Of names that only a card's file has, those that are told; the others are counted. */
  namesToldMax: 8,
  nameCharsToldMax: 80,
  /** The proposed line that is in every prompt, in UTF-16 units. */
  gistCharsProposed: 160,
});
