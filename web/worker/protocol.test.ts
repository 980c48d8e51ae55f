import { expect, test } from "vitest";
import { decodeGenerationMessage, decodePortCommand, decodePulse } from "./protocol.ts";

const outcome = { kind: "done" };

test.each<[title: string, value: unknown, isOk: boolean]>([
  ["prefilled", { seq: 3, kind: "prefilled", promptTokens: 4, cachedTokens: 0 }, true],
  ["text", { seq: 3, kind: "text", text: "a", tokens: 1 }, true],
  ["outcome", { seq: 3, kind: "outcome", outcome }, true],
  ["another number", { seq: 4, kind: "text", text: "a", tokens: 1 }, false],
  ["a number again", { seq: 2, kind: "text", text: "a", tokens: 1 }, false],
  ["no number", { kind: "text", text: "a", tokens: 1 }, false],
  ["text without text", { seq: 3, kind: "text", tokens: 1 }, false],
  ["negative tokens", { seq: 3, kind: "text", text: "a", tokens: -1 }, false],
  ["outcome without kind", { seq: 3, kind: "outcome", outcome: {} }, false],
  ["outcome null", { seq: 3, kind: "outcome", outcome: null }, false],
  ["missing-script", { seq: 3, kind: "missing-script", keys: ["k"] }, true],
  ["missing-script without keys", { seq: 3, kind: "missing-script" }, false],
  ["missing-script of numbers", { seq: 3, kind: "missing-script", keys: [1] }, false],
  ["unknown kind", { seq: 3, kind: "later" }, false],
  ["null", null, false],
  ["a text", "text", false],
])("[IN1] decodes %s at number 3", (_title, value, isOk) => {
  expect(decodeGenerationMessage(value, 3).ok).toBe(isOk);
});

test.each<[value: unknown, isOk: boolean]>([
  [{ kind: "cancel" }, true],
  [{ kind: "credit", seq: 0 }, true],
  [{ kind: "credit", seq: -1 }, false],
  [{ kind: "credit" }, false],
  [{ kind: "script", script: "decoded where it is unpacked" }, true],
  [{ kind: "other" }, false],
  [undefined, false],
])("decodes the port command %j: %s", (value, isOk) => {
  expect(decodePortCommand(value).ok).toBe(isOk);
});

test.each<[value: unknown, isOk: boolean]>([
  [{ kind: "hello" }, true],
  [{ kind: "beat" }, true],
  [{ kind: "broken", error: { kind: "device-lost", detail: "" } }, true],
  [{ kind: "broken", error: "text" }, false],
  [{ kind: "broken" }, false],
  [{}, false],
])("decodes the pulse %j: %s", (value, isOk) => {
  expect(decodePulse(value).ok).toBe(isOk);
});
