import { expect, test } from "vitest";
import { usesOf } from "./file-uses.ts";

test.each([
  ["ada.png", "image/png", ["card", "picture"]],
  ["ada.JSON", "application/json", ["card"]],
  ["ada.charx", "application/octet-stream", ["card"]],
  ["holiday.jpeg", "image/jpeg", ["picture"]],
  ["garden.conclave", "application/zip", ["import"]],
  ["garden.jsonl", "", ["import"]],
  // A name with an ending tells; a zip by type alone may be a room.
  ["model.gguf", "application/zip", []],
  ["shared", "image/webp", ["picture"]],
  ["notes.txt", "text/plain", []],
  ["", "", []],
])("%s of type %s can be: %j", (name, type, uses) => {
  expect(usesOf({ name, type })).toEqual(uses);
});
