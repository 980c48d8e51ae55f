/** Browser tests: journeys of a person, and contracts that only a real browser can keep. */

import { defineConfig } from "@playwright/test";
import { retriesOf } from "./support/second-try.mjs";

export default defineConfig({
  testDir: ".",
  testMatch: ["journeys/*.spec.ts", "browser/*.spec.ts"],
  outputDir: "../test-results",
  globalSetup: "./support/global-setup.ts",
  // Much of a journey is waiting (for a restart, a fold, a hint): two at a time fill two cores.
  workers: Number(process.env["CONCLAVE_TEST_WORKERS"] ?? 2),
  fullyParallel: false,
  forbidOnly: true,
  retries: retriesOf(process.env),
  timeout: 90_000,
  expect: { timeout: 20_000 },
  use: {
    screenshot: "only-on-failure",
    trace: "off",
  },
});
