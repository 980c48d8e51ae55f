/**
 * A text as the bytes of one WebSocket frame from a server (RFC 6455, 5.2): unmasked, not
 * compressed, not in fragments.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL130 What goes to many sockets is encoded once, and they hold it together until it is sent.
 */

import { Buffer } from "node:buffer";

const FIN_TEXT = 0x81;
/** Lengths up to here stand in the second byte; the next two values announce 2 or 8 more bytes. */
const SHORT_BYTES_MAX = 125;
const [IN_2_BYTES, IN_8_BYTES] = [126, 127] as const;

export function encodeTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length <= SHORT_BYTES_MAX ? 2 : length < 2 ** 16 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FIN_TEXT;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = IN_2_BYTES;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = IN_8_BYTES;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, start);
  return frame;
}

/** Encodes; the text that was just encoded is not encoded again: it goes to the next socket. */
export function createFrameMaker(): (text: string) => Buffer {
  let last: { readonly text: string; readonly frame: Buffer } | undefined;
  return (text) => {
    // Texts of one frame are one object, and those of two differ early: this takes no time.
    if (last?.text !== text) last = { text, frame: encodeTextFrame(text) };
    return last.frame;
  };
}
