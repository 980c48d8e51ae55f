import { expect, test } from "vitest";
import type { DeviceFacts } from "#shared/inference/mod.ts";
import { loadCatalogue, starterProfile } from "../models/catalogue.ts";
import { suggestModel } from "./suggest-model.ts";

const GIB = 1024 ** 3;
const plain: DeviceFacts = {
  webgpu: "none",
  adapter: "",
  features: [],
  bufferBytesMax: 0,
  storageBytesFree: 100 * GIB,
  memoryGiB: 8,
};
const gpu: DeviceFacts = {
  ...plain,
  webgpu: "hardware",
  adapter: "Fine GPU",
  features: ["shader-f16"],
  bufferBytesMax: 4 * GIB,
};

test("without a GPU the starter is suggested: nothing else of the list runs there", async () => {
  expect(suggestModel(await loadCatalogue(), plain)).toBe("starter");
});

test("with a GPU and room the most capable model that runs well is suggested", async () => {
  const catalogue = await loadCatalogue();
  const suggested = catalogue.find((one) => one.id === suggestModel(catalogue, gpu));
  expect(suggested?.id).not.toBe("starter");
  const small = catalogue.find((one) =>
    one.id === suggestModel(catalogue, { ...gpu, memoryGiB: 2 })
  );
  expect(small?.parameters).toBeLessThan(suggested?.parameters ?? 0);
});

test("nothing is suggested where nothing runs, nor of an empty list", () => {
  expect(suggestModel([{ ...starterProfile, needsWebGpu: true }], plain)).toBeUndefined();
  expect(suggestModel([], plain)).toBeUndefined();
});
