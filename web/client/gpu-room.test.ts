import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import {
  type DeviceFacts,
  fitModel,
  type ModelProfile,
  starterProfile,
} from "#shared/inference/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createGpuRooms } from "./gpu-room.ts";

const GIB = 2 ** 30;
const facts: DeviceFacts = {
  webgpu: "hardware",
  adapter: "Card",
  features: [],
  bufferBytesMax: 2 * GIB,
  storageBytesFree: undefined,
  memoryGiB: undefined,
};
const model = (memoryBytes: number): ModelProfile => ({
  ...{ ...starterProfile, id: "large", embedded: false, engine: "web-llm", needsWebGpu: true },
  memoryBytes,
});

/** A GPU that gives `bytesFree`; undefined where it cannot be asked. */
function setup(bytesFree: number | undefined, saved?: string, bytesInUse = 0) {
  const asked: number[] = [];
  const kept: string[] = [];
  const gpu = { bytesFree, killed: 0 };
  const rooms = createGpuRooms(
    {
      clock: new ManualClock(),
      startEngine: () =>
        Promise.resolve({
          probeGpu(bytes) {
            asked.push(bytes);
            return Promise.resolve(
              gpu.bytesFree === undefined
                ? err({ kind: "webgpu-missing" })
                : ok(Math.min(bytes, gpu.bytesFree)),
            );
          },
          kill: () => void (gpu.killed += 1),
        }),
      saveChoice: (_key, text) => Promise.resolve(ok(void kept.push(text))),
      chosen: { gpuRoom: saved },
    },
    () => "",
    () => bytesInUse,
  );
  return { rooms, asked, kept, gpu };
}

test("[IN100] what the largest buffer promises is not asked for", async () => {
  const { rooms, asked } = setup(0);
  expect(await rooms.admits(model(2 * GIB), facts, noAbort)).toBe(true);
  expect(await rooms.admits(model(9 * GIB), undefined, noAbort)).toBe(true);
  const { needsWebGpu: _, ...rest } = model(9 * GIB);
  expect(await rooms.admits({ ...rest, needsWebGpu: false }, facts, noAbort)).toBe(true);
  expect(asked).toEqual([]);
});

test("[IN100] what was given once is not asked for again, but of another adapter", async () => {
  const { rooms, asked, kept, gpu } = setup(8 * GIB);
  expect(await rooms.admits(model(5 * GIB), facts, noAbort)).toBe(true);
  const later = setup(8 * GIB, kept.at(-1));
  expect(await later.rooms.admits(model(4 * GIB), facts, noAbort)).toBe(true);
  expect(later.asked).toEqual([]);
  expect(await later.rooms.admits(model(6 * GIB), facts, noAbort)).toBe(true);
  await later.rooms.admits(model(4 * GIB), { ...facts, adapter: "Other" }, noAbort);
  expect([asked, later.asked]).toEqual([[5 * GIB], [6 * GIB, 4 * GIB]]);
  expect([gpu.killed, later.gpu.killed]).toEqual([1, 2]);
});

test("[IN100] what the loaded model takes will be free: it is not asked for", async () => {
  const { rooms, asked } = setup(2 * GIB, undefined, 4 * GIB);
  expect(await rooms.admits(model(6 * GIB), facts, noAbort)).toBe(true);
  expect(await rooms.admits(model(7 * GIB), facts, noAbort)).toBe(false);
  expect(asked).toEqual([2 * GIB, 3 * GIB]);
  expect(rooms.last()).toMatchObject({ bytesGiven: 6 * GIB, bytesAsked: 7 * GIB });
});

test("[IN101] less than the model takes is refused and told, until the GPU gives more", async () => {
  const { rooms, kept, gpu } = setup(3 * GIB);
  expect(await rooms.admits(model(5 * GIB), facts, noAbort)).toBe(false);
  const { rooms: later } = setup(undefined, kept.at(-1));
  expect(fitModel(model(5 * GIB), facts, later.last())).toEqual({
    fit: "tight",
    reasons: [{
      key: "gpu-memory-small",
      values: { bytes: String(5 * GIB), memory: String(3 * GIB) },
    }],
  });
  expect(fitModel(model(2 * GIB), facts, later.last()).reasons).toEqual([]);
  expect(fitModel(model(5 * GIB), { ...facts, adapter: "Other" }, later.last()).reasons).toEqual(
    [],
  );
  gpu.bytesFree = 6 * GIB;
  expect(await rooms.admits(model(5 * GIB), facts, noAbort)).toBe(true);
  expect(fitModel(model(5 * GIB), facts, rooms.last()).reasons).toEqual([]);
});

test.each([undefined, "", "null", "{}", `{"adapter":"Card","bytesGiven":"all"}`])(
  "[IN101] a GPU that could not be asked forbids nothing, nor does what was kept as %j",
  async (saved) => {
    const { rooms, kept } = setup(undefined, saved);
    expect(rooms.last()).toBeUndefined();
    expect(await rooms.admits(model(5 * GIB), facts, noAbort)).toBe(true);
    expect(kept).toEqual([]);
  },
);
