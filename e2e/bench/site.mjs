/** Builds what only the bench needs: the bare engine's page, and the code that seeds a room. */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { build, defaultClientConditions } from "vite";
import { startServer } from "../support/server.mjs";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = join(import.meta.dirname, "page");

/** As the app is built, down to the minifier: a slower build would flatter the app. */
const shared = /** @type {const} */ ({
  configFile: false,
  root: PAGE,
  logLevel: "error",
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions] },
  worker: { format: "es" },
});

/**
 * Serves the bare engine's page by the real server, with the built page's own model and runtime
 * files. `dist/` must be there.
 */
export async function startBareSite() {
  const folder = mkdtempSync(join(tmpdir(), "conclave-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove); // Also when a signal ends the run before `stop`.
  try {
    await build({
      ...shared,
      resolve: { conditions: [...shared.resolve.conditions] },
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: "es2022",
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 20_000,
        reportCompressedSize: false,
      },
    });
    for (const name of ["models", "ort"]) {
      cpSync(join(ROOT, "dist", name), join(folder, name), { recursive: true });
    }
    const server = await startServer({ pageFolder: folder });
    const stop = async () => {
      await server.stop();
      remove();
    };
    return { url: server.url, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The code of `seed-room.ts` as one script, to be run inside a page of the app's origin. */
export async function buildSeedScript() {
  const result = await build({
    ...shared,
    resolve: { conditions: [...shared.resolve.conditions] },
    build: {
      write: false,
      target: "es2022",
      lib: { entry: "seed-room.ts", formats: ["iife"], name: "seedBenchModule" },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  const chunk = first !== undefined && "output" in first ? first.output[0] : undefined;
  if (chunk === undefined) throw new Error("Cannot build the seed script: no output");
  return chunk.code;
}
