import { expect, test } from "vitest";
import { createPlainCrypto } from "../testing/fakes/plain-crypto.ts";
import { SeededRandom } from "../testing/fakes/seeded-random.ts";
import type { Crypto } from "../ports/crypto.ts";
import { createDeviceKeys } from "./device-keys.ts";
import { openMove, sealMove } from "./move-boxes.ts";
import { createRoomSecret, deriveRoom } from "./room-keys.ts";
import { createWebCrypto } from "./web-crypto.ts";

const suites: readonly (readonly [string, Crypto])[] = [
  ["platform", createWebCrypto()],
  ["plain", createPlainCrypto(new SeededRandom("move-boxes"))],
];

async function setup(crypto: Crypto) {
  const [ann, ben] = [await createDeviceKeys(crypto), await createDeviceKeys(crypto)];
  const secret = createRoomSecret(crypto);
  const { roomId } = await deriveRoom(crypto, { access: "write", secret });
  const move = { from: "b2xkLXJvb20tb2YtdGVzdA", to: roomId, sender: "c2VuZGVyLW9mLXRlc3Q" };
  const receivers = new Map([[ann.id, ann.agreePublicKey], [ben.id, ben.agreePublicKey]]);
  const { sealKey, boxes, refused } = await sealMove(crypto, move, secret, receivers);
  const sealed = boxes.find(({ device }) => device === ann.id)?.sealed ?? "";
  return { ann, ben, secret, move, receivers, sealKey, sealed, refused };
}

test.each(suites)("[CR25] the %s suite opens a box for its receiver alone", async (_, crypto) => {
  const { ann, ben, secret, move, sealKey, sealed, refused } = await setup(crypto);
  expect(refused).toEqual([]);
  const box = { sealKey, sealed };
  expect(await openMove(crypto, move, box, ann)).toEqual({ ok: true, value: secret });
  const isVoid = { ok: false, error: { kind: "move-box-void" } };
  expect(await openMove(crypto, move, box, ben)).toEqual(isVoid);
  expect(await openMove(crypto, move, box, { ...ann, id: ben.id })).toEqual(isVoid);
  expect(await openMove(crypto, move, box, { ...ann, agreePublicKey: ben.agreePublicKey }))
    .toEqual(isVoid);
  for (const member of ["from", "to", "sender"] as const) {
    const other = { ...move, [member]: `Z${move[member].slice(1)}` };
    expect(await openMove(crypto, other, box, ann), member).toEqual(isVoid);
  }
  const flipped = `${sealed[0] === "A" ? "B" : "A"}${sealed.slice(1)}`;
  expect(await openMove(crypto, move, { sealKey, sealed: flipped }, ann)).toEqual(isVoid);
  expect(await openMove(crypto, move, { sealKey: "", sealed }, ann)).toEqual(isVoid);
  expect(await openMove(crypto, move, { sealKey, sealed: "" }, ann)).toEqual(isVoid);
  expect(await openMove(crypto, move, { sealKey: "A".repeat(43), sealed }, ann)).toEqual(isVoid);
});

test("[CR26] a box with the secret of another room than it names is void", async () => {
  const crypto = createWebCrypto();
  const { ann, move } = await setup(crypto);
  const receivers = new Map([[ann.id, ann.agreePublicKey]]);
  const wrong = await sealMove(crypto, move, createRoomSecret(crypto), receivers);
  const box = { sealKey: wrong.sealKey, sealed: wrong.boxes[0]?.sealed ?? "" };
  expect(await openMove(crypto, move, box, ann))
    .toEqual({ ok: false, error: { kind: "move-box-void" } });
});

test("[CR24] a device whose key is of low order gets no box and is named", async () => {
  const crypto = createWebCrypto();
  const { ann, move, secret } = await setup(crypto);
  const receivers = new Map([[ann.id, ann.agreePublicKey], ["mallory", new Uint8Array(32)]]);
  const { boxes, refused } = await sealMove(crypto, move, secret, receivers);
  expect(boxes.map(({ device }) => device)).toEqual([ann.id]);
  expect(refused).toEqual(["mallory"]);
});
