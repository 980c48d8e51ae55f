import { defineConfig } from "@playwright/test";
export default defineConfig({ testDir: "./browser", testMatch: ["ui*.spec.ts"], outputDir: "/tmp/pw/out", workers: 1, timeout: 60000, expect:{timeout:6000}, reporter: [["line"]] });
