import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { notOnRedis, notOnWorkerd, runtime, skipReason } from "./runtime.ts";
import { laterLines, struckLines, testedLines } from "./check-list.ts";

test("every line of C3 about the relay has exactly one test named after it", () => {
  const titles = specTexts()
    .flatMap((text) => [...text.matchAll(/\bline\(\s*"((?:[^"\\]|\\.)*)"/g)])
    .map((match) => match[1] ?? "");
  const lines = Object.entries(testedLines).flatMap(([section, names]) =>
    names.map((name) => `${section}: ${name}`)
  );
  expect(titles.toSorted()).toEqual(lines.toSorted());
  console.log(
    `C3: ${lines.length} lines tested, ${laterLines.length} left for later, ` +
      `${struckLines.length} struck`,
  );
  for (const later of laterLines) console.log(`C3 later: ${later}`);
});

test("what a runtime skips is a test by that name, and has a reason", () => {
  const titles = specTexts().flatMap((text) =>
    [...text.matchAll(/\b(?:line|check)\(\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? "")
  );
  for (const skipped of [notOnWorkerd, notOnRedis]) {
    expect(Object.keys(skipped).filter((title) => !titles.includes(title))).toEqual([]);
  }
  for (const title of titles) {
    const reason = skipReason(title);
    if (reason !== undefined) console.log(`C3: not on ${runtime}: ${title}: ${reason}`);
  }
});

function specTexts(): readonly string[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".spec.ts") && !name.startsWith("check-list"))
    .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
}
