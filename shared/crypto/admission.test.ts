import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import type { AdmissionProof } from "../protocol/relay-frames.ts";
import { createCryptoKit, type CryptoKit } from "../testing/fakes/crypto-kit.ts";
import { createPlainCrypto } from "../testing/fakes/plain-crypto.ts";
import { SeededRandom } from "../testing/fakes/seeded-random.ts";
import { type AdmissionCheck, proveAdmission, verifyAdmission } from "./admission.ts";
import { encodeBase64Url } from "./base64url.ts";
import { deviceIdOf } from "./device-keys.ts";
import { cryptoLimits } from "./limits.ts";
import type { RoomKeys } from "./room-keys.ts";
import { createWebCrypto } from "./web-crypto.ts";

const NOW = 1_700_000_000_000;
const challenge = { relayOrigin: "wss://relay.example", nonce: "nonce-1", notAfter: NOW + 30_000 };

async function setup(kit: CryptoKit, room: RoomKeys = kit.room) {
  const proof = await proveAdmission(kit.crypto, room, kit.device, challenge);
  const check: AdmissionCheck = {
    relayOrigin: challenge.relayOrigin,
    room: kit.room.roomId,
    device: kit.device.id,
    nonce: challenge.nonce,
    now: NOW,
  };
  return {
    proof,
    check,
    verify: (p: AdmissionProof, c: AdmissionCheck) => verifyAdmission(kit.crypto, p, c),
  };
}

for (const name of ["platform", "simulator"]) {
  const suite = () =>
    name === "platform" ? createWebCrypto() : createPlainCrypto(new SeededRandom("admission"));

  test(`[CR7] a proof admits where it was made for and nowhere else (${name})`, async () => {
    const kit = await createCryptoKit(suite());
    const { proof, check, verify } = await setup(kit);
    expect(await verify(proof, check)).toBe(true);
    expect(await verify(proof, { ...check, now: challenge.notAfter })).toBe(true);
    const elsewhere: readonly AdmissionCheck[] = [
      { ...check, relayOrigin: "wss://other.example" },
      { ...check, room: (await createCryptoKit(createWebCrypto())).room.roomId },
      { ...check, device: (await kit.createDevice()).id },
      { ...check, nonce: "nonce-2" },
      { ...check, now: challenge.notAfter + 1 },
      { ...check, now: challenge.notAfter - cryptoLimits.admissionMsMax - 1 },
    ];
    for (const other of elsewhere) {
      expect(await verify(proof, other), JSON.stringify(other)).toBe(false);
    }
  });

  test(`[CR7] a proof with any field changed admits nowhere (${name})`, async () => {
    const kit = await createCryptoKit(suite());
    const { proof, check, verify } = await setup(kit);
    const stranger = await kit.createDevice();
    const key = encodeBase64Url(stranger.signPublicKey);
    const signature = encodeBase64Url(await kit.crypto.sign(stranger.signKey, new Uint8Array(1)));
    const changed: readonly AdmissionProof[] = [
      { ...proof, readKey: key },
      { ...proof, writeKey: key },
      { ...proof, deviceKey: key },
      { ...proof, access: "read" },
      { ...proof, notAfter: proof.notAfter + 1 },
      { ...proof, notAfter: Number.NaN },
      { ...proof, notAfter: Number.POSITIVE_INFINITY },
      { ...proof, admitSignature: signature },
      { ...proof, deviceSignature: signature },
      { ...proof, deviceSignature: proof.admitSignature },
      { ...proof, admitSignature: `${proof.admitSignature}A` },
      { ...proof, readKey: "" },
    ];
    for (const other of changed) {
      expect(await verify(other, check), JSON.stringify(other)).toBe(false);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("readKey", "writeKey", "deviceKey", "admitSignature", "deviceSignature"),
        fc.string(),
        async (field, text) => {
          expect(await verify({ ...proof, [field]: text }, check)).toBe(false);
        },
      ),
    );
  });

  test(`[CR8] a read-only link proves reading and never writing (${name})`, async () => {
    const kit = await createCryptoKit(suite());
    const { proof, check, verify } = await setup(kit, kit.readRoom);
    expect(proof.access).toBe("read");
    expect(await verify(proof, check)).toBe(true);
    expect(await verify({ ...proof, access: "write" }, check)).toBe(false);
    const forged = { ...kit.readRoom, access: "write", writeKeys: kit.readRoom.readKeys } as const;
    const claimed = await proveAdmission(kit.crypto, forged, kit.device, challenge);
    expect(claimed.access).toBe("write");
    expect(await verify(claimed, check)).toBe(false);
  });
}

test("[CR2] [CR7] a proof by a key of small order admits nowhere", async () => {
  const kit = await createCryptoKit(createWebCrypto());
  const { proof, check, verify } = await setup(kit);
  const zero = new Uint8Array(32);
  const device = await deviceIdOf(kit.crypto, zero);
  const forged = {
    ...proof,
    deviceKey: encodeBase64Url(zero),
    deviceSignature: encodeBase64Url(new Uint8Array(64)),
  };
  expect(await verify(forged, { ...check, device })).toBe(false);
});
