/**
 * What is fuzzed: every decoder of the wire, the join of a socket, and a room with members. Each
 * target takes one text and says what is wrong, or undefined.
 */

import {
  decodeClientFrame,
  decodeEphemeral,
  decodeRoomEvent,
  decodeServerFrame,
  encodeFrame,
} from "#shared/protocol/mod.ts";
import type { Random } from "#shared/ports/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { createRelayKit, type RawClient, type RelayKit } from "../testing/relay-kit.ts";
import { below, mutate, pick } from "./mutate.ts";
import { samples } from "./samples.ts";

type Complaint = string | undefined;

export interface Taken {
  readonly text: string;
  readonly complaint: Complaint;
  /** The relay did what it asks. */
  readonly isServed: boolean;
}

interface Decoder {
  readonly name: keyof typeof samples;
  /** The value that it takes `text` for, as text again; undefined when it refuses. */
  readonly again: (text: string) => string | undefined;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // What is no JSON never comes as far as these decoders.
  }
};

const decoders: readonly Decoder[] = [
  {
    name: "client",
    again(text) {
      const decoded = decodeClientFrame(text);
      return decoded.ok ? encodeFrame(decoded.value) : undefined;
    },
  },
  {
    name: "server",
    again(text) {
      const decoded = decodeServerFrame(text);
      return decoded.ok ? encodeFrame(decoded.value) : undefined;
    },
  },
  {
    name: "events",
    again(text) {
      const decoded = decodeRoomEvent(parse(text));
      return decoded.ok ? JSON.stringify(decoded.value) : undefined;
    },
  },
  {
    name: "ephemerals",
    again(text) {
      const decoded = decodeEphemeral(parse(text));
      return decoded === undefined ? undefined : JSON.stringify(decoded);
    },
  },
];

const allTexts = Object.values(samples).flat();

/** No decoder throws, and what one takes it takes for the same again. */
export function checkDecoders(text: string): Complaint {
  for (const { name, again } of decoders) {
    try {
      const once = again(text);
      if (once !== undefined && again(once) !== once) return `${name}: not the same again: ${once}`;
    } catch (error) { // The very thing that is looked for.
      return `${name} threw ${String(error)}`;
    }
  }
  return undefined;
}

/** The decoders that take a text: for the proof that the samples are well-formed. */
export const takenBy = (text: string): readonly string[] =>
  decoders.filter(({ again }) => again(text) !== undefined).map(({ name }) => name);

export const drawText = (random: Random): string =>
  mutate(random, pick(random, allTexts), allTexts);

const LIMITS = {
  ...{ windowEntriesMax: 5, windowBytesMax: 2_000, bodyBytesMax: 300, entriesMax: 40 },
  ...{ appendBurst: 10_000, appendsPerS: 10_000 },
};

async function openKit(seed: string): Promise<RelayKit> {
  const clock = new ManualClock();
  const random = new SeededRandom(seed);
  const crypto = createPlainCrypto(random.fork("crypto"));
  const advance = (ms: number): Promise<void> => clock.advance(ms);
  return await createRelayKit(
    { crypto, clock, trace: new RecordingLog(), advance },
    LIMITS,
  );
}

/** Close codes that a client can bring about; anything else is a defect of ours. */
const CODES: ReadonlySet<number | undefined> = new Set([
  ...[undefined, 4003, 4005, 4008, 4010, 4500, 4501, 4502, 4503, 4505, 4507, 4509],
]);

function complaintOf(kit: RelayKit, clients: readonly RawClient[]): Complaint {
  if (kit.defects.length > 0) return `a defect: ${String(kit.defects[0])}`;
  const wrong = clients.find(({ closeCode }) => !CODES.has(closeCode));
  if (wrong !== undefined) return `closed with ${wrong.closeCode}`;
  for (const { entries } of clients) {
    const gap = entries.findIndex(({ seq }, at) =>
      at > 0 && seq !== (entries[at - 1]?.seq ?? 0) + 1
    );
    if (gap > 0) return `entry ${entries[gap]?.seq} came behind ${entries[gap - 1]?.seq}`;
  }
  return undefined;
}

/** A changed join lets nobody in, unless it still says the same but for the cursor. */
export async function createJoinTarget(seed: string) {
  const kit = await openKit(`join ${seed}`);
  const first = await kit.join("ann");
  for (let count = 0; count < 9; count += 1) kit.append(first, `entry ${count}`);
  await kit.settle();
  const meant = (text: string): string => {
    const { cursor: _, ...rest } = parse(text) as Record<string, unknown>;
    return JSON.stringify(rest);
  };
  return async (
    random: Random,
  ): Promise<Taken> => {
    const client = kit.connect();
    const frame = await kit.joinFrame(client, `visitor ${below(random, 3)}`, {
      cursor: random.next() < 0.5 ? first.cursor : undefined,
      access: random.next() < 0.3 ? "read" : "write",
    });
    const honest = encodeFrame(frame);
    const isHonest = random.next() < 0.1;
    const text = isHonest ? honest : mutate(random, honest, [honest, ...samples.client]);
    client.send(text);
    await kit.settle();
    const isIn = client.of("joined").length > 0;
    const decoded = isIn ? decodeClientFrame(text) : undefined;
    const isMeant = decoded?.ok === true && meant(encodeFrame(decoded.value)) === meant(honest);
    const complaint = isIn && !isMeant ? "a changed join was let in" : complaintOf(kit, [client]);
    client.end(true);
    await kit.advance(random.next() < 0.02 ? 20_000 : 0);
    return { text, complaint, isServed: isIn };
  };
}

const STEPS_PER_ROOM = 60;

/** A room whose members send what they like, while time passes and some come and go. */
export async function createRoomTarget(seed: string) {
  let kit = await openKit(`room ${seed} 0`);
  let clients: RawClient[] = [];
  let steps = 0;
  return async (
    random: Random,
  ): Promise<Taken> => {
    steps += 1;
    if (steps % STEPS_PER_ROOM === 0) {
      kit = await openKit(`room ${seed} ${steps}`);
      clients = [];
    }
    clients = clients.filter((client) => client.closeCode === undefined);
    while (clients.length < 3) {
      clients.push(
        await kit.join(`member ${below(random, 4)}`, {
          access: random.next() < 0.2 ? "read" : "write",
          cursor: random.next() < 0.5 ? clients[0]?.cursor : undefined,
        }),
      );
    }
    const client = pick(random, clients);
    const text = drawFrame(random, kit, client);
    const before = client.frames.length;
    client.send(text);
    await kit.advance(random.next() < 0.05 ? below(random, 40_000) : 0);
    const isServed = client.frames.slice(before).some(({ t }) => t === "ok" || t === "page");
    return { text, complaint: complaintOf(kit, clients), isServed };
  };
}

/** As honest clients send it, or changed. */
function drawFrame(random: Random, kit: RelayKit, client: RawClient): string {
  const last = client.entries.at(-1)?.seq ?? 1;
  const frame = pick(random, [
    { t: "append", id: kit.nextId(), body: "aGVyb24" } as const,
    { t: "append", id: kit.nextId(), body: "aGVyb24", covers: last } as const,
    { t: "ack", seq: last } as const,
    { t: "page", before: last, entriesMax: 10 } as const,
    { t: "eph", body: "aGVyb24" } as const,
  ]);
  const honest = encodeFrame(frame);
  if (random.next() < 0.5) return honest;
  return random.next() < 0.1
    ? drawText(random)
    : mutate(random, honest, [honest, ...samples.client]);
}
