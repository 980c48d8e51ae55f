import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { BuildFile } from "./build-files.ts";
import { FIRST_GZIP_BYTES_MAX, measureScripts } from "./script-size.ts";

/** A script of random text: it hardly compresses, so its size is known. */
const script = (name: string, use: BuildFile["use"], sizeBytes: number): BuildFile => ({
  name,
  use,
  code: randomBytes(sizeBytes),
});

test("only scripts of the entry, of the start and of the room count", () => {
  const size = measureScripts([
    script("assets/main.js", "entry", 10_000),
    script("assets/main.css", "entry", 500_000),
    script("assets/start.js", "start", 5_000),
    script("assets/room.js", "room", 20_000),
    script("assets/editor.js", "later", 500_000),
    script("assets/worker.js", "engine", 500_000),
  ]);
  expect(size.entryGzipBytes).toBeGreaterThan(10_000);
  expect(size.entryGzipBytes).toBeLessThan(11_000);
  expect(size.roomGzipBytes).toBeGreaterThan(35_000);
  expect(size.roomGzipBytes).toBeLessThan(36_000);
  expect(size.isOver).toBe(false);
  expect(size.text).toContain("in 3 files, within the budget of 90.0 kB");
});

test("[SY181] entry and room that are too large together are over the budget", () => {
  const half = FIRST_GZIP_BYTES_MAX / 2;
  const size = measureScripts([script("a.js", "entry", half), script("b.js", "room", half + 1)]);
  expect(size.isOver).toBe(true);
  expect(size.text).toContain("over the budget");
});
