/** The file that a deployment reads, against what the tests ran. */

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { expect, test } from "vitest";
import { WORKER_BUNDLE } from "../../launch/worker-bundle.mjs";
import { ROOT } from "../../launch/processes.mjs";
import { readWranglerFile, WRANGLER_PATH } from "../workerd-process.ts";

const wrangler = readWranglerFile();

test("[RL94] wrangler.jsonc deploys the bundle as it is, with the class that it exports", () => {
  expect(resolve(dirname(WRANGLER_PATH), wrangler.main)).toBe(WORKER_BUNDLE);
  expect(wrangler.no_bundle).toBe(true);
  const exported = /export \{([^}]*)\};?\s*$/.exec(readFileSync(WORKER_BUNDLE, "utf8"))?.[1] ?? "";
  expect(wrangler.durable_objects.bindings).toEqual([{ name: "ROOM", class_name: "RelayRoom" }]);
  for (const { class_name: name } of wrangler.durable_objects.bindings) {
    expect(exported.split(",").map((one) => one.trim().split(" as ").at(-1))).toContain(name);
    expect(wrangler.migrations.flatMap((one) => one.new_sqlite_classes)).toContain(name);
  }
});

test("[RL94] its date is one that the workerd of the tests knows, and no newer", () => {
  const text = readFileSync(`${ROOT}/package.json`, "utf8");
  const { devDependencies } = JSON.parse(text) as { devDependencies: Record<string, string> };
  const [, year, month, day] = /^1\.(\d{4})(\d\d)(\d\d)\./.exec(devDependencies["workerd"]!) ?? [];
  expect(wrangler.compatibility_date <= `${year}-${month}-${day}`).toBe(true);
  expect(wrangler.compatibility_flags).toEqual(["no_web_socket_compression"]);
});

test("[RL94] the guide names the file, the commands and every setting there is", () => {
  const guide = readFileSync(resolve(dirname(WRANGLER_PATH), "README.md"), "utf8");
  expect(guide).toContain("--config edge/platform/cloudflare/wrangler.jsonc");
  expect(guide).toContain("node edge/launch/worker-bundle.mjs");
  const code = readFileSync(resolve(dirname(WRANGLER_PATH), "worker-settings.ts"), "utf8");
  for (const name of new Set(code.match(/CONCLAVE_[A-Z_]+/g))) expect(guide).toContain(name);
});
