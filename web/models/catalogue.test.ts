import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadCatalogue, nextSmaller, starterProfile } from "./catalogue.ts";
import { defaultModelHost, modelHostOf } from "./model-host.ts";

test("the catalogue begins with the starter, has no id twice and names every licence", async () => {
  const models = await loadCatalogue();
  expect(models[0]).toBe(starterProfile);
  expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
  expect(models.filter(({ licence }) => licence === "")).toEqual([]);
});

test("16-bit models ask for shader-f16 and 32-bit models for nothing", async () => {
  const models = (await loadCatalogue()).filter(({ engine }) => engine === "web-llm");
  for (const { id, requiredFeatures } of models) {
    expect(requiredFeatures).toEqual(id.includes("q4f16") ? ["shader-f16"] : []);
  }
});

test("the next smaller model needs no feature that the larger does not", async () => {
  const models = await loadCatalogue();
  const without16 = models.find(({ id }) => id === "Llama-3.2-3B-Instruct-q4f32_1-MLC");
  const smaller = without16 && nextSmaller(models, without16);
  expect(smaller?.requiredFeatures).toEqual([]);
  expect(smaller?.memoryBytes).toBeLessThan(without16?.memoryBytes ?? 0);
  expect(nextSmaller(models, starterProfile)).toBeUndefined();
});

test.each<[url: string, base: string | undefined]>([
  ["https://mirror.example/models", "https://mirror.example/models/"],
  ["http://127.0.0.1:9000/", "http://127.0.0.1:9000/"],
  ["http://localhost:9000", "http://localhost:9000/"],
  ["http://mirror.example/", undefined],
  ["https://user:word@mirror.example/", undefined],
  ["https://mirror.example/?a=b", undefined],
  ["ftp://mirror.example/", undefined],
  ["mirror", undefined],
])("the host setting %s is taken as %s", (url, base) => {
  const result = modelHostOf(url);
  expect(result.ok ? result.value.weights : undefined).toBe(base);
});

test("an empty host setting means the library's own addresses", () => {
  expect(modelHostOf("  ")).toEqual({ ok: true, value: defaultModelHost });
});

interface Manifest {
  readonly context: number;
  readonly parameters: number;
  readonly files: readonly { readonly bytes: number }[];
}

test("the starter's figures are those of its manifest", () => {
  const path = new URL("./starter/files/manifest.json", import.meta.url);
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  expect(starterProfile.contextTokens).toBe(manifest.context);
  // Rounded where people read them; a retraining moves the last digits.
  expect(starterProfile.parameters / manifest.parameters).toBeCloseTo(1, 1);
  expect(starterProfile.downloadBytes / bytes).toBeCloseTo(1, 1);
});
