/**
 * A process on Deno that measures rounds on SQLite: one line of JSON in (`MeasureOrder`), one out.
 */

import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { createMeasurer, type MeasureOrder } from "./measurer.ts";
import { openSqlitePlace } from "./sqlite-place.ts";

const folder = process.argv[2] ?? "";
const measure = createMeasurer(() =>
  Promise.resolve(openSqlitePlace(mkdtempSync(join(folder, "place-"))))
);

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await measure(JSON.parse(line) as MeasureOrder)));
}
