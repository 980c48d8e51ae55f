import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { BuildFile } from "./build-files.ts";
import { ENTRY_GZIP_BYTES_MAX, measureEntry } from "./entry-size.ts";

/** A script of random text: it hardly compresses, so its size is known. */
const script = (name: string, use: BuildFile["use"], sizeBytes: number): BuildFile => ({
  name,
  use,
  code: randomBytes(sizeBytes),
});

test("only scripts of the entry count", () => {
  const size = measureEntry([
    script("assets/main.js", "entry", 10_000),
    script("assets/main.css", "entry", 500_000),
    script("assets/editor.js", "later", 500_000),
    script("assets/worker.js", "engine", 500_000),
  ]);
  expect(size.gzipBytes).toBeGreaterThan(10_000);
  expect(size.gzipBytes).toBeLessThan(11_000);
  expect(size.isOver).toBe(false);
  expect(size.text).toContain("in 1 files, within the budget of 90.0 kB");
});

test("two entry scripts that are too large together are over the budget", () => {
  const half = ENTRY_GZIP_BYTES_MAX / 2;
  const size = measureEntry([script("a.js", "entry", half), script("b.js", "entry", half + 1)]);
  expect(size.isOver).toBe(true);
  expect(size.text).toContain("over the budget");
});
