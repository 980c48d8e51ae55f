import { defineConfig } from "/work/main/node_modules/@playwright/test/index.mjs";
export default defineConfig({
  testDir: "/work/main/e2e/browser", testMatch: ["dbg.spec.ts"],
  outputDir: "/tmp/pw-storage-results", workers: 1, timeout: 30000, retries: 0, reporter: "list",
});
