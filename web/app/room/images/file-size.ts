/**
 * The size that an image file names in its header, read before the browser decodes it: a small file
 * can say that it is enormous (RM51). Pure.
 *
 * Forms: PNG (ISO 15948, IHDR first), GIF89a (logical screen), WebP (VP8, VP8L and VP8X chunks),
 * JPEG (shared/protocol/jpeg-size.ts). Other kinds, such as SVG, are none that are taken.
 */

import { type PixelSize, readJpegSize } from "#shared/protocol/mod.ts";

const ASCII_PNG = "\x89PNG\r\n\x1a\n";

/** Undefined for a file of another kind, or one without a size. */
export function readFileSize(bytes: Uint8Array): PixelSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = readJpegSize(bytes) ?? readPng(bytes, view) ?? readGif(bytes, view) ??
    readWebp(bytes, view);
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

function readPng(bytes: Uint8Array, view: DataView): PixelSize | undefined {
  const isPng = bytes.length >= 24 && textAt(bytes, 0, 8) === ASCII_PNG &&
    textAt(bytes, 12, 4) === "IHDR";
  return isPng ? { width: view.getUint32(16), height: view.getUint32(20) } : undefined;
}

function readGif(bytes: Uint8Array, view: DataView): PixelSize | undefined {
  const isGif = bytes.length >= 10 && /^GIF8[79]a$/.test(textAt(bytes, 0, 6));
  return isGif ? { width: view.getUint16(6, true), height: view.getUint16(8, true) } : undefined;
}

function readWebp(bytes: Uint8Array, view: DataView): PixelSize | undefined {
  const isWebp = bytes.length >= 30 && textAt(bytes, 0, 4) === "RIFF" &&
    textAt(bytes, 8, 4) === "WEBP";
  if (!isWebp) return undefined;
  switch (textAt(bytes, 12, 4)) {
    case "VP8 ": // 14 bits each, behind the frame's tag and start code.
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case "VP8L": { // 14 bits each, less one, behind one byte of signature.
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X": // 24 bits each, less one.
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return undefined;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
}

function textAt(bytes: Uint8Array, at: number, count: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + count));
}
