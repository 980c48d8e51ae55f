import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDataFolder } from "./data-folder.ts";

function setup() {
  const root = mkdtempSync(join(tmpdir(), "conclave-data-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  let made = 0;
  const open = (name: string) =>
    openDataFolder(join(root, name), join(root, "page"), (count) => {
      made += 1;
      return new Uint8Array(count).fill(made);
    });
  return { root, open };
}

test("[RL71] the secret is made once, outside the database, for its user alone", () => {
  const { root, open } = setup();
  const first = open("a/b");
  const again = open("a/b");
  expect(first).toEqual(again);
  expect(first).toMatchObject({
    ok: true,
    value: { databasePath: join(root, "a/b/relay.db"), secret: new Uint8Array(32).fill(1) },
  });
  const names = readdirSync(join(root, "a/b"));
  expect(names.toSorted()).toEqual(["relay.db", "relay.secret"]);
  for (const name of names) expect(statSync(join(root, "a/b", name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(root, "a/b")).mode & 0o777).toBe(0o700);
});

test("[RL71] a secret of another size is refused and kept", () => {
  const { root, open } = setup();
  open("data");
  const path = join(root, "data/relay.secret");
  writeFileSync(path, "short");
  const result = open("data");
  expect(result.ok ? "" : result.error).toContain(`Cannot use ${path}`);
  expect(readFileSync(path, "utf8")).toBe("short");
});

test("[RL72] a folder that cannot be made, or lies in the page, is refused by name", () => {
  const { root, open } = setup();
  writeFileSync(join(root, "file"), "");
  const wrong = open("file/data");
  expect(wrong.ok ? "" : wrong.error).toContain(`Cannot use the data folder "${root}/file/data"`);
  for (const name of ["page", "page/data"]) {
    const result = open(name);
    expect(result.ok ? "" : result.error, name).toContain("files of the page");
  }
  expect(open("page-data").ok).toBe(true);
});
