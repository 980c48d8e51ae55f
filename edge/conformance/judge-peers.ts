/**
 * Holds what two of our peers have against what each of them said and what their relay has.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO19 Over a network that fails, peers end with all that was said, once, in order.
 *   TO20 The same when the relay's disk, its process or its line to Redis fails.
 */

import { expect, onTestFinished } from "vitest";
import { type LinkPeer, makeSecret, openPeer, type SharedSecret, untilSo } from "./link-peer.ts";
import { joinRoom } from "./room-client.ts";

/** Two peers of one room, and what each of them said so far. */
export interface Talk {
  readonly peers: readonly LinkPeer[];
  readonly words: readonly string[][];
  readonly secret: SharedSecret;
}

const HEAL_MS_MAX = 60_000;

/** A new room, with a peer at each of these ports; they leave with the test. */
export async function beginTalk(ports: readonly number[]): Promise<Talk> {
  const secret = await makeSecret();
  const peers = await Promise.all(
    ports.map((port) => openPeer(`ws://127.0.0.1:${port}/relay`, secret)),
  );
  onTestFinished(() => {
    for (const peer of peers) peer.close();
  });
  return { peers, words: peers.map(() => []), secret };
}

/** Every peer says so many things; the outbox takes them at once. */
export async function speak({ peers, words }: Talk, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    for (const [who, peer] of peers.entries()) {
      const text = `${who} says ${words[who]?.length}`;
      words[who]?.push(text);
      await peer.say(text);
    }
  }
}

export async function untilLive(talk: Talk): Promise<void> {
  await untilSo(
    talk.peers,
    () => talk.peers.every((peer) => peer.status().link.phase === "live"),
    () => describe(talk),
    HEAL_MS_MAX,
  );
}

/** Until it is so, with a person at each who tries again. */
export async function until(talk: Talk, isSo: () => boolean): Promise<void> {
  await untilSo(talk.peers, isSo, () => describe(talk), HEAL_MS_MAX);
}

/**
 * Waits until both have everything; then all of it is there once, in the order said, the same in
 * both, and the relay's log at `origin` is theirs.
 */
export async function expectWhole(talk: Talk, origin: string): Promise<void> {
  const { peers, words, secret } = talk;
  const count = words.flat().length;
  await until(
    talk,
    () =>
      peers.every((peer) =>
        peer.said().length === count && peer.unsent() === 0 && peer.status().link.phase === "live"
      ),
  );
  const [first] = peers;
  for (const [who, peer] of peers.entries()) {
    expect(peer.ids()).toEqual(first?.ids());
    const own = first?.said().filter(([device]) => device === peer.device);
    expect(own?.map(([, text]) => text)).toEqual(words[who]);
    expect(peer.problems).toEqual([]);
    expect(peer.status().refused).toEqual([]);
  }
  const newcomer = await joinRoom({ origin }, secret.room);
  const log = newcomer.received.flatMap((found) => found.t === "entries" ? found.entries : []);
  newcomer.close();
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
}

function describe({ peers }: Talk): string {
  return JSON.stringify(
    peers.map((peer) => [peer.status().link, peer.unsent(), peer.said().length]),
  );
}
