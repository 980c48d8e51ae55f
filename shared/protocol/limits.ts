export const protocolLimits = Object.freeze({
  /** D41: message text, UTF-8. */
  textBytesMax: 32 * 1024,
  /** Of one message. */
  imagesMax: 4,
  /**
   * D41: as base64url 341,334 characters and 200 around them, in eight sealed entries of 43,006.
   */
  imageBytesMax: 250 * 1024,
  /** Of each side: decoded an image takes at most 9.4 MB. */
  imageEdgeMax: 1_536,
  altCharsMax: 500,
  /** Of a room; one more is refused. With their words they are 24 KB of a state at most. */
  pinsMax: 32,
  /** Of a pinned message's words that the pin keeps. */
  pinCharsMax: 400,
  nameCharsMax: 80,
  gistCharsMax: 280,
  descriptionCharsMax: 8_000,
  greetingCharsMax: 2_000,
  /** A lorebook of at most 64 entries; keys and texts together have as much as two descriptions. */
  loreEntriesMax: 64,
  loreKeysMax: 16,
  loreKeyCharsMax: 200,
  loreTextCharsMax: 4_000,
  loreCharsMax: 16_000,
  loreScanLinesMax: 64,
  loreTokensMax: 4_000,
  /** Far from where integers end, either way. */
  loreOrderMax: 1_000_000_000,
  /** Everyone of the cast may be addressed. */
  addressedMax: 64,
  personasMax: 64,
  /**
   * Of a room that moves: as many devices as an opener knows. 512 of 140 bytes are 70 KB.
   */
  moveBoxesMax: 512,
  lanesMax: 16,
  allowedHostsMax: 64,
  idCharsMax: 80,
  /**
   * One ephemeral: 16 parts of some 150 bytes and together 2,000 characters, at worst 6 bytes each
   * as JSON, are 14.4 KB, below the 16 KiB that a link takes.
   */
  ephemeralCharsMax: 2_000,
  ephemeralPartsMax: 16,
  /**
   * What a genesis brings along (D31): messages, and turns, devices, personas, speeds each. A
   * shared room's has 200 messages; a room from a file all that fit `genesisBytesMax`.
   */
  beginningMessagesMax: 50_000,
  beginningItemsMax: 20_000,
  /** Attempts of one persona in one turn, by pressing "again". */
  beginningAttemptsMax: 200,
  /** The last millisecond that is a date: of a later one no time can be written. */
  roomMsMax: 8_640_000_000_000_000,
  /** Counters that the fold adds to, such as attempts: far from where integers end. */
  beginningCounterMax: 1_000_000_000,
  /** Tokens of a generation, thousandths of a token a second: beyond is a mistake or a lie. */
  usageTokensMax: 1_048_576,
  milliTokensPerSMax: 1_000_000_000,
  followUpsMax: 4,
  /** Rounds of a debate; its steps are limited besides (room/limits.ts). */
  debateRoundsMax: 8,
  reasonCharsMax: 500,
  /**
   * One entry as JSON: a full card (8,000 + 2,000 + 16,000 UTF-16 units of at most 3 bytes, 64 lore
   * entries of 200 bytes besides) is 91 KB; genesis and blobs excepted.
   */
  entryBytesMax: 128 * 1024,
  /** An entry with an image. */
  blobBytesMax: 336 * 1024,
  /**
   * A checkpoint's texts stand in its JSON once more: a quote becomes two bytes, so that together
   * they stay below the 8 MiB of an event in parts.
   */
  checkpointStateCharsMax: 6 * 1024 * 1024,
  checkpointOpenerCharsMax: 1024 * 1024,
  /** A genesis carries a checkpoint: 200 messages of 32 KiB would be 6.4 MiB. */
  genesisBytesMax: 8 * 1024 * 1024,
});
