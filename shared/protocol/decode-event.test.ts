import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { decodeRoomEvent } from "./decode-event.ts";
import { protocolLimits as limits } from "./limits.ts";

const card = { name: "Ada", gist: "", description: "", greeting: "", hue: 0 };
const persona = {
  kind: "persona",
  persona: "p",
  card,
  requirement: { contextTokensMin: 0 },
  hosts: "any",
  removed: false,
};
const image = {
  sha256: "0a".repeat(32),
  mimeType: "image/jpeg",
  ...{ bytes: 1, width: 1, height: 1, alt: "" },
};
const shown = { kind: "say", text: "", addressed: [], images: [image] };
const box = { device: "d", sealed: "A".repeat(64) };
const closed = {
  kind: "closed",
  ...{ to: "A".repeat(22), covers: 1, sealKey: "A".repeat(43), boxes: [box] },
};
const settle = {
  kind: "settle",
  turn: 1,
  persona: "p",
  attempt: 0,
  assign: 1,
  outcome: { kind: "silent" },
  seenSeq: 1,
  fingerprint: "f",
};

test.each<[title: string, body: unknown, path: string]>([
  ["text of another type", { kind: "say", text: 7, addressed: [] }, "text"],
  ["only white space", { kind: "say", text: " \n", addressed: [] }, "text"],
  [
    "more bytes than a message may have",
    { kind: "say", text: "é".repeat(limits.textBytesMax / 2 + 1), addressed: [] },
    "text",
  ],
  ["a missing member", { kind: "say", text: "hi" }, "addressed"],
  ["no words and no image", { kind: "say", text: "", addressed: [] }, "text"],
  ["an image without a hash", { ...shown, images: [{ ...image, sha256: "" }] }, "images.0.sha256"],
  ["an image of another kind", {
    ...shown,
    images: [{ ...image, mimeType: "image/svg+xml" }],
  }, "images.0.mimeType"],
  ["an image without end", {
    ...shown,
    images: [{ ...image, width: limits.imageEdgeMax + 1 }],
  }, "images.0.width"],
  ["an image of too many bytes", {
    ...shown,
    images: [{ ...image, bytes: limits.imageBytesMax + 1 }],
  }, "images.0.bytes"],
  ["too many images", { ...shown, images: Array(limits.imagesMax + 1).fill(image) }, "images"],
  ["a list of no images", { ...shown, images: [] }, "images"],
  ["a blob that is too large", {
    kind: "blob",
    sha256: image.sha256,
    data: "x".repeat(Math.ceil(limits.imageBytesMax * 4 / 3) + 1),
  }, "data"],
  ["too many addressed", { kind: "say", text: "hi", addressed: Array(65).fill("p") }, "addressed"],
  ["a name without end", { ...persona, card: { ...card, name: "x".repeat(81) } }, "card.name"],
  ["a hue beyond the circle", { ...persona, card: { ...card, hue: 360 } }, "card.hue"],
  ["a fraction", { ...settle, attempt: 0.5 }, "attempt"],
  ["a negative seq", { ...settle, assign: -1 }, "assign"],
  ["an unknown outcome", { ...settle, outcome: { kind: "maybe" } }, "outcome.kind"],
  ["an empty reply", {
    ...settle,
    outcome: { kind: "replied", text: "", finish: "stop" },
  }, "outcome.text"],
  ["a recipe that never ends", {
    kind: "recipe",
    recipe: { kind: "panel", followUpsMax: 5 },
  }, "recipe.followUpsMax"],
  ["a checkpoint without its state", {
    kind: "checkpoint",
    ...{ covers: 1, stateHash: "h", opener: "" },
  }, "state"],
  ["a checkpoint with too large a state", {
    kind: "checkpoint",
    ...{
      covers: 1,
      stateHash: "h",
      opener: "",
      state: "x".repeat(limits.checkpointStateCharsMax + 1),
    },
  }, "state"],
  ["a move to what is no room", { ...closed, to: "room" }, "to"],
  ["a move with a short key", { ...closed, sealKey: "A".repeat(42) }, "sealKey"],
  ["a box of another size", {
    ...closed,
    boxes: [{ device: "d", sealed: "A".repeat(65) }],
  }, "boxes.0.sealed"],
  ["two boxes of one device", { ...closed, boxes: [box, box] }, "boxes"],
  ["more boxes than devices", {
    ...closed,
    boxes: Array.from(
      { length: limits.moveBoxesMax + 1 },
      (_, at) => ({ ...box, device: `${at}` }),
    ),
  }, "boxes"],
  ["a dispute of nothing", { kind: "dispute", checkpoint: 0, stateHash: "h" }, "checkpoint"],
])("[PR1] %s is refused with its path", (_title, body, path) => {
  expect(decodeRoomEvent(body)).toMatchObject({
    ok: false,
    error: { kind: "event-malformed", path },
  });
});

test("[PR1] what is refused is refused whatever the value is, and never throws", () => {
  fc.assert(fc.property(fc.anything(), (body) => {
    const decoded = decodeRoomEvent(body);
    expect(typeof decoded.ok).toBe("boolean");
  }));
});

test("[PR1] the longest text that is allowed is taken as it is", () => {
  const text = "é".repeat(limits.textBytesMax / 2);
  expect(decodeRoomEvent({ kind: "say", text, addressed: [] })).toEqual({
    ok: true,
    value: { kind: "say", text, addressed: [] },
  });
});

test("[PR2] an unknown kind is another error than a malformed body", () => {
  expect(decodeRoomEvent({ kind: "wave", data: "x" })).toEqual({
    ok: false,
    error: { kind: "event-unknown", eventKind: "wave" },
  });
  expect(decodeRoomEvent({ kind: 5 })).toMatchObject({ error: { kind: "event-malformed" } });
  expect(decodeRoomEvent(null)).toMatchObject({ error: { kind: "event-malformed" } });
});
