import { expect, test } from "vitest";
import {
  keyOf,
  type OfflineManifest,
  routeRequest,
  shellCacheOf,
  staleCaches,
  staleKeys,
} from "./offline-files.ts";

const origin = "http://127.0.0.1:8787";
const model = { url: "/models/starter/model.onnx", revision: "m1" };
const engine = { url: "/assets/web-llm-a.js", revision: "w1" };
const manifest: OfflineManifest = {
  buildId: "b2",
  shell: [{ url: "/index.html", revision: "i" }, { url: "/assets/main-a.js", revision: "a" }],
  kept: [model],
  onUse: [engine],
};
const route = (path: string, method = "GET") =>
  routeRequest({ method, url: new URL(path, origin).href }, origin, manifest);

test.each([
  ["/", "/index.html"],
  ["/#w=1.secret", "/index.html"],
  ["/?source=pwa", "/index.html"],
  ["/assets/main-a.js", "/assets/main-a.js"],
])("%s is answered by the shell", (path, url) => {
  expect(route(path)).toEqual({ kind: "shell", url });
});

test("model and engine files are answered under their revision", () => {
  expect(route(model.url)).toEqual({ kind: "file", file: model });
  expect(route(engine.url)).toEqual({ kind: "file", file: engine });
  expect(keyOf(model)).toBe("/models/starter/model.onnx?revision=m1");
});

test.each([
  ["/healthz", "GET"],
  ["/assets/unknown.js", "GET"],
  ["/", "POST"],
  ["https://model.example/index.html", "GET"],
  ["http://127.0.0.1:8788/", "GET"],
])("%s %s goes to the network", (path, method) => {
  expect(route(path, method)).toEqual({ kind: "network" });
});

test("[IN102] a new build drops old shells and old models, and leaves other caches alone", () => {
  const names = ["conclave-shell-b1", shellCacheOf(manifest), "conclave-files", "notes"];
  const models = ["webllm/model", "webllm/config", "webllm/wasm"];
  expect(staleCaches([...names, ...models], manifest)).toEqual(["conclave-shell-b1", ...models]);
});

test("a new build keeps unchanged engine files and drops changed ones", () => {
  const keys = [keyOf(model), keyOf({ ...model, revision: "m0" }), keyOf(engine), "/gone.js"]
    .map((key) => origin + key);
  expect(staleKeys(keys, manifest)).toEqual([
    `${origin}/models/starter/model.onnx?revision=m0`,
    `${origin}/gone.js`,
  ]);
});

test("what another app shares never reaches the network, and only at its own address", () => {
  expect(route("/share", "POST")).toEqual({ kind: "share" });
  expect(route("/share")).toEqual({ kind: "network" });
  expect(route("/healthz", "POST")).toEqual({ kind: "network" });
});
