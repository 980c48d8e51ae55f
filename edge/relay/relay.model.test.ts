/**
 * Random histories of one room with devices that come, go, lie and are lost, and a relay that is
 * killed and whose disk lies. Raise RELAY_RUNS for a long search.
 */

import { fc } from "#shared/testing/properties.ts";
import { expect, test } from "vitest";
import type { RelayEntry } from "#shared/protocol/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { ModelClient, type Truth } from "../testing/model-client.ts";
import { createRelayKit, RawClient } from "../testing/relay-kit.ts";
import { innerLimits, relayLimits } from "./limits.ts";

const RUNS = Number(process.env["RELAY_RUNS"] ?? 150);
const NAMES = ["ada", "bob", "cyd"] as const;
/** Small, so that windows fill and logs are trimmed in a short history. */
const limits = {
  ...relayLimits,
  windowEntriesMax: 5,
  windowBytesMax: 2_000,
  bodyBytesMax: 300,
  entriesMax: 30,
  appendBurst: 10_000,
  appendsPerS: 10_000,
};

type Step =
  | {
    readonly kind: "join";
    readonly who: number;
    readonly with: "cursor" | "nothing" | "forged";
    /** Of two processes; nothing to one. */
    readonly at: number;
  }
  /** Whether processes hear hints of each other. */
  | { readonly kind: "hints"; readonly arrive: boolean }
  | { readonly kind: "append"; readonly who: number; readonly bytes: number }
  | {
    readonly kind: "repeat";
    readonly who: number;
    readonly nth: number;
    readonly isSame: boolean;
  }
  | { readonly kind: "checkpoint"; readonly who: number }
  | { readonly kind: "ack"; readonly who: number; readonly back: number }
  | { readonly kind: "bad"; readonly who: number; readonly text: string }
  | { readonly kind: "eph"; readonly who: number }
  | { readonly kind: "end"; readonly who: number; readonly isClean: boolean }
  | { readonly kind: "disk"; readonly what: "full" | "failed" | "hold" | "release" }
  | {
    readonly kind: "restart";
    readonly lost: number;
    readonly isClean: boolean;
    readonly at: number;
  }
  | { readonly kind: "settle" }
  | { readonly kind: "pass"; readonly ms: number };

const kindOf = <T extends string>(kind: T) => fc.constant(kind);
const who = fc.nat(NAMES.length - 1);
const BAD = [
  "nonsense",
  `{"t":"ack","seq":999999}`,
  `{"t":"append","id":"short","body":"YQ"}`,
  `{"t":"lease","seq":1}`,
  `{"t":"append","id":"future_checkpoint_____","body":"YQ","covers":999999}`,
  `{"t":"append","id":"too_large_____________","body":"${"a".repeat(401)}"}`,
];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: kindOf("join"),
      who,
      with: fc.constantFrom("cursor", "cursor", "cursor", "nothing", "forged"),
      at: fc.nat(1),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ kind: kindOf("append"), who, bytes: fc.nat(300) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kindOf("repeat"),
      who,
      nth: fc.nat(9),
      isSame: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kindOf("checkpoint"), who }) },
  { weight: 6, arbitrary: fc.record({ kind: kindOf("ack"), who, back: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: kindOf("bad"), who, text: fc.constantFrom(...BAD) }) },
  { weight: 1, arbitrary: fc.record({ kind: kindOf("eph"), who }) },
  { weight: 2, arbitrary: fc.record({ kind: kindOf("end"), who, isClean: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kindOf("disk"),
      what: fc.constantFrom("full", "failed", "hold", "release", "release"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kindOf("restart"),
      lost: fc.constantFrom(0, 0, 1, 2),
      isClean: fc.boolean(),
      at: fc.nat(1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kindOf("hints"), arrive: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ kind: kindOf("settle") }) },
  { weight: 3, arbitrary: fc.record({ kind: kindOf("pass"), ms: fc.nat(20_000) }) },
) as fc.Arbitrary<Step>;

interface Sent {
  readonly id: string;
  readonly body: string;
  readonly device: string;
  times: number;
}

async function createWorld(processes: number) {
  const clock = new ManualClock();
  const random = new SeededRandom("model");
  const kit = await createRelayKit(
    {
      crypto: createPlainCrypto(random.fork("crypto")),
      ...{ clock, trace: new RecordingLog(), advance: (ms: number) => clock.advance(ms) },
    },
    limits,
    processes,
  );
  const truth: Truth = new Map();
  const clients = NAMES.map(() => new ModelClient(truth, limits));
  const devices = await Promise.all(NAMES.map((name) => kit.device(name)));
  const room = kit.writer.roomId;
  const sent: Sent[] = [];
  let hasLost = false;

  const stored = async () => {
    const [head, entries] = [await kit.store.open(room), await kit.store.read(room, 0, 999, 1e9)];
    if (!head.ok || !entries.ok) throw new Error("Cannot look into the store");
    return { head: head.value, entries: entries.value };
  };

  /** Everybody takes in what arrived, and the log is looked at. */
  const look = async (): Promise<void> => {
    const { head, entries } = await stored();
    for (const client of clients) client.look(head?.floor ?? 1);
    const seqs = entries.map((entry) => entry.seq);
    const floor = head?.floor ?? 1;
    expect(seqs, "I1 the log has no hole").toEqual(seqs.map((_, at) => floor + at));
    expect(new Set(entries.map((entry) => entry.id)).size, "I4").toBe(entries.length);
    for (const entry of entries) {
      if (entry.from === "relay") continue;
      const bodies = sent.filter((one) => one.id === entry.id).map((one) => one.body);
      expect(bodies, "what is stored was sent").toContain(entry.body);
    }
    expect(kit.defects).toEqual([]);
  };

  const join = async (
    at: number,
    how: "cursor" | "nothing" | "forged",
    process: number,
  ): Promise<void> => {
    const client = clients[at] as ModelClient;
    // An honest client has one socket: the old one is a lost one.
    client.socket?.end(false);
    const { cursor } = client;
    const forged = { epoch: client.epoch || "e".repeat(22), seq: 9_999, mac: "A".repeat(33) };
    if (how === "forged") await kit.settle();
    const before = (await stored()).head?.epoch;
    const open = clients.map((one) => one.socket).filter((one) => one?.isOpen === true);
    const socket: RawClient = kit.connect(undefined, process);
    const given = how === "forged" ? forged : how === "cursor" ? cursor : undefined;
    socket.send(await kit.joinFrame(socket, NAMES[at] as string, { cursor: given }));
    client.use(socket);
    if (how !== "forged") return;
    await kit.settle();
    // A look at who came may show another process what the store lost: that mints too.
    if (hasLost) return;
    expect((await stored()).head?.epoch, "I8 a forged cursor mints nothing").toBe(before);
    for (const other of open) expect(other?.closeCode, "I8 and moves nobody").not.toBe(4010);
  };

  const append = (at: number, body: string, covers?: number): void => {
    const id = kit.nextId();
    if (!(clients[at] as ModelClient).append(id, body, covers)) return;
    // A checkpoint may pass what was refused (RL123).
    const times = covers === undefined ? 1 : 2;
    sent.push({ id, body, device: devices[at]?.id ?? "", times });
  };

  const repeat = (at: number, nth: number, isSame: boolean): void => {
    const client = clients[at] as ModelClient;
    const one = sent.at(-1 - nth);
    if (one === undefined) return;
    // Another body is refused unless the first one never arrived; then it is what was sent.
    const body = isSame ? one.body : `${one.body.slice(0, 300)}_other`;
    if (!client.append(one.id, body)) return;
    one.times += 1;
    if (!isSame) sent.push({ ...one, body, times: 2 });
  };

  const bad = async (at: number, text: string): Promise<void> => {
    await kit.settle();
    const before = await stored();
    clients[at]?.socket?.send(text);
    await kit.settle();
    expect(await stored(), "I17 a refused frame changes nothing").toEqual(before);
  };

  const restart = async (lost: number, isClean: boolean): Promise<void> => {
    if (isClean) {
      kit.store.releaseCommits();
      const closing = kit.relay.close();
      await kit.settle();
      await closing;
      await look();
    }
    for (const client of clients) client.drop();
    await kit.restart(lost);
    await forgetLost(lost);
  };

  /** One of several processes ends; the store loses nothing by that, but may by itself. */
  const replace = async (at: number, lost: number, isClean: boolean): Promise<void> => {
    kit.store.releaseCommits();
    if (isClean) {
      const closing = kit.closeProcess(at);
      await kit.settle();
      await closing;
    } else await kit.killProcess(at);
    await look();
    if (lost === 0) return;
    kit.hub.loseCommits(lost);
    hasLost = true;
    await forgetLost(lost);
  };

  const forgetLost = async (lost: number): Promise<void> => {
    const { head } = await stored();
    // What the disk lost may be named anew, until a cursor shows the loss.
    const isLost = (epoch: string, seq: number): boolean =>
      lost > 0 && (head === undefined || epoch === head.epoch) && seq > (head?.head ?? 0);
    for (const place of [...truth.keys()]) {
      const [epoch = "", seq] = place.split(" ");
      if (isLost(epoch, Number(seq))) truth.delete(place);
    }
    for (const client of clients) {
      for (const [id, { epoch, seq }] of [...client.acknowledged]) {
        if (isLost(epoch, seq)) client.acknowledged.delete(id);
      }
    }
  };

  return {
    ...{ kit, clients, devices, sent, stored, look },
    async take(next: Step): Promise<void> {
      switch (next.kind) {
        case "join":
          return await join(next.who, next.with, next.at);
        case "hints":
          kit.hub.arrives = () => next.arrive;
          return;
        case "append":
          return append(next.who, "b".repeat(next.bytes + 1));
        case "repeat":
          return repeat(next.who, next.nth, next.isSame);
        case "checkpoint":
          return append(next.who, "checkpoint", clients[next.who]?.newestSeq || undefined);
        case "ack": {
          const client = clients[next.who];
          return client?.ack(client.newestSeq - next.back);
        }
        case "bad":
          return await bad(next.who, next.text);
        case "eph":
          return clients[next.who]?.socket?.of("joined").length === 1
            ? clients[next.who]?.socket?.send({ t: "eph", body: "YQ" })
            : undefined;
        case "end":
          clients[next.who]?.socket?.end(next.isClean);
          return clients[next.who]?.drop();
        case "disk":
          if (next.what === "hold") return kit.store.holdCommits();
          if (next.what === "release") return kit.store.releaseCommits();
          return kit.store.failNextCommit(
            next.what === "full"
              ? { kind: "storage-full" }
              : { kind: "storage-failed", detail: "io" },
          );
        case "restart":
          return processes > 1
            ? await replace(next.at, next.lost, next.isClean)
            : await restart(next.lost, next.isClean);
        case "settle":
          return await kit.settle();
        case "pass":
          return await kit.advance(next.ms);
      }
    },
  };
}

type World = Awaited<ReturnType<typeof createWorld>>;

/** The disk works, everybody comes back with its cursor and reads to the end. */
async function heal({ kit, clients, look }: World, roundMs: number): Promise<void> {
  kit.store.releaseCommits();
  kit.hub.arrives = () => true;
  await kit.advance(5_000);
  // A minted epoch sends who came before it away once more.
  for (let round = 0; round < 20; round += 1) {
    for (const [at, client] of clients.entries()) {
      if (client.socket !== undefined) continue;
      const socket = kit.connect();
      const { cursor } = client;
      socket.send(await kit.joinFrame(socket, NAMES[at] as string, { cursor }));
      client.use(socket);
    }
    await kit.advance(roundMs);
    await look();
    for (const client of clients) {
      client.ack();
      client.socket?.send("ping");
    }
  }
}

async function checkEnd(world: World): Promise<void> {
  const { clients, devices, sent, stored } = world;
  const { head, entries } = await stored();
  const places = new Map(entries.map((entry): [number, RelayEntry] => [entry.seq, entry]));
  for (const client of clients) {
    expect(client.isLive, "I15 everybody is up to date").toBe(true);
    const seen = [...client.view.values()].filter((entry) => entry.seq >= (head?.floor ?? 1));
    expect(seen, "I5 I7 everybody has the log").toEqual(entries);
    for (const [id, { epoch, seq, ts }] of client.acknowledged) {
      if (epoch !== head?.epoch || seq < head.floor) continue;
      expect(places.get(seq), "I3 what was acknowledged is there").toMatchObject({ id, ts });
    }
  }
  for (const { id: device } of devices) {
    const once = sent.filter((one) => one.device === device && one.times === 1);
    const order = once.map((one) => one.id);
    const logged = entries.map((entry) => entry.id).filter((id) => order.includes(id));
    const ranks = logged.map((id) => order.indexOf(id));
    expect(ranks, "I9 a device's entries keep the order it sent them in").toEqual(
      ranks.toSorted((a, b) => a - b),
    );
  }
}

async function checkHistory(processes: number, steps: readonly Step[]): Promise<void> {
  const world = await createWorld(processes);
  for (const next of steps) {
    await world.take(next);
    await world.look();
  }
  // What lost hints would have told is seen by a look.
  await heal(world, processes > 1 ? innerLimits.lookMs / 15 : 1_000);
  await checkEnd(world);
}

const histories = fc.array(step, { minLength: 5, maxLength: 70 });

test(
  "[RL14, RL20] I1 I2 I3 I4 I6 I7 I8 I9 I14 I17 I18: what clients were promised holds in any history",
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, (steps) => checkHistory(1, steps)),
      { numRuns: RUNS },
    );
  },
  120_000,
);

test(
  "[RL111, RL113, RL114] the same of two processes on one store that hear each other or not",
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, (steps) => checkHistory(2, steps)),
      { numRuns: RUNS },
    );
  },
  120_000,
);
