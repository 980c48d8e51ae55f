import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hashInputs, isBuildStale, writeBuildNote } from "./build-inputs.mjs";

function setup() {
  const root = mkdtempSync(join(tmpdir(), "conclave-inputs-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ["web/app", "shared/base", "dist"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  write("web/main.ts", "start()");
  write("shared/base/result.ts", "ok()");
  return { root, dist: join(root, "dist"), write };
}

test("a folder without a note is stale", () => {
  const { root, dist } = setup();
  expect(isBuildStale(dist, hashInputs(root))).toBe(true);
  expect(isBuildStale(join(root, "nowhere"), hashInputs(root))).toBe(true);
});

test("a noted build is fresh until an input changes, appears or moves", () => {
  const { root, dist, write } = setup();
  writeBuildNote(dist, hashInputs(root));
  expect(isBuildStale(dist, hashInputs(root))).toBe(false);
  write("web/main.ts", "start() ");
  expect(isBuildStale(dist, hashInputs(root))).toBe(true);
  write("web/main.ts", "start()");
  expect(isBuildStale(dist, hashInputs(root))).toBe(false);
  write("web/app/room.tsx", "");
  expect(isBuildStale(dist, hashInputs(root))).toBe(true);
});

test("tests and prose do not make a build stale", () => {
  const { root, dist, write } = setup();
  writeBuildNote(dist, hashInputs(root));
  write("shared/base/result.test.ts", "test()");
  write("shared/SPEC.md", "rules");
  expect(isBuildStale(dist, hashInputs(root))).toBe(false);
});

test("a note that was cut off is stale", () => {
  const { root, dist, write } = setup();
  write("dist/.build.json", '{"inputsHash":');
  expect(isBuildStale(dist, hashInputs(root))).toBe(true);
});
