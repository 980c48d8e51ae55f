import { protocolLimits } from "../../protocol/limits.ts";

export const roomTextLimits = Object.freeze({
  /**
   * A file that is read. A room begins with as many of its newest messages as one genesis takes,
   * some 600 bytes of a turn besides the words: of answers of one letter 6,435 (PL54).
   */
  fileBytesMax: 64 * 1024 * 1024,
  /** One line: a message's text, each byte at most six in JSON, and its other fields. */
  lineCharsMax: protocolLimits.textBytesMax * 6 + 64 * 1024,
  linesMax: 200_000,
  /** Speakers and hosts of such a room, and those who may be in its cast. */
  peopleMax: 4_096,
  personasMax: protocolLimits.personasMax,
  /** Lines that are written, or characters read, between two looks whether somebody waits. */
  sliceLines: 500,
});
