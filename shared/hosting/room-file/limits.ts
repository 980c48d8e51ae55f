import { protocolLimits } from "../../protocol/limits.ts";

const MIB = 1024 * 1024;

export const roomFileLimits = Object.freeze({
  /** What an import puts into a log as one genesis: some 3,000 turns of two personas. */
  roomBytesMax: protocolLimits.genesisBytesMax - MIB / 4,
  /** `room.json`: the beginning once more, with name, recipe and the list of cards. */
  jsonBytesMax: protocolLimits.genesisBytesMax,
  /** Card files of the whole cast together; what is over stays out and is named. */
  cardsBytesMax: 80 * MIB,
  /** One of them: as much as a browser keeps. */
  cardBytesMax: 8 * MIB,
  /** All of the above with the archive's own lists. */
  fileBytesMax: 96 * MIB,
});
