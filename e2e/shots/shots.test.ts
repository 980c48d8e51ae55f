import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseRoute } from "../../web/app/route.ts";
import { parseArguments } from "./arguments.mjs";
import { drawContactSheet, schemes, shotFile, sizes } from "./contact-sheet.ts";
import { screens } from "./screens.ts";

const SCENES = join(import.meta.dirname, "../browser/ui");

describe("the list of screens", () => {
  test("[SY240] each screen and state has a name of its own, in kebab-case", () => {
    const names = screens.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
  });

  test("[SY240] every place that an address can name is among them", () => {
    const kinds = new Set(screens.map(({ hash }) => parseRoute(hash).kind));
    expect([...kinds].toSorted()).toEqual(
      ["handed-in", "join", "models", "room", "settings", "start"],
    );
  });

  test("[SY240] each scene is one that the fixture page knows", () => {
    const sources = readdirSync(SCENES).filter((file) => file.endsWith("scenes.ts"))
      .map((file) => readFileSync(join(SCENES, file), "utf8")).join("\n");
    const unknown = screens.filter(({ scene }) => !sources.includes(`"${scene}"`));
    // The first visit holds nothing: it is what an unknown scene is.
    expect(unknown.filter(({ scene }) => scene !== "first").map(({ name }) => name)).toEqual([]);
  });

  test("[SY240] the contact sheet shows each of them in every size and scheme", () => {
    const sheet = drawContactSheet(screens.map(({ name }) => name));
    for (const { name } of screens) {
      for (const size of sizes) {
        for (const scheme of schemes) expect(sheet).toContain(`"${shotFile(name, size, scheme)}"`);
      }
    }
  });
});

test.each<[words: string[], parsed: object | undefined]>([
  [[], { only: "", isFull: false }],
  [["--only", "room"], { only: "room", isFull: false }],
  [["--full", "--only", "room-empty"], { only: "room-empty", isFull: true }],
  [["--only"], undefined],
  [["--only", "--full"], undefined],
  [["room"], undefined],
])("arguments %j", (words, parsed) => {
  const read = parseArguments(words);
  expect(read.ok ? read.value : undefined).toEqual(parsed);
});
