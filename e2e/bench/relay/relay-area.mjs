/** The area `relay`: the product's relay beside a bare `ws`, Socket.IO and JetStream. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../edge/launch/processes.mjs";
import { importTypeScript } from "../../torture/import-typescript.mjs";

/**
 * @param {import("@playwright/test").Browser | undefined} _browser not needed
 * @param {number} rounds
 * @param {(line: string) => void} tell
 */
export async function measureRelay(_browser, rounds, tell) {
  /** @type {typeof import("./measure-sides.ts")} */
  const { measureSides } = await importTypeScript(join(ROOT, "e2e/bench/relay/measure-sides.ts"));
  const folder = mkdtempSync(join(tmpdir(), "conclave-bench-relay-"));
  const pageFolder = join(folder, "page");
  mkdirSync(pageFolder);
  writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>page</title>");
  try {
    return await measureSides({ folder, pageFolder, rounds, tell });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @typedef {Awaited<ReturnType<typeof measureRelay>>} RelayResults */
