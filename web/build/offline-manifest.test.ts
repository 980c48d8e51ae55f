import { expect, test } from "vitest";
import { chooseShelf, type DistFile, makeOfflineManifest } from "./offline-manifest.ts";

const file = (url: string, use?: DistFile["use"], sizeBytes = 10): DistFile => ({
  url,
  use,
  content: new Uint8Array(sizeBytes),
});

test.each<[string, DistFile, string]>([
  ["the page", file("/index.html"), "shell"],
  ["code before the first paint", file("/assets/main-a.js", "entry", 900_000), "shell"],
  ["a part of the app", file("/assets/editor-a.js", "later"), "shell"],
  ["the room's screen", file("/assets/room-a.js", "room"), "shell"],
  ["a large part of the app", file("/assets/shiki-a.js", "later", 900_000), "onUse"],
  ["a Latin font", file("/assets/inter-latin-wght-normal-a.woff2", "later"), "shell"],
  ["a Greek font", file("/assets/inter-greek-wght-normal-a.woff2", "later"), "onUse"],
  ["an extended font", file("/assets/inter-latin-ext-wght-normal-a.woff2", "later"), "onUse"],
  ["a Cyrillic font", file("/assets/inter-cyrillic-ext-wght-normal-a.woff2", "later"), "onUse"],
  ["the starter model", file("/models/starter/onnx/model.onnx", undefined, 9_000_000), "kept"],
  ["the runtime", file("/ort/a.wasm", undefined, 26_000_000), "kept"],
  ["the inference worker", file("/assets/worker-a.js", "engine", 900_000), "kept"],
  ["llama.cpp", file("/wllama/worker.js", undefined), "onUse"],
  ["another engine", file("/assets/web-llm-a.js", "other-engine"), "onUse"],
])("%s has its place", (_title, entry, shelf) => {
  expect(chooseShelf(entry)).toBe(shelf);
});

test("the build id depends on contents and not on the order of the files", () => {
  const a = file("/a.js", "entry", 1);
  const b = file("/b.js", "entry", 2);
  const same = makeOfflineManifest([a, b]).buildId;
  expect(makeOfflineManifest([b, a]).buildId).toBe(same);
  expect(makeOfflineManifest([a, file("/b.js", "entry", 3)]).buildId).not.toBe(same);
});
