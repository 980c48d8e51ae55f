/**
 * Everything that follows from one fixed secret, as text: what another implementation must get.
 *
 * `shared/crypto/vectors.json` is the stored form. It changes only with a new suite number: rooms
 * live by it.
 */

import { proveAdmission, verifyAdmission } from "../../crypto/admission.ts";
import { decodeBase64Url } from "../../crypto/base64url.ts";
import { deviceIdOf } from "../../crypto/device-keys.ts";
import { contentHashOf } from "../../crypto/envelope.ts";
import { openMove, sealMove } from "../../crypto/move-boxes.ts";
import { createOpener } from "../../crypto/opener.ts";
import { deriveRoom } from "../../crypto/room-keys.ts";
import { formatRoomLink, parseRoomLink } from "../../crypto/room-link.ts";
import { createSealer } from "../../crypto/sealer.ts";
import type { AgreementKey, Bytes, Crypto } from "../../ports/crypto.ts";
import type { AdmissionProof } from "../../protocol/relay-frames.ts";
import { encodeHex } from "./hex.ts";

export interface CryptoVectors {
  readonly inputs: {
    readonly writeSecret: string;
    readonly deviceSeed: string;
    readonly agreePublicKey: string;
    readonly page: string;
    readonly prev: string;
    readonly entryId: string;
    readonly event: unknown;
    readonly relayOrigin: string;
    readonly nonce: string;
    readonly notAfter: number;
  };
  readonly writeLink: string;
  readonly readLink: string;
  readonly readSecret: string;
  readonly readPublicKey: string;
  readonly writePublicKey: string;
  readonly roomId: string;
  readonly epochKey: string;
  readonly devicePublicKey: string;
  readonly deviceId: string;
  readonly proof: AdmissionProof;
  readonly readProof: AdmissionProof;
  readonly entry: { readonly id: string; readonly body: string };
  readonly contentHash: string;
  readonly ephemeral: string;
  /** The secret, sealed to the device when the room moves. */
  readonly move: {
    readonly from: string;
    readonly sender: string;
    readonly agreePublicKey: string;
    readonly sealKey: string;
    readonly sealed: string;
  };
}

const count = (from: number, length: number): Bytes =>
  Uint8Array.from({ length }, (_, at) => from + at);

/** Works the vectors out with `crypto`. */
export async function makeVectors(crypto: Crypto): Promise<CryptoVectors> {
  const [secret, seed, agreePublicKey] = [count(0, 32), count(32, 32), count(64, 32)];
  const [page, prev] = [count(96, 16), count(112, 32)];
  const event = { kind: "say", text: "Hello, room." };
  const challenge = { relayOrigin: "wss://relay.example", nonce: "bm9uY2U", notAfter: 1.7e12 };
  const room = await deriveRoom(crypto, { access: "write", secret });
  if (room.access !== "write") throw new Error("Cannot make vectors: a full link writes");
  const { readSecret, writePublicKey, roomId } = room;
  const reading = { access: "read", secret: readSecret, writePublicKey } as const;
  const readRoom = await deriveRoom(crypto, reading);
  const sign = await crypto.signerFromSeed(seed);
  const device = {
    id: await deviceIdOf(crypto, sign.publicKey),
    signPublicKey: sign.publicKey,
    signKey: sign.key,
    agreePublicKey,
    // Not used in suite 1.
    agreeKey: {} as AgreementKey,
  };
  const sealer = createSealer({ ...crypto, randomBytes: () => page }, room, device);
  const [entry] = await sealer.seal({ entryId: "in_1", event, prev });
  if (entry === undefined) throw new Error("Cannot make vectors: no part was sealed");
  return {
    inputs: {
      writeSecret: encodeHex(secret),
      deviceSeed: encodeHex(seed),
      agreePublicKey: encodeHex(agreePublicKey),
      page: encodeHex(page),
      prev: encodeHex(prev),
      entryId: "in_1",
      event,
      ...challenge,
    },
    writeLink: formatRoomLink({ access: "write", secret }),
    readLink: formatRoomLink({ ...reading, relayHint: challenge.relayOrigin }),
    readSecret: encodeHex(readSecret),
    readPublicKey: encodeHex(room.readKeys.publicKey),
    writePublicKey: encodeHex(writePublicKey),
    roomId,
    epochKey: encodeHex(room.epochKey),
    devicePublicKey: encodeHex(sign.publicKey),
    deviceId: device.id,
    proof: await proveAdmission(crypto, room, device, challenge),
    readProof: await proveAdmission(crypto, readRoom, device, challenge),
    entry,
    contentHash: encodeHex(await contentHashOf(crypto, decodeBase64Url(entry.body) ?? prev)),
    ephemeral: await sealer.sealEphemeral({ n: 1 }),
    move: await makeMove(crypto, roomId, device.id, secret),
  };
}

const MOVE_FROM = { from: "b2xkLXJvb20tb2YtdmVjdA", sender: "c2VuZGVyLW9mLXZlY3RvcnM" };

/** The device's agreement key has the seed 128, 129, ..., the sender's 160, 161, ... */
async function makeMove(
  crypto: Crypto,
  to: string,
  receiver: string,
  secret: Bytes,
): Promise<CryptoVectors["move"]> {
  const { publicKey } = await crypto.agreementFromSeed(count(128, 32));
  const ofSender = { ...crypto, randomBytes: () => count(160, 32) };
  const receivers = new Map([[receiver, publicKey]]);
  const { sealKey, boxes } = await sealMove(ofSender, { ...MOVE_FROM, to }, secret, receivers);
  const sealed = boxes[0]?.sealed ?? "nothing";
  return { ...MOVE_FROM, agreePublicKey: encodeHex(publicKey), sealKey, sealed };
}

/**
 * What `crypto` gets other than `stored`: names of members, empty when it agrees. The stored entry
 * is opened and the stored proofs are checked, too.
 */
export async function checkVectors(
  crypto: Crypto,
  stored: CryptoVectors,
): Promise<readonly string[]> {
  const made = await makeVectors(crypto);
  const names = Object.keys(made) as (keyof CryptoVectors)[];
  const wrong = names.filter((name) => JSON.stringify(made[name]) !== JSON.stringify(stored[name]));
  return [...wrong, ...await checkUse(crypto, stored)];
}

async function checkUse(crypto: Crypto, stored: CryptoVectors): Promise<readonly string[]> {
  const wrong: string[] = [];
  const { inputs, roomId, deviceId } = stored;
  const link = parseRoomLink(stored.readLink);
  if (!link.ok) return ["readLink does not parse"];
  const opener = createOpener(crypto, await deriveRoom(crypto, link.value));
  const opened = await opener.open({ seq: 1, ts: 0, from: deviceId, ...stored.entry });
  if (JSON.stringify(opened.body) !== JSON.stringify(inputs.event)) {
    wrong.push("entry does not open");
  }
  if (opened.device !== deviceId) wrong.push("entry has another author");
  const ephemeral = await opener.openEphemeral(deviceId, stored.ephemeral);
  if (JSON.stringify(ephemeral?.body) !== `{"n":1}`) wrong.push("ephemeral does not open");
  const { relayOrigin, nonce, notAfter: now } = inputs;
  const check = { relayOrigin, nonce, now, room: roomId, device: deviceId };
  for (const name of ["proof", "readProof"] as const) {
    if (!(await verifyAdmission(crypto, stored[name], check))) wrong.push(`${name} does not hold`);
  }
  const agree = await crypto.agreementFromSeed(count(128, 32));
  const receiver = { id: deviceId, agreeKey: agree.key, agreePublicKey: agree.publicKey };
  const moved = await openMove(crypto, { ...stored.move, to: roomId }, stored.move, receiver);
  if (!moved.ok || encodeHex(moved.value) !== inputs.writeSecret) wrong.push("move does not open");
  return wrong;
}
