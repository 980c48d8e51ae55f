/** Images through the adapter's packing and the worker's unpacking. */

import { expect, test } from "vitest";
import type { PromptImage, PromptSegment } from "#shared/inference/mod.ts";
import { imageStoreLimits, scriptLimits } from "../worker/scripts/limits.ts";
import { createScriptReceiver } from "../worker/take-request.ts";
import { createPromptSender } from "./prompt-sender.ts";

function imageOf(fill: number): PromptImage {
  const sha256 = fill.toString(16).padStart(64, "0");
  return { sha256, mimeType: "image/jpeg", bytes: new Uint8Array(4).fill(fill) };
}

const system = { key: "s", role: "system", text: "Be kind." } as const;

function promptOf(...fills: readonly number[]): readonly PromptSegment[] {
  const key = fills.join(" ");
  return [system, { key, role: "user", text: `Look: ${key}`, images: fills.map(imageOf) }];
}

function setup() {
  return { sender: createPromptSender(scriptLimits), worker: createScriptReceiver(scriptLimits) };
}

const isSent = ({ images = [] }: ReturnType<ReturnType<typeof setup>["sender"]["pack"]>) =>
  images.map(({ bytes }) => bytes !== undefined);

test("[IN23] an image crosses once, and is in every prompt that shows it", () => {
  const { sender, worker } = setup();
  const first = sender.pack(promptOf(1, 1));
  expect([isSent(first), worker.unpack(first)]).toEqual([
    [true, false],
    { kind: "whole", segments: promptOf(1, 1) },
  ]);
  const second = sender.pack(promptOf(2, 1));
  expect([isSent(second), worker.unpack(second)]).toEqual([
    [true, false],
    { kind: "whole", segments: promptOf(2, 1) },
  ]);
  const without = sender.pack([system]);
  expect(["images" in without, worker.unpack(without)]).toEqual([
    false,
    { kind: "whole", segments: [system] },
  ]);
});

test("[IN23] both sides forget the longest unused, alike", () => {
  const { sender, worker } = setup();
  const { imagesMax } = imageStoreLimits;
  for (let fill = 0; fill <= imagesMax; fill += 1) {
    // The first stays in use.
    expect(worker.unpack(sender.pack(promptOf(0, fill))).kind).toBe("whole");
  }
  const packed = sender.pack(promptOf(0, 1));
  expect([isSent(packed), worker.unpack(packed).kind]).toEqual([[false, true], "whole"]);
});

test("[IN23] a worker that dropped its images names them, and is then sent the prompt whole", () => {
  const { sender, worker } = setup();
  worker.unpack(sender.pack(promptOf(1, 2)));
  worker.drop();
  const packed = sender.pack(promptOf(1, 2, 3));
  const missing = worker.unpack(packed);
  expect(missing).toMatchObject({ kind: "missing" });
  const keys = missing.kind === "missing" ? missing.keys : [];
  expect(keys).toEqual(expect.arrayContaining([imageOf(1).sha256, imageOf(2).sha256]));
  expect(keys).not.toContain(imageOf(3).sha256);
  sender.forget(keys);
  expect(isSent(sender.pack(promptOf(1)))).toEqual([true]);
  expect(worker.unpack(sender.packWhole(promptOf(1, 2, 3))))
    .toEqual({ kind: "whole", segments: promptOf(1, 2, 3) });
});

test.each([
  ["no list", {}],
  ["an image without a segment", [{ sha256: "a", mimeType: "image/jpeg" }]],
  ["bytes as text", [{ segment: 0, sha256: "a", mimeType: "image/jpeg", bytes: "x" }]],
])("[IN23] images that are %s are malformed", (_title, images) => {
  const { sender, worker } = setup();
  expect(worker.unpack({ ...sender.pack([system]), images }))
    .toEqual({ kind: "malformed", detail: "images" });
});
