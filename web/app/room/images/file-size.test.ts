import { expect, test } from "vitest";
import { jpegBytes } from "#shared/testing/fakes/image-kit.ts";
import { readFileSize } from "./file-size.ts";

const text = (value: string): number[] => Array.from(value, (char) => char.charCodeAt(0));
const zeros = (count: number): number[] => Array<number>(count).fill(0);
const png = (width: number, height: number): number[] => [
  ...text("\x89PNG\r\n\x1a\n"),
  ...[0, 0, 0, 13],
  ...text("IHDR"),
  ...[width, height].flatMap((side) =>
    [side >>> 24, side >> 16, side >> 8, side].map((b) => b & 255)
  ),
];
const webp = (chunk: string, body: readonly number[]): number[] => [
  ...[...text("RIFF"), ...zeros(4), ...text("WEBP"), ...text(chunk), ...zeros(4)],
  ...body,
];

test.each<[title: string, bytes: readonly number[], size: readonly [number, number]]>([
  ["a JPEG", [...jpegBytes(640, 480)], [640, 480]],
  ["a PNG of a billion pixels", png(60_000, 70_000), [60_000, 70_000]],
  ["a GIF", [...text("GIF89a"), 0x80, 2, 0xe0, 1], [640, 480]],
  ["a WebP", webp("VP8 ", [...zeros(6), 0x80, 0x42, 0xe0, 0x41]), [640, 480]],
  ["a lossless WebP", webp("VP8L", [0x2f, 0x7f, 0xc2, 0x77, 0, ...zeros(5)]), [640, 480]],
  ["an extended WebP", webp("VP8X", [...zeros(4), 0x7f, 2, 0, 0xdf, 1, 1]), [640, 66_016]],
])("[RM51] the size of %s is read from its header", (_title, bytes, [width, height]) => {
  expect(readFileSize(Uint8Array.from(bytes))).toEqual({ width, height });
});

test.each<[title: string, bytes: readonly number[]]>([
  ["nothing", []],
  ["an SVG", text(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`)],
  ["a page", text("<!doctype html><html><body>hello hello hello</body></html>")],
  ["an AVIF", [0, 0, 0, 28, ...text("ftypavif"), ...zeros(20)]],
  ["a PNG without width", png(0, 9)],
  ["a PNG that is cut", png(9, 9).slice(0, 20)],
  ["a WebP of an unknown chunk", webp("ABCD", zeros(12))],
])("[RM51] %s is no image that is taken", (_title, bytes) => {
  expect(readFileSize(Uint8Array.from(bytes))).toBeUndefined();
});
