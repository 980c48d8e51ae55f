/**
 * What a build consists of, as the offline rules need it: which chunk is loaded when. Vite bundles
 * workers apart from the page, so the same collector is a plugin of both bundles.
 */

import type { Plugin, Rolldown } from "vite";

/** When the page needs a file. */
export type FileUse =
  /** Before the first paint. */
  | "entry"
  /** When the reader opens a part of the app. */
  | "later"
  /** To run the starter model. */
  | "engine"
  /** Only if the reader chooses another engine. */
  | "other-engine";

export interface BuildFile {
  /** Path below the root of the page, without the leading slash. */
  readonly name: string;
  readonly use: FileUse;
  readonly code: string | Uint8Array;
}

/** Chunks with code of these packages are loaded only for a model that the reader chose. */
const OTHER_ENGINES = /\/node_modules\/(@mlc-ai\/web-llm|@wllama\/wllama)\//;

/** Names of the entry chunks and of all they import statically. */
function entryNames(bundle: Rolldown.OutputBundle): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (name: string): void => {
    const output = bundle[name];
    if (names.has(name) || output?.type !== "chunk") return;
    names.add(name);
    output.imports.forEach(visit);
  };
  for (const [name, output] of Object.entries(bundle)) {
    if (output.type === "chunk" && output.isEntry) visit(name);
  }
  return names;
}

/**
 * Collects the files of one bundle. `onFile` may see a worker's file again as an asset of the page.
 */
export function collectBuildFiles(
  bundleKind: "page" | "worker",
  onFile: (file: BuildFile) => void,
): Plugin {
  return {
    name: `conclave:build-files:${bundleKind}`,
    apply: "build",
    generateBundle(_options, bundle) {
      const entries = entryNames(bundle);
      for (const [name, output] of Object.entries(bundle)) {
        const code = output.type === "chunk" ? output.code : output.source;
        if (bundleKind === "worker") {
          const isOther = output.type === "chunk" &&
            output.moduleIds.some((id) => OTHER_ENGINES.test(id));
          onFile({ name, use: isOther ? "other-engine" : "engine", code });
        } else if (output.type === "chunk") {
          onFile({ name, use: entries.has(name) ? "entry" : "later", code });
        } else {
          onFile({ name, use: name.endsWith(".css") ? "entry" : "later", code });
        }
      }
    },
  };
}
