/**
 * The stored vectors, worked out by our suite and, apart from it, by Node's own crypto module from
 * the description in envelope.ts: two readings of one text.
 */

import {
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  verify,
} from "node:crypto";
import { expect, test } from "vitest";
import { checkVectors } from "../testing/contracts/crypto-vectors.ts";
import { decodeHex, encodeHex } from "../testing/contracts/hex.ts";
import vectors from "./vectors.json";
import { createWebCrypto } from "./web-crypto.ts";
import type { CryptoVectors } from "../testing/contracts/crypto-vectors.ts";

const stored = vectors as CryptoVectors;
const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const hkdf = (secret: Uint8Array, info: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, new Uint8Array(0), info, 32));
const publicKeyOf = (seed: Uint8Array): string => {
  const prefix = decodeHex("302e020100300506032b657004220420");
  const key = createPrivateKey({
    key: Buffer.concat([prefix, seed]),
    format: "der",
    type: "pkcs8",
  });
  const { x } = createPublicKey(key).export({ format: "jwk" }) as { x: string };
  return Buffer.from(x, "base64url").toString("hex");
};

test("[CR21] the platform's suite gets the stored vectors", async () => {
  expect(await checkVectors(createWebCrypto(), stored)).toEqual([]);
});

test("[CR21] another reading of the description gets the same keys and ids", () => {
  const secret = decodeHex(stored.inputs.writeSecret);
  const readSecret = hkdf(secret, "read");
  expect(readSecret.toString("hex")).toBe(stored.readSecret);
  expect(publicKeyOf(hkdf(secret, "admit-write"))).toBe(stored.writePublicKey);
  expect(publicKeyOf(hkdf(readSecret, "admit-read"))).toBe(stored.readPublicKey);
  expect(hkdf(readSecret, "epoch|0").toString("hex")).toBe(stored.epochKey);
  const room = sha256(
    Buffer.from("relay-room/1"),
    decodeHex(stored.readPublicKey),
    decodeHex(stored.writePublicKey),
  );
  expect(room.subarray(0, 16).toString("base64url")).toBe(stored.roomId);
  expect(publicKeyOf(decodeHex(stored.inputs.deviceSeed))).toBe(stored.devicePublicKey);
  expect(sha256(decodeHex(stored.devicePublicKey)).subarray(0, 16).toString("base64url"))
    .toBe(stored.deviceId);
  expect(stored.writeLink).toBe(`w=1.${Buffer.from(secret).toString("base64url")}`);
});

test("[CR21] another reading of the description opens the sealed entry", () => {
  const sealed = Buffer.from(stored.entry.body, "base64url");
  expect(encodeHex(Uint8Array.from(sha256(sealed)))).toBe(stored.contentHash);
  const header = sealed.subarray(0, 96);
  const [text, tag] = [sealed.subarray(96, -80), sealed.subarray(-80, -64)];
  const { page, prev, agreePublicKey, entryId, event } = stored.inputs;
  const id = sha256(Buffer.from(`entry-id|${entryId}|0`)).subarray(0, 16);
  expect(stored.entry.id).toBe(id.toString("base64url"));
  const device = Buffer.from(stored.deviceId, "base64url");
  expect(header.toString("hex")).toBe(
    `01010000${device.toString("hex")}${page}${"00".repeat(8)}${id.toString("hex")}` +
      `00000001${prev}`,
  );
  const roomId = Buffer.from(stored.roomId, "base64url");
  const extra = Buffer.concat([Buffer.from("conclave-envelope/1"), roomId, header]);
  const pageText = Buffer.from(page, "hex").toString("base64url");
  const key = hkdf(decodeHex(stored.epochKey), `msg|1|${stored.deviceId}|${pageText}`);
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.alloc(12));
  decipher.setAAD(extra);
  decipher.setAuthTag(tag);
  const content = Buffer.concat([decipher.update(text), decipher.final()]);
  const json = Buffer.from(JSON.stringify(event));
  expect(content[0]).toBe(1);
  expect(content.subarray(1, 33).toString("hex")).toBe(stored.devicePublicKey);
  expect(content.subarray(33, 65).toString("hex")).toBe(agreePublicKey);
  expect(content.subarray(129, 129 + json.length)).toEqual(json);
  expect(content[129 + json.length]).toBe(0x80);
  const digest = sha256(extra, text, tag);
  const keyOf = (hex: string) =>
    createPublicKey({
      key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(hex, "hex").toString("base64url") },
      format: "jwk",
    });
  expect(verify(null, digest, keyOf(stored.devicePublicKey), sealed.subarray(-64))).toBe(true);
  const vouched = Buffer.concat([
    Buffer.from("conclave-device/1"),
    roomId,
    content.subarray(1, 65),
  ]);
  expect(verify(null, vouched, keyOf(stored.writePublicKey), content.subarray(65, 129))).toBe(true);
});

test("[CR21] another reading of the description opens the box of a move", () => {
  const { from, sender, agreePublicKey, sealKey, sealed } = stored.move;
  const seed = Uint8Array.from({ length: 32 }, (_, at) => 128 + at);
  const privateKey = createPrivateKey({
    key: Buffer.concat([decodeHex("302e020100300506032b656e04220420"), seed]),
    format: "der",
    type: "pkcs8",
  });
  const own = createPublicKey(privateKey).export({ format: "jwk" }) as { x: string };
  expect(Buffer.from(own.x, "base64url").toString("hex")).toBe(agreePublicKey);
  const jwk = { kty: "OKP", crv: "X25519", x: sealKey };
  const publicKey = createPublicKey({ key: jwk, format: "jwk" });
  const { roomId, deviceId } = stored;
  const context = `conclave-move|1|${from}|${roomId}|${sender}|${deviceId}|${sealKey}|${own.x}`;
  const key = hkdf(diffieHellman({ privateKey, publicKey }), context);
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.alloc(12));
  const bytes = Buffer.from(sealed, "base64url");
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(-16));
  const secret = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
  expect(secret.toString("hex")).toBe(stored.inputs.writeSecret);
});
