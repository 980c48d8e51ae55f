/**
 * What a build consists of, as the offline rules need it: which chunk is loaded when. Vite bundles
 * workers apart from the page, so the same collector is a plugin of both bundles.
 */

import type { Plugin, Rolldown } from "vite";

/** When the page needs a file. */
export type FileUse =
  /** Before the first paint. */
  | "entry"
  /** By the start screen of a first visit, before there is a room. */
  | "start"
  /** Before a room can be typed in. */
  | "room"
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

/** The screen of a room, fetched by the entry. */
const ROOM_SCREEN = /\/web\/app\/room\/room-screen\.tsx$/;

/** What the start screen asks for at once. */
const START_PARTS = /\/web\/app\/handed-in\/launch-files\.ts$/;

type IsRoot = (chunk: Rolldown.OutputChunk) => boolean;

/** Names of the chunks that `isRoot` names and of all they import statically. */
function closureOf(bundle: Rolldown.OutputBundle, isRoot: IsRoot): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (name: string): void => {
    const output = bundle[name];
    if (names.has(name) || output?.type !== "chunk") return;
    names.add(name);
    output.imports.forEach(visit);
  };
  for (const [name, output] of Object.entries(bundle)) {
    if (output.type === "chunk" && isRoot(output)) visit(name);
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
      const entries = closureOf(bundle, (chunk) => chunk.isEntry);
      const closureWith = (module: RegExp) =>
        closureOf(bundle, (chunk) => chunk.moduleIds.some((id) => module.test(id)));
      const ofRoom = closureWith(ROOM_SCREEN);
      const ofStart = closureWith(START_PARTS);
      if (bundleKind === "page" && ofRoom.size === 0) this.error("No chunk has the room's screen");
      if (bundleKind === "page" && ofStart.size === 0) this.error("No chunk has the start's parts");
      for (const [name, output] of Object.entries(bundle)) {
        const code = output.type === "chunk" ? output.code : output.source;
        if (bundleKind === "worker") {
          const isOther = output.type === "chunk" &&
            output.moduleIds.some((id) => OTHER_ENGINES.test(id));
          onFile({ name, use: isOther ? "other-engine" : "engine", code });
        } else if (output.type === "chunk") {
          const use = entries.has(name)
            ? "entry"
            : ofRoom.has(name)
            ? "room"
            : ofStart.has(name)
            ? "start"
            : "later";
          onFile({ name, use, code });
        } else {
          onFile({ name, use: name.endsWith(".css") ? "entry" : "later", code });
        }
      }
    },
  };
}
