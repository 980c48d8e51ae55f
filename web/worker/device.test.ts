import { expect, test } from "vitest";
import { describeAdapter, isSoftwareAdapter } from "./device.ts";
import { chooseDevice, laneOf } from "./transformers/choose-device.ts";

const info = (vendor: string, architecture = "", description = "", device = "") => ({
  vendor,
  architecture,
  description,
  device,
});

test.each<[name: string, of: ReturnType<typeof info>, isFallback: boolean, isSoftware: boolean]>([
  ["Chromium's software adapter", info("google", "swiftshader"), false, true],
  ["Mesa on the CPU", info("mesa", "", "llvmpipe (LLVM 15.0.6, 256 bits)"), false, true],
  ["Windows' fallback", info("microsoft", "", "Microsoft Basic Render Driver"), false, true],
  ["one that says so itself", info("any"), true, true],
  ["an NVIDIA card", info("nvidia", "ampere"), false, false],
  ["an Apple chip", info("apple", "common-3"), false, false],
  ["an Intel chip", info("intel", "gen-12lp", "Intel(R) Iris(R) Xe"), false, false],
])("[IN8] %s: software %s %s", (_name, of, isFallback, isSoftware) => {
  expect(isSoftwareAdapter(of, isFallback)).toBe(isSoftware);
});

test("an adapter is called by its description, else by vendor and architecture", () => {
  expect(describeAdapter(info("intel", "gen-12lp", "Iris"))).toBe("Iris");
  expect(describeAdapter(info("google", "swiftshader"))).toBe("google swiftshader");
});

test.each(
  [
    ["hardware", undefined, "webgpu"],
    ["software", undefined, "wasm"],
    ["none", undefined, "wasm"],
    ["hardware", "cpu", "wasm"],
    ["software", "webgpu", "webgpu"],
    ["none", "webgpu", "webgpu-missing"],
  ] as const,
)("[IN8] with %s WebGPU and the switch %s a model runs on %s", (webgpu, force, device) => {
  const chosen = chooseDevice({ webgpu }, force);
  expect(chosen.ok ? chosen.value : chosen.error.kind).toBe(device);
});

test.each(
  [
    ["hardware", 279, "webgpu"],
    ["software", 279, "webgpu-software"],
    ["hardware", 0, "cpu"],
    ["none", 0, "cpu"],
  ] as const,
)("[IN9] with %s WebGPU and %i dispatches a token the lane is %s", (webgpu, count, lane) => {
  expect(laneOf({ webgpu }, count)).toBe(lane);
});
