import fc from "fast-check";
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
  expect(decodeRoomEvent({ kind: "blob", data: "x" })).toEqual({
    ok: false,
    error: { kind: "event-unknown", eventKind: "blob" },
  });
  expect(decodeRoomEvent({ kind: 5 })).toMatchObject({ error: { kind: "event-malformed" } });
  expect(decodeRoomEvent(null)).toMatchObject({ error: { kind: "event-malformed" } });
});
