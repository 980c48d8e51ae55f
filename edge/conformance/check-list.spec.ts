import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { notOnWorkerd, runtime } from "./runtime.ts";
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
    `C3: ${lines.length} lines tested, ${laterLines.length} listed for issue 7, ` +
      `${struckLines.length} struck`,
  );
  for (const later of laterLines) console.log(`C3 later: ${later}`);
});

test("what is skipped on workerd is a test by that name, and has a reason", () => {
  const titles = specTexts().flatMap((text) =>
    [...text.matchAll(/\b(?:line|check)\(\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? "")
  );
  const skipped = Object.entries(notOnWorkerd);
  expect(skipped.filter(([title]) => !titles.includes(title))).toEqual([]);
  if (runtime !== "workerd") return;
  for (const [title, reason] of skipped) console.log(`C3: not on workerd: ${title}: ${reason}`);
});

function specTexts(): readonly string[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".spec.ts") && !name.startsWith("check-list"))
    .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
}
