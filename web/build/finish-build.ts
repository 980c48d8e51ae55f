/**
 * The last steps of a build, in an order that matters: measure, copy, write the service worker over
 * everything there is, compress, and only then note that `dist/` is whole.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "vite";
import { type BuildFile, collectBuildFiles } from "./build-files.ts";
import { compressFile } from "./compress.ts";
import { measureScripts } from "./script-size.ts";
import { type DistFile, makeOfflineManifest, type OfflineManifest } from "./offline-manifest.ts";
import { copyPageFiles, listPageFiles } from "./page-files.ts";

export interface PagePlugins {
  readonly page: readonly Plugin[];
  /** Called by Vite for each worker bundle. */
  readonly worker: () => Plugin[];
  /** Which of `imports` a dynamic import of `script` asks for along with it. */
  readonly choosePreloads: (script: string, imports: readonly string[]) => string[];
}

function listPaths(folder: string, prefix = ""): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? listPaths(join(folder, entry.name), `${prefix}/${entry.name}`)
      : [`${prefix}/${entry.name}`]
  );
}

/** Bundles the service worker as one classic script: module workers are not everywhere yet. */
async function buildServiceWorker(root: string, outDir: string, manifest: OfflineManifest) {
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: "warn",
    define: { __OFFLINE_MANIFEST__: JSON.stringify(manifest) },
    build: {
      outDir,
      emptyOutDir: false,
      target: "es2022",
      lib: {
        entry: join(root, "web/pwa/service-worker.ts"),
        formats: ["iife"],
        name: "conclaveServiceWorker",
        fileName: () => "service-worker.js",
      },
    },
  });
}

/** How the launcher knows a build again (edge/launch/build-inputs.mjs). */
export interface BuildStamp {
  hashInputs(root: string): string;
  writeBuildNote(folder: string, inputsHash: string): void;
}

/** Creates the plugins of one build. `root` is the repository, `outDir` the absolute `dist/`. */
export function createPagePlugins(root: string, outDir: string, stamp: BuildStamp): PagePlugins {
  const filesByName = new Map<string, BuildFile>();
  // A worker's files are seen twice; the worker's own bundle, seen first, knows what they are for.
  const onFile = (file: BuildFile): void => {
    if (!filesByName.has(file.name)) filesByName.set(file.name, file);
  };
  // Hashed before the build, so that a file edited meanwhile makes the result stale.
  let inputsHash = "";

  const finish: Plugin = {
    name: "conclave:finish-build",
    apply: "build",
    buildStart() {
      inputsHash = stamp.hashInputs(root);
    },
    writeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        // As they are sent: the bundler's own last step wrote into some of them.
        const sent = [...filesByName.values()].map((file) => ({
          ...file,
          code: readFileSync(join(outDir, file.name)),
        }));
        const size = measureScripts(sent);
        console.log(size.text);
        if (size.isOver) this.error(size.text);

        const pageFiles = listPageFiles(root);
        if (!pageFiles.some(({ url }) => url.startsWith("/models/starter/"))) {
          this.error("web/models/starter/files is empty: a page without a model cannot answer");
        }
        copyPageFiles(pageFiles, outDir);

        const distFiles = listPaths(outDir).map((url): DistFile => ({
          url,
          content: readFileSync(join(outDir, url)),
          use: filesByName.get(url.slice(1))?.use,
        }));
        await buildServiceWorker(root, outDir, makeOfflineManifest(distFiles));
        for (const path of listPaths(outDir)) {
          await compressFile(join(outDir, path), join(root, ".cache/compressed"));
        }
        stamp.writeBuildNote(outDir, inputsHash);
      },
    },
  };
  return {
    page: [collectBuildFiles("page", onFile), finish],
    worker: () => [collectBuildFiles("worker", onFile)],
    // What came with the page is there, and the script itself is asked for in the same moment:
    // their names would only make the scripts larger.
    choosePreloads: (script, imports) =>
      imports.filter((name) => name !== script && filesByName.get(name)?.use !== "entry"),
  };
}
