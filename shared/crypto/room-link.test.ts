import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { createCryptoKit } from "../testing/fakes/crypto-kit.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import { cryptoLimits } from "./limits.ts";
import { pad, padmeLength, unpad } from "./padme.ts";
import { deriveRoom, readSecretOf, roomIdOf } from "./room-keys.ts";
import { formatRoomLink, parseRoomLink } from "./room-link.ts";
import { deviceIdOf } from "./device-keys.ts";
import { createWebCrypto } from "./web-crypto.ts";

const key32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Uint8Array.from(b));
const hint = fc.option(
  fc.stringMatching(/^[\x21-\x7e]{1,60}$/),
  { nil: undefined },
);
const invalid = { ok: false, error: { kind: "link-invalid" } };

test("[CR4] a link gives back what it was made of, also from a whole address", () => {
  fc.assert(
    fc.property(key32, key32, fc.boolean(), hint, (secret, writePublicKey, full, relayHint) => {
      const access = full
        ? { access: "write" as const }
        : { access: "read" as const, writePublicKey };
      const parts = { ...access, secret, ...(relayHint === undefined ? {} : { relayHint }) };
      const link = formatRoomLink(parts);
      expect(link).toMatch(full ? /^w=1\./ : /^r=1\./);
      for (const text of [link, `#${link}`, ` https://app.example/path?x=1#${link}\n`]) {
        expect(parseRoomLink(text)).toEqual({ ok: true, value: parts });
      }
    }),
  );
});

test("[CR4] every other text is refused", () => {
  const good = formatRoomLink({ access: "write", secret: new Uint8Array(32) });
  const read = formatRoomLink({
    access: "read",
    secret: new Uint8Array(32),
    writePublicKey: new Uint8Array(32),
  });
  const wrong = [
    "",
    "#",
    good.replace("w=1", "w=2"),
    good.replace("w=", "x="),
    good.replace("w=", "r="),
    good.slice(0, -1),
    `${good}A`,
    `${good.slice(0, -1)}B`,
    `${good}.`,
    `${good}.AA.AA`,
    `${good}.!`,
    `${good}.IA`,
    `${good}.${"A".repeat(cryptoLimits.relayHintCharsMax * 2)}`,
    `${good}&x=1`,
    read.slice(0, -1),
    `${read}.`,
    `#a#${good}`,
    "w=1.__proto__",
    `${good}${" ".repeat(cryptoLimits.linkCharsMax)}`,
  ];
  for (const text of wrong) expect(parseRoomLink(text), text).toEqual(invalid);
  fc.assert(fc.property(fc.string({ maxLength: 120 }), (text) => {
    expect(parseRoomLink(text)).toEqual(invalid);
    expect(parseRoomLink(`w=1.${text}`)).toEqual(invalid);
  }));
});

test("[CR4] base64url has one text for each bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 99 }), (raw) => {
    const bytes = Uint8Array.from(raw);
    expect(decodeBase64Url(encodeBase64Url(bytes))).toEqual(bytes);
  }));
  fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{0,9}=?$/), (text) => {
    const bytes = decodeBase64Url(text);
    expect(bytes === undefined || encodeBase64Url(bytes) === text).toBe(true);
  }));
  for (const text of ["A", "AB", "AAB", "AA==", "A A", "AA\n", "+/+/"]) {
    expect(decodeBase64Url(text), text).toBeUndefined();
  }
});

test("[CR5] both links lead to one room, and the read-only one holds no way to write", async () => {
  for (const suite of [undefined, createWebCrypto()]) {
    const kit = await createCryptoKit(suite);
    expect(kit.room.roomId).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(kit.readRoom.roomId).toBe(kit.room.roomId);
    expect(kit.readRoom.epochKey).toEqual(kit.room.epochKey);
    expect(kit.readRoom.readKeys.publicKey).toEqual(kit.room.readKeys.publicKey);
    expect(kit.readRoom.writeKeys).toBeUndefined();
    expect(await readSecretOf(kit.crypto, kit.secret)).toEqual(kit.room.readSecret);
    expect(kit.room.readSecret).not.toEqual(kit.secret);
  }
});

test("[CR5] another write key is another room", async () => {
  const { crypto, room, secret } = await createCryptoKit();
  const other = await roomIdOf(crypto, room.readKeys.publicKey, new Uint8Array(32));
  expect(other).not.toBe(room.roomId);
  expect((await deriveRoom(crypto, { access: "write", secret })).roomId).toBe(room.roomId);
});

test("[CR6] a device is the hash of its key, and new each time", async () => {
  const { crypto, device, createDevice } = await createCryptoKit(createWebCrypto());
  expect(device.id).toBe(await deviceIdOf(crypto, device.signPublicKey));
  expect(device.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect((await createDevice()).id).not.toBe(device.id);
  expect(device.signKey).toMatchObject({ extractable: false });
  expect(device.agreeKey).toMatchObject({ extractable: false });
});

test("[CR9] padding adds at most 12 % and a byte, and comes off again", () => {
  // From the Padme paper's formula, worked by hand.
  expect([0, 1, 2, 9, 100, 1_000, 10_000, 100_000].map(padmeLength))
    .toEqual([0, 1, 2, 10, 104, 1_024, 10_240, 100_352]);
  for (let count = 0; count < 50_000; count += 7) {
    const length = padmeLength(count);
    expect(length >= count && length <= count * 1.12 + 1, `${count} to ${length}`).toBe(true);
    expect(padmeLength(length), "idempotent").toBe(length);
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 3_000 }), (raw) => {
    const text = Uint8Array.from(raw);
    expect(unpad(pad(text))).toEqual(text);
  }));
});

test("[CR9] bytes that padding never makes come off as nothing", () => {
  const wrong = [[], [0], [0, 0], [1], [0x80, 1], [0x80, 0], [1, 2, 3, 0x80, 0, 0, 0, 0]];
  for (const bytes of wrong) expect(unpad(Uint8Array.from(bytes)), String(bytes)).toBeUndefined();
  expect(unpad(Uint8Array.of(0x80))).toEqual(new Uint8Array(0));
});
