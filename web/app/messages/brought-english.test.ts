/** A module that speaks with words of a later part has fetched that part, whoever drew it first. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { messages } from "./en.ts";

const APP = join(import.meta.dirname, "..");
const ENGLISH = join(import.meta.dirname, "english");

/** Modules that ship, by path below `web/app`. */
const modules = new Map(
  readdirSync(APP, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|contract)\.tsx?$/.test(path))
    .map((path) => [path, readFileSync(join(APP, path), "utf8")]),
);

/** Which part of the catalogue has a key, for the parts that do not come with the page. */
const partByKey = new Map(
  readdirSync(ENGLISH).flatMap((file) =>
    [...readFileSync(join(ENGLISH, file), "utf8").matchAll(/^ {2}"([^"]+)":/gm)]
      .map(([, key = ""]) => [key, file] as const)
      .filter(([key]) => !Object.hasOwn(messages, key))
  ),
);

/** All that a module imports statically for its values, itself included. */
function closureOf(path: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(path) || !modules.has(path)) return known;
  known.add(path);
  const text = modules.get(path) ?? "";
  for (const [, types, from = ""] of text.matchAll(IMPORT)) {
    if (types === undefined) closureOf(relative(APP, join(APP, dirname(path), from)), known);
  }
  return known;
}

const IMPORT = /^(?:import|export) (type )?(?:[^"]*? from )?"(\.[^"]+)"/gm;

/** Keys in a module's text, whole and as the beginning of one that is put together. */
function keysOf(text: string): readonly string[] {
  const whole = [...text.matchAll(/"([a-z][\w-]*\.[\w.-]+)"/g)].map(([, key = ""]) => key);
  const begun = [...text.matchAll(/`([a-z][\w-]*\.[\w.-]*)\$\{/g)].map(([, key = ""]) => key);
  return [...partByKey.keys()].filter((key) =>
    whole.includes(key) || whole.includes(key.replace(/\.(one|other)$/, "")) ||
    begun.some((start) => key.startsWith(start))
  );
}

test("every module brings along the words it speaks with", () => {
  expect(partByKey.size).toBeGreaterThan(100);
  const missing = [...modules].filter(([path]) => !/^messages\/(english|german)\//.test(path))
    .flatMap(([path, text]) => {
      const parts = new Set(keysOf(text).map((key) => partByKey.get(key)));
      const there = closureOf(path);
      return [...parts].filter((part) => !there.has(`messages/english/${part}`))
        .map((part) => `${path} lacks ${part}`);
    });
  expect(missing).toEqual([]);
});
