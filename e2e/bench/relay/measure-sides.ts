/** Measures all sides with the same work, in turn, round by round. */

import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { median } from "../statistics.mjs";
import { startBareSide } from "./clients/bare-side.ts";
import { startJetStreamSide } from "./clients/jetstream-side.ts";
import { startRelaySide } from "./clients/relay-side.ts";
import type { Side } from "./clients/side.ts";
import { startSocketIoSide } from "./clients/socketio-side.ts";
import { summarizeSamples } from "./figures.mjs";
import { runClosedLoop } from "./parts/closed-loop.ts";
import { type CrowdSample, runCrowd } from "./parts/crowd.ts";
import { runOpenLoop } from "./parts/open-loop.ts";
import { runResume } from "./parts/resume.ts";

/** A person; a busy evening; a flood. Senders are sockets, each with a room of its own. */
const LEVELS: readonly { readonly inFlight: number; readonly senders: number }[] = [
  { inFlight: 1, senders: 1 },
  { inFlight: 16, senders: 4 },
  { inFlight: 128, senders: 8 },
];
/** A sealed message of a few dozen words, and one of a few words. */
const [BODY_BYTES, SMALL_BYTES] = [450, 100];
const FAN_OUT = { rooms: 1, members: 100, inFlight: 64, bodyBytes: SMALL_BYTES };
/** Far below what any side can do. */
const LATENCY = { rooms: 1, members: 100, perS: 50, bodyBytes: SMALL_BYTES };
const RESUME = { entries: 5_000, inFlight: 64, bodyBytes: BODY_BYTES };
const CROWD = { sockets: 5_000, roomMembers: 10, bodyBytes: SMALL_BYTES };
/** One message under way: nothing shares its frame or its commit. */
const MEMBERS: readonly number[] = [2, 20, 200, 2_000];
const ROOMS: readonly number[] = [1, 100, 10_000];
/** Beside the sockets a process has files open. */
const FILES_BESIDE = 500;
const FSYNCS = 100;

/** The product's are for people; here the machine is measured. */
export const LIMITS: Readonly<Record<string, number>> = Object.freeze({
  appendBurst: 1_000_000,
  appendsPerS: 1_000_000,
  entriesMax: 10_000_000,
  logBytesMax: 2 ** 33,
  membersMax: 4_096,
  socketsMax: 30_000,
  socketsPerVisitorMax: 30_000,
  waitingPerVisitorMax: 30_000,
  openingsBurst: 1_000_000,
});

interface Bench {
  /** An empty one, for data. */
  readonly folder: string;
  readonly pageFolder: string;
  readonly rounds: number;
  readonly tell: (line: string) => void;
}

interface Times {
  readonly warmMs: number;
  readonly windowMs: number;
}

type SideName = "relay" | "bare ws" | "Socket.IO" | "JetStream";

/** Two rounds are a look; windows are shorter then. */
const ROUNDS_OF_A_LOOK = 2;

export async function measureSides(bench: Bench) {
  const { rounds } = bench;
  const isLook = rounds <= ROUNDS_OF_A_LOOK;
  const times = isLook ? { warmMs: 300, windowMs: 1_000 } : { warmMs: 500, windowMs: 2_000 };
  const skipped: string[] = [];
  const jetStream = await startJetStreamSide(join(bench.folder, "nats-0"));
  if ("skipped" in jetStream) skipped.push(`JetStream: ${jetStream.skipped}`);
  else await jetStream.side.stop();
  const names: SideName[] = ["relay", "bare ws", "Socket.IO", "JetStream"];
  const present = "skipped" in jetStream ? names.slice(0, 3) : names;
  const loops = await measureLoops(bench, present, times);
  const fewer = Math.ceil(rounds / 2);
  return {
    ...loops,
    crowd: await measureCrowds(bench, present, fewer, skipped),
    growth: await measureGrowth(bench, isLook ? 1 : ROUNDS_OF_A_LOOK, times, skipped),
    fsyncMs: measureFsync(join(bench.folder, "fsync")),
    syncs: "skipped" in jetStream ? undefined : jetStream.syncs,
    skipped,
    ...{ limits: LIMITS, windowMs: times.windowMs, bodyBytes: BODY_BYTES },
    ...{ smallBytes: SMALL_BYTES },
  };
}

export type RelayResults = Awaited<ReturnType<typeof measureSides>>;

let folders = 0;

async function startSide(name: SideName, { folder, pageFolder }: Bench): Promise<Side> {
  const dataFolder = join(folder, `data-${folders += 1}`);
  switch (name) {
    case "relay": {
      const settings = { CONCLAVE_RELAY_LIMITS: JSON.stringify(LIMITS) };
      return await startRelaySide({ dataFolder, pageFolder, port: 0, settings });
    }
    case "bare ws":
      return await startBareSide();
    case "Socket.IO":
      return await startSocketIoSide();
    case "JetStream": {
      const started = await startJetStreamSide(dataFolder);
      if ("skipped" in started) throw new Error(`JetStream is gone: ${started.skipped}`);
      return started.side;
    }
  }
}

/** What is measured in windows of time, on servers that live through all rounds. */
async function measureLoops(bench: Bench, names: readonly SideName[], times: Times) {
  const sides: Side[] = [];
  try {
    for (const name of names) sides.push(await startSide(name, bench));
    const durable = sides.filter(({ isDurable, name }) => isDurable || name === "bare ws");
    const appends = [];
    for (const { inFlight, senders } of LEVELS) {
      bench.tell(`${inFlight} messages under way, stored where the side stores`);
      const shape = { rooms: senders, members: 2, inFlight, bodyBytes: BODY_BYTES, ...times };
      const found = await inTurn(bench, durable, (side) => runClosedLoop(side, shape));
      appends.push({ inFlight, senders, sides: found });
    }
    bench.tell(`A room of ${FAN_OUT.members}, as fast as it goes`);
    const fanOut = await inTurn(
      bench,
      sides,
      (one) => runClosedLoop(one, { ...FAN_OUT, ...times }),
    );
    bench.tell(`A room of ${LATENCY.members}, ${LATENCY.perS} messages a second`);
    const latency = await inTurn(bench, sides, (one) => runOpenLoop(one, { ...LATENCY, ...times }));
    bench.tell(`Coming back to ${RESUME.entries} missed messages`);
    const able = sides.filter(({ resumes }) => resumes);
    const resume = await inTurn(bench, able, (side) => runResume(side, RESUME));
    return {
      appends,
      fanOut: { ...FAN_OUT, sides: fanOut },
      latency: { ...LATENCY, sides: latency },
      resume: { ...RESUME, sides: resume },
    };
  } finally {
    await Promise.all(sides.map((side) => side.stop()));
  }
}

/** Every side once a round, so that a load that comes and goes meets all of them. */
async function inTurn<K extends string>(
  { rounds }: Pick<Bench, "rounds">,
  sides: readonly Side[],
  run: (side: Side) => Promise<Readonly<Record<K, number>>>,
) {
  const samples = sides.map(() => [] as Readonly<Record<K, number>>[]);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, side] of sides.entries()) samples[at]?.push(await run(side));
  }
  return sides.map(({ name }, at) => ({ name, ...summarizeSamples(samples[at] ?? []) }));
}

/** Each on a fresh server: memory that was used before would hide what sockets take. */
async function measureCrowds(
  bench: Bench,
  names: readonly SideName[],
  rounds: number,
  skipped: string[],
) {
  const needed = CROWD.sockets + CROWD.sockets / CROWD.roomMembers;
  if (!fits(needed)) {
    skipped.push(`${CROWD.sockets} sockets: this process may open ${filesMax()} files`);
    return undefined;
  }
  const samples: Record<string, CrowdSample[]> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      bench.tell(`${CROWD.sockets} sockets come, rest, and come back: ${name}`);
      const side = await startSide(name, bench);
      try {
        (samples[name] ??= []).push(await runCrowd(side, CROWD));
      } finally {
        await side.stop();
      }
    }
  }
  const sides = names.map((name) => ({ name, ...summarizeSamples(samples[name] ?? []) }));
  return { ...CROWD, sides };
}

/** Processor time of one delivery as rooms grow in members and in number. */
async function measureGrowth(bench: Bench, rounds: number, times: Times, skipped: string[]) {
  const byMembers = [];
  for (const members of MEMBERS) {
    if (!fits(members)) {
      skipped.push(`a room of ${members}: this process may open ${filesMax()} files`);
      continue;
    }
    const sides = await measureSize(bench, rounds, { rooms: 1, members }, times);
    byMembers.push({ size: members, sides });
  }
  const byRooms = [];
  for (const rooms of ROOMS) {
    if (!fits(rooms)) {
      skipped.push(`${rooms} rooms: this process may open ${filesMax()} files`);
      continue;
    }
    const sides = await measureSize(bench, rounds, { rooms, members: 1 }, times);
    byRooms.push({ size: rooms, sides });
  }
  return { byMembers, byRooms };
}

async function measureSize(
  bench: Bench,
  rounds: number,
  { rooms, members }: { readonly rooms: number; readonly members: number },
  times: Times,
) {
  bench.tell(`${rooms} ${rooms === 1 ? "room" : "rooms"} of ${members}, one message under way`);
  const shape = { rooms, members, inFlight: 1, bodyBytes: SMALL_BYTES, ...times };
  const sides = [await startSide("relay", bench), await startSide("bare ws", bench)];
  try {
    return await inTurn({ rounds }, sides, (side) => runClosedLoop(side, shape));
  } finally {
    await Promise.all(sides.map((side) => side.stop()));
  }
}

/** Files that this process, and so each server that it starts, may have open. */
function filesMax(): number {
  const text = readFileSync("/proc/self/limits", "utf8");
  return Number(/Max open files\s+(\d+)/.exec(text)?.[1] ?? NaN);
}

function fits(sockets: number): boolean {
  return sockets + FILES_BESIDE <= filesMax();
}

/** What durability costs at least here: 4 KiB written and on the disk. Median, ms. */
function measureFsync(path: string): number {
  const file = openSync(path, "w");
  const block = Buffer.alloc(4096, 1);
  const times = Array.from({ length: FSYNCS }, () => {
    const startMs = performance.now();
    writeSync(file, block);
    fsyncSync(file);
    return performance.now() - startMs;
  });
  closeSync(file);
  return median(times);
}
