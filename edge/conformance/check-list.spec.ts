import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { notOnRedis, notOnWorkerd, runtime, skipReason } from "./runtime.ts";
import { elsewhereLines, struckLines, testedLines } from "./check-list.ts";

test("every line of C3 about the relay has exactly one test named after it", () => {
  const titles = specTexts()
    .flatMap((text) => [...text.matchAll(/\bline\(\s*"((?:[^"\\]|\\.)*)"/g)])
    .map((match) => match[1] ?? "");
  const lines = Object.entries(testedLines).flatMap(([section, names]) =>
    names.map((name) => `${section}: ${name}`)
  );
  expect(titles.toSorted()).toEqual(lines.toSorted());
  const elsewhere = Object.keys(elsewhereLines).length;
  console.log(
    `C3: ${lines.length + elsewhere} lines tested, ${lines.length} here and ${elsewhere} in ` +
      `other tiers; ${struckLines.length} struck`,
  );
});

test("every other line of C3 has its tests where the list says", () => {
  for (const [line, tests] of Object.entries(elsewhereLines)) {
    expect(tests.length, line).toBeGreaterThan(0);
    for (const [file, title] of tests) {
      const text = readFileSync(join(import.meta.dirname, "../..", file), "utf8");
      const call = new RegExp(`\\btest\\(\\s*["\`]${escapeRegExp(title)}["\`]`);
      expect(call.test(text), `${line}: ${file} has no test "${title}"`).toBe(true);
    }
  }
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

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function specTexts(): readonly string[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".spec.ts") && !name.startsWith("check-list"))
    .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
}
