/** Browser tests: journeys of a person, and contracts that only a real browser can keep. */

import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  testMatch: ["journeys/*.spec.ts", "browser/*.spec.ts"],
  outputDir: "../test-results",
  globalSetup: "./support/global-setup.ts",
  // Much of a journey is waiting (for a restart, a fold, a hint): two at a time fill two cores.
  workers: Number(process.env["CONCLAVE_TEST_WORKERS"] ?? 2),
  fullyParallel: false,
  forbidOnly: true,
  // One run of 430 tests decides on a whole submission; what needed it is named (test-tiers.mjs).
  retries: process.env["CI"] === "true" ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  use: {
    screenshot: "only-on-failure",
    trace: "off",
  },
});
