/** Builds the fixture page, optimised like the product, into a folder. */

import { join } from "node:path";
import { build } from "vite";

/** `outDir` is absolute and is emptied. */
export async function buildUiSite(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: join(import.meta.dirname),
    cacheDir: join(import.meta.dirname, "../../../.cache/vite-ui"),
    logLevel: "warn",
    oxc: { target: "es2022", jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: true,
    },
  });
}
