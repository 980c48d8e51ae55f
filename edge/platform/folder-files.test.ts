import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createFolderFiles } from "./folder-files.ts";

function setup() {
  const folder = mkdtempSync(join(tmpdir(), "conclave-files-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "page");
  writeFileSync(join(folder, ".build.json"), "note");
  writeFileSync(join(folder, "assets", "a.js"), "let a");
  writeFileSync(join(folder, "assets", "a.js.gz"), "zipped");
  return createFolderFiles(folder);
}

test("a listed file opens as it is and in its stored encoding", async () => {
  const file = setup().find("/assets/a.js");
  expect(file?.sizeBytes).toEqual({ plain: 5, gzip: 6 });
  expect(await new Response(file?.open(undefined)).text()).toBe("let a");
  expect(await new Response(file?.open("gzip")).text()).toBe("zipped");
});

test.each(["/.build.json", "/assets", "/../index.html", "/assets/../index.html", "index.html"])(
  "%s is not a file of the page",
  (path) => {
    expect(setup().find(path)).toBeUndefined();
  },
);
