import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../launch/processes.mjs";
import { faultLines } from "../fault-list.ts";

test("every fault of the list is shown by a test that there is, or has a reason", () => {
  const lines: string[] = [];
  let [tested, excused] = [0, 0];
  for (const { fault, on } of faultLines) {
    for (const [store, shown] of Object.entries(on)) {
      if (typeof shown === "string") {
        excused += 1;
        lines.push(`${fault} | ${store} | none: ${shown}`);
        continue;
      }
      const [file, title] = shown;
      tested += 1;
      lines.push(`${fault} | ${store} | ${file}`);
      expect(readFileSync(join(ROOT, file), "utf8"), `${file} has it`).toContain(`"${title}"`);
    }
  }
  console.log([`Faults: ${tested} shown, ${excused} with a reason why not`, ...lines].join("\n"));
});

test("every fault of the network that is tested is on the list", () => {
  const text = readFileSync(join(ROOT, "edge/conformance/deno/network-faults.spec.ts"), "utf8");
  const names = [...text.matchAll(/\bname: "([^"]+)"/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(0);
  const listed = faultLines.filter(({ on }) => on.any !== undefined && on.SQLite === undefined);
  expect(listed.map(({ fault }) => fault)).toEqual(names);
});
