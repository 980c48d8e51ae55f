import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { inTurn } from "./build-turn.mjs";

const folder = mkdtempSync(join(tmpdir(), "conclave-turn-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("builds come one after another, also behind one that fails", async () => {
  const path = join(folder, "deeper", "one.lock");
  const events: string[] = [];
  const work = (name: string, fails = false) =>
    inTurn(path, async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([work("a", true), work("b"), work("c")]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(events).toHaveLength(6);
  for (let at = 0; at < events.length; at += 2) {
    expect(events[at + 1]).toBe(events[at]?.replace("begins", "ends"));
  }
  expect(existsSync(path)).toBe(false);
});

test("a process that died in its turn has lost it", async () => {
  const path = join(folder, "dead.lock");
  const pidMax = 2 ** 22;
  writeFileSync(path, String(pidMax + 1));
  expect(await inTurn(path, () => Promise.resolve("ours"))).toBe("ours");
});
