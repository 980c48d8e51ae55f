export const relayFrameLimits = Object.freeze({
  /** What a client may send at once; the platform refuses more before it reaches the decoder. */
  clientFrameBytesMax: 64 * 1024,
  /** 256 KiB of bodies, and 512 entries of some 200 bytes around them: 356 KiB. */
  serverFrameBytesMax: 512 * 1024,
  /** More than any window or page holds. */
  entriesMax: 512,
  /** Devices in one room; the relay stops well below. */
  membersMax: 4_096,
  macCharsMax: 64,
  /** Keys are 43 characters, signatures 86. */
  proofTextCharsMax: 96,
});
