import { expect, test } from "vitest";
import { jpegBytes } from "../testing/fakes/image-kit.ts";
import { readJpegSize } from "./jpeg-size.ts";

test("[RM51] the size of a JPEG is read from its header, behind whatever stands before it", () => {
  expect(readJpegSize(jpegBytes(1_280, 720))).toEqual({ width: 1_280, height: 720 });
  const [start, rest] = [[0xff, 0xd8], [...jpegBytes(3, 65_535)].slice(2)];
  const exif = [0xff, 0xe1, 0, 6, 1, 2, 3, 4];
  const tables = [0xff, 0xff, 0xff, 0xc4, 0, 3, 9];
  const bytes = Uint8Array.from([...start, ...exif, ...tables, ...rest]);
  expect(readJpegSize(bytes)).toEqual({ width: 3, height: 65_535 });
});

test.each<[title: string, bytes: readonly number[]]>([
  ["nothing", []],
  ["a PNG", [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]],
  ["an SVG", [...new TextEncoder().encode("<svg width='3' height='3'/>")]],
  ["a scan before any size", [0xff, 0xd8, 0xff, 0xda, 0, 2, ...jpegBytes(3, 3).slice(2)]],
  ["no height yet", [...jpegBytes(3, 0)]],
  ["no width", [...jpegBytes(0, 3)]],
  ["a length that leads out of it", [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0, 0, 0, 0, 0, 0]],
  ["a header that is cut", [...jpegBytes(3, 3)].slice(0, 14)],
  ["bytes between markers", [0xff, 0xd8, 7, ...jpegBytes(3, 3).slice(2)]],
])("[RM51] %s names no size", (_title, bytes) => {
  expect(readJpegSize(Uint8Array.from(bytes))).toBeUndefined();
});
