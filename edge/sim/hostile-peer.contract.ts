/**
 * A stranger and a bad member at the relay's door: frames out of order, forged, too large. Nothing
 * of it may reach anybody as an event.
 */

import { encodeBase64Url, proveAdmission, type RoomKeys } from "#shared/crypto/mod.ts";
import type { Clock, Crypto, SharedRoomKeys, Socket } from "#shared/ports/mod.ts";
import type { ServerFrame } from "#shared/protocol/mod.ts";
import type { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import type { WireNet } from "#shared/testing/fakes/wire-net.ts";

export interface HostileDeps {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly random: SeededRandom;
  readonly net: WireNet;
  readonly room: RoomKeys;
  readonly device: SharedRoomKeys["device"];
  readonly url: string;
}

/** Connects, and misbehaves until the relay has had enough or `signal` aborts. */
export async function attack(deps: HostileDeps, signal: AbortSignal): Promise<void> {
  const { net, random, url } = deps;
  const opened: Socket[] = [];
  const say = (frame: unknown): void => opened[0]?.send(JSON.stringify(frame));
  const onText = (text: string): void => {
    if (!text.startsWith("{")) return;
    const frame = JSON.parse(text) as ServerFrame;
    if (frame.t === "hello") void greet(deps, frame, say);
    if (frame.t === "joined") { for (const one of badFrames(deps, frame.head)) say(one); }
  };
  try {
    opened.push(await net.transport("mallory").connect(url, { onText, onEnd() {} }, signal));
  } catch {
    return; // A door that is shut ends the attack.
  }
  if (random.next() < 0.2) opened[0]?.send("\u0000 no frame");
}

async function greet(
  deps: HostileDeps,
  hello: Extract<ServerFrame, { t: "hello" }>,
  say: (frame: unknown) => void,
): Promise<void> {
  const { crypto, random, room, device } = deps;
  const challenge = {
    ...{ relayOrigin: "http://relay.test", nonce: hello.nonce },
    notAfter: hello.now + 60_000,
  };
  const proof = await proveAdmission(crypto, room, device, challenge);
  const draw = random.next();
  const signature = draw < 0.2 ? encodeBase64Url(crypto.randomBytes(64)) : proof.admitSignature;
  if (draw > 0.9) say({ t: "append", id: idOf(deps), body: "AAAA" });
  say({
    ...{ t: "join", v: 1, room: room.roomId, device: device.id },
    proof: { ...proof, admitSignature: signature },
    cursor: { epoch: idOf(deps), seq: 1 + random.integer(50), mac: "A".repeat(43) },
  });
}

function badFrames(deps: HostileDeps, head: number): readonly unknown[] {
  const { crypto, random } = deps;
  const garbage = encodeBase64Url(crypto.randomBytes(60 + random.integer(400)));
  const id = idOf(deps);
  return [
    { t: "append", id, body: garbage },
    { t: "append", id, body: garbage },
    { t: "append", id, body: "AAAA" },
    { t: "append", id: idOf(deps), body: "A".repeat(61_000) },
    { t: "ack", seq: random.next() < 0.5 ? head : head + 1_000 },
    { t: "no-such-frame" },
  ];
}

const idOf = ({ crypto }: HostileDeps): string => encodeBase64Url(crypto.randomBytes(16));
