import { protocolLimits } from "../../protocol/limits.ts";

export const roomTextLimits = Object.freeze({
  /** A room as JSON lines that is read: 50,000 messages of 1 kB, and some. */
  fileBytesMax: 64 * 1024 * 1024,
  /** One line: a message's text, each byte at most six in JSON, and its other fields. */
  lineCharsMax: protocolLimits.textBytesMax * 6 + 64 * 1024,
  linesMax: 200_000,
  /** Speakers of such a room, and those who may be in its cast. */
  peopleMax: 512,
  personasMax: protocolLimits.personasMax,
  /** Lines that are written, or characters read, between two looks whether somebody waits. */
  sliceLines: 500,
});
