/**
 * The size that a JPEG's header names, read before anything decodes it (RM51): a small file can say
 * that it is enormous.
 *
 * Form after ITU-T T.81, annex B: markers with their lengths, until a frame's header.
 */

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;
/** Huffman tables, extensions and arithmetic conditioning stand among the frames' numbers. */
const NO_FRAMES: readonly number[] = [0xc4, 0xc8, 0xcc];

/** Undefined for bytes that are no JPEG with one size from the start. */
export function readJpegSize(bytes: Uint8Array): PixelSize | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== START) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) { // A marker may have any number of fill bytes before it.
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker);
    if (isFrame) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      // A height of 0 is named only behind the scan: nobody could know it before.
      return width > 0 && height > 0 ? { width, height } : undefined;
    }
    if (marker === SCAN || marker === END || marker < 0xc0) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
