import jsQR from "jsqr";
import { expect, test } from "vitest";
import { fc } from "#shared/testing/properties.ts";
import { type QrPath, qrPath, qrSize } from "./qr-path.ts";

const PIXELS = 4;

/** Draws the path as a browser would, `PIXELS` a unit, and reads it with another library. */
function readBack(code: QrPath): string | undefined {
  const size = qrSize(code) * PIXELS;
  const rgba = new Uint8ClampedArray(size * size * 4).fill(255);
  for (const [, x = "", y = "", width = ""] of code.path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let row = Number(y) * PIXELS; row < (Number(y) + 1) * PIXELS; row++) {
      const from = (row * size + Number(x) * PIXELS) * 4;
      rgba.fill(0, from, from + Number(width) * PIXELS * 4);
      for (let at = from + 3; at < from + Number(width) * PIXELS * 4; at += 4) rgba[at] = 255;
    }
  }
  return jsQR(rgba, size, size)?.data;
}

test("[SY259] another library reads the link that was drawn, whatever key it ends in", () => {
  const keys = fc.uint8Array({ minLength: 48, maxLength: 64 });
  fc.assert(
    fc.property(keys, fc.constantFrom("w", "r"), (key, access) => {
      const fragment = `${access}=1.${Buffer.from(key).toString("base64url")}`;
      const link = `https://chat.example/#${fragment}`;
      expect(readBack(qrPath(link))).toBe(link);
    }),
    { numRuns: 40 },
  );
});

test("[SY259] four light modules stand around the code", () => {
  const code = qrPath("https://chat.example/#w=1.key");
  const ends = [...code.path.matchAll(/M(\d+) (\d+)h(\d+)/g)]
    .map(([, x, y, width]) => [Number(x), Number(x) + Number(width), Number(y)] as const);
  expect(Math.min(...ends.map(([from]) => from))).toBe(4);
  expect(Math.max(...ends.map(([, to]) => to))).toBe(code.modules + 4);
  expect(Math.min(...ends.map(([, , y]) => y))).toBe(4);
  expect(Math.max(...ends.map(([, , y]) => y))).toBe(code.modules + 3);
});
