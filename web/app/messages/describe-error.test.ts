import { expect, test } from "vitest";
import { type AnyError, describeError } from "./describe-error.ts";

/** One of each kind; the record type makes a missing kind a compile error. */
const samples: { readonly [Kind in AnyError["kind"]]: Extract<AnyError, { kind: Kind }> } = {
  "storage-full": { kind: "storage-full", bytesNeeded: 3_400_000_000 },
  "storage-denied": { kind: "storage-denied", detail: "SecurityError" },
  "storage-corrupt": { kind: "storage-corrupt", detail: "row 7" },
  "storage-lost": { kind: "storage-lost", detail: "DatabaseLost" },
  "storage-failed": { kind: "storage-failed", detail: "AbortError" },
  "browser-unfit": { kind: "browser-unfit", missing: "IndexedDB" },
  "entry-too-large": { kind: "entry-too-large", bytes: 140_000, bytesMax: 131_072 },
  "room-unknown": { kind: "room-unknown" },
  "endpoint-refused": { kind: "endpoint-refused", reason: "endpoints-full" },
  "text-empty": { kind: "text-empty" },
  "text-too-long": { kind: "text-too-long", bytes: 40_000, bytesMax: 32_768 },
  "card-invalid": { kind: "card-invalid", field: "name" },
  "not-found": { kind: "not-found", what: "persona" },
  "room-read-only": { kind: "room-read-only" },
  "pins-full": { kind: "pins-full", pinsMax: 32 },
  "images-full": { kind: "images-full", imagesMax: 4 },
  "pin-out-of-reach": { kind: "pin-out-of-reach" },
  "nothing-to-restore": { kind: "nothing-to-restore" },
  "url-invalid": { kind: "url-invalid" },
  "leader-silent": { kind: "leader-silent" },
  "link-invalid": { kind: "link-invalid" },
  "link-read-only": { kind: "link-read-only" },
  "crypto-unfit": { kind: "crypto-unfit", missing: "Ed25519" },
  "room-not-shared": { kind: "room-not-shared" },
  "relay-unreachable": { kind: "relay-unreachable" },
  "relay-refused": { kind: "relay-refused", reason: "roomFull" },
  "room-moved": { kind: "room-moved" },
  "move-under-way": { kind: "move-under-way" },
  "left-out": { kind: "left-out" },
  "move-box-void": { kind: "move-box-void" },
  "wrong-room": { kind: "wrong-room", roomId: "rm_2" },
  "host-unreachable": { kind: "host-unreachable", host: "models.example", detail: "DNS" },
  "access-denied": { kind: "access-denied", host: "models.example" },
  "wrong-bytes": { kind: "wrong-bytes", file: "params_3.bin", detail: "sha256" },
  "webgpu-missing": { kind: "webgpu-missing" },
  "feature-missing": { kind: "feature-missing", feature: "shader-f16" },
  "out-of-memory": { kind: "out-of-memory" },
  "device-lost": { kind: "device-lost", detail: "reset" },
  "not-downloaded": { kind: "not-downloaded", modelId: "x" },
  "model-unknown": { kind: "model-unknown", modelId: "x" },
  "not-loaded": { kind: "not-loaded" },
  "prompt-too-long": { kind: "prompt-too-long", tokens: 900, tokensMax: 512 },
  "request-invalid": { kind: "request-invalid", field: "stop", detail: "17 strings" },
  "busy": { kind: "busy", slots: 1 },
  "deadline": { kind: "deadline", afterMs: 30_000 },
  "cancelled": { kind: "cancelled" },
  "internal": { kind: "internal", detail: "assertion" },
};

test.each(Object.values(samples))(
  "$kind says what happened, what was lost, what to do",
  (error) => {
    const text = describeError(error);
    expect(text.happened).toMatch(/^\S.*[^.]$/);
    // One error is a loss, and says so.
    const lost = error.kind === "storage-lost" ? /are gone\.$/ : /^Nothing was lost/;
    expect(text.lost).toMatch(lost);
    expect(text.advice).toMatch(/\.$/);
    expect(`${text.happened}${text.advice}`).not.toMatch(/[{}]|undefined|\[object/);
  },
);

test("the two meanings of storage-full differ: a room without space, a model without space", () => {
  const room = describeError({ kind: "storage-full" });
  const model = describeError(samples["storage-full"]);
  expect(room.happened).not.toBe(model.happened);
  expect(model.happened).toContain("3.4 GB");
});

test("a refused message is still in the box", () => {
  expect(describeError(samples["text-too-long"]).lost).toContain("still in the box");
});

test("the detail names the kind and what the engine said", () => {
  expect(describeError(samples["device-lost"]).detail).toBe("device-lost: reset");
  expect(describeError(samples["webgpu-missing"]).detail).toBe("");
});
