import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseRoute, type Route } from "../../web/app/route.ts";
import { chooseShelf } from "../../web/build/offline-manifest.ts";
import { parseArguments } from "./arguments.mjs";
import { drawContactSheet, schemes, shotFile, sizes } from "./contact-sheet.ts";
import { keptShots } from "./kept-shots.ts";
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
    const all: Record<Route["kind"], true> = {
      ...{ "handed-in": true, "join": true, "models": true, "room": true },
      ...{ "search": true, "settings": true, "start": true },
    };
    expect([...kinds].toSorted()).toEqual(Object.keys(all));
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

describe("the kept pictures", () => {
  const PUBLIC = join(import.meta.dirname, "../../web/public");
  const manifest = JSON.parse(readFileSync(join(PUBLIC, "manifest.webmanifest"), "utf8"));

  test("[SY242] the manifest names each of them with its size and form, in both forms", () => {
    const expected = keptShots.map(({ file, size: name }) => {
      const size = sizes.find((one) => one.name === name);
      return {
        src: `/screenshots/${file}`,
        sizes: `${size?.width}x${size?.height}`,
        type: "image/webp",
        form_factor: name,
      };
    });
    const named = (manifest.screenshots as { readonly label: string }[])
      .map(({ label, ...rest }) => (expect(label).toMatch(/\w/), rest));
    expect(named).toEqual(expected);
    expect(new Set(keptShots.map(({ size }) => size))).toEqual(new Set(["narrow", "wide"]));
  });

  test("[SY242] they are WebP of real screens, small together, and not kept offline", () => {
    const files = keptShots.map(({ file }) => readFileSync(join(PUBLIC, "screenshots", file)));
    expect(files.map((bytes) => bytes.toString("latin1", 8, 12))).toEqual(files.map(() => "WEBP"));
    expect(files.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(150_000);
    const names = new Set(screens.map(({ name }) => name));
    expect(keptShots.filter(({ screen }) => !names.has(screen))).toEqual([]);
    const [content = Buffer.alloc(0)] = files;
    expect(chooseShelf({ url: "/screenshots/room-wide.webp", content, use: undefined }))
      .toBe("onUse");
  });

  test("[SY242] each shortcut has a picture that is there", () => {
    for (
      const { icons } of manifest.shortcuts as { readonly icons: { readonly src: string }[] }[]
    ) {
      expect(icons.length).toBeGreaterThan(0);
      for (const { src } of icons) expect(existsSync(join(PUBLIC, src)), src).toBe(true);
    }
  });
});

test.each<[words: string[], parsed: object | undefined]>([
  [[], { only: "", isFull: false, isKept: false }],
  [["--only", "room"], { only: "room", isFull: false, isKept: false }],
  [["--full", "--only", "room-x"], { only: "room-x", isFull: true, isKept: false }],
  [["--keep"], { only: "", isFull: false, isKept: true }],
  [["--keep", "--full"], undefined],
  [["--only"], undefined],
  [["--only", "--full"], undefined],
  [["room"], undefined],
])("arguments %j", (words, parsed) => {
  const read = parseArguments(words);
  expect(read.ok ? read.value : undefined).toEqual(parsed);
});
