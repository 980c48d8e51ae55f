/**
 * Kills and pauses the relay at seeded moments while two browsers and two fast clients append, and
 * judges after each round what every one of them holds.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO1  After kill -9 at any moment, every acknowledged entry is in the log once, where it was
 *        acknowledged, in both browsers; what was typed is there once, in order.
 *   TO2  The same after SIGSTOP and SIGCONT, however long the pause.
 */

import type { Browser } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deriveRoom, parseRoomLink, type RoomKeys } from "#shared/crypto/mod.ts";
import { createRoom, crypto, joinRoom } from "../../edge/conformance/room-client.ts";
import { type RedisServer, startRedis } from "../../edge/stores/redis-server.contract.ts";
import { createChance } from "../support/dying.ts";
import { type Findings, type LogRow, mergeFindings } from "./history.ts";
import { expectOnScreen, judgePeople } from "./judge-people.ts";
import { countUnheard, countUnsent, gatherPeople, nudge, type People, type } from "./people.ts";
import { copyPage, type RelayProcess, startRelay } from "./relay-process.ts";
import { summarize, type TortureReport } from "./report.ts";
import { createWriter, judgeWriters, type Writer } from "./writers.ts";

export interface TortureOptions {
  /** Where the relay keeps its log; of a Redis every other kill is Redis' own. */
  readonly store: "sqlite" | "redis";
  readonly kills: number;
  readonly stops: number;
  readonly seed: number;
  readonly tell: (line: string) => void;
}

export interface Round extends Findings {
  readonly kind: "kill" | "kill-redis" | "stop";
  /** Appends without an answer when the signal came. */
  readonly underWayBrowsers: number;
  readonly underWayWriters: number;
  readonly pausedMs: number;
  /** From the relay's return until everybody has everything. */
  readonly healedMs: number;
}

/** Nobody is meant to meet them here: what is tortured is durability, not rate limits. */
export const TORTURE_LIMITS = Object.freeze({
  appendBurst: 100_000,
  appendsPerS: 100_000,
  entriesMax: 10_000_000,
  logBytesMax: 2 ** 33,
});

const APPENDS_WAIT_MS_MAX = 20_000;
const HEAL_MS_MAX = 90_000;
const NUDGE_MS = 500;
/** Every so many pauses one is longer than a client waits for an answer (30 s). */
const LONG_STOP_EVERY = 25;
const LONG_STOP_MS = 35_000;
const STOP_MS_MAX = 4_000;

interface Rack {
  readonly options: TortureOptions;
  readonly chance: () => number;
  readonly folder: string;
  readonly people: People;
  readonly peopleRoom: RoomKeys;
  readonly writers: readonly Writer[];
  readonly redis: RedisServer | undefined;
  relay: RelayProcess;
}

/** Runs every round. Rejects when a wait is over its budget; findings are in the report. */
export async function tortureRelay(
  browser: Browser,
  options: TortureOptions,
): Promise<TortureReport> {
  const folder = mkdtempSync(join(tmpdir(), "conclave-torture-"));
  const lifetime = new AbortController();
  let relay: RelayProcess | undefined;
  let isDone = false;
  const redis = options.store === "redis" ? await startRedis() : undefined;
  try {
    copyPage(join(folder, "page"));
    relay = await startRelay(placeOf(folder, 0, redis));
    const people = await gatherPeople(browser, relay.origin);
    const writersRoom = await createRoom();
    const writers = [
      await createWriter(relay.origin, writersRoom),
      await createWriter(relay.origin, writersRoom),
    ];
    for (const writer of writers) void writer.run(lifetime.signal); // Owned by `lifetime`.
    const peopleRoom = await roomOf(people.link);
    const chance = createChance(options.seed);
    const rack: Rack = { options, chance, folder, people, peopleRoom, writers, redis, relay };
    const rounds: Round[] = [];
    const plan = [
      ...Array.from(
        { length: options.kills },
        (_, index) =>
          redis !== undefined && index % 2 === 1 ? "kill-redis" as const : "kill" as const,
      ),
      ...Array.from({ length: options.stops }, () => "stop" as const),
    ];
    for (const [index, kind] of plan.entries()) {
      const round = await runRound(rack, kind, index);
      relay = rack.relay;
      rounds.push(round);
      options.tell(describeRound(round, index + 1, plan.length));
    }
    await expectOnScreen(people);
    const last = judgeWriters(writers, await readLog(relay, writersRoom));
    isDone = true;
    return summarize({ seed: options.seed, rounds, people, writers, last });
  } finally {
    lifetime.abort();
    relay?.signal("SIGCONT");
    relay?.signal("SIGKILL");
    await relay?.ended;
    await redis?.remove();
    if (isDone) rmSync(folder, { recursive: true, force: true });
    else options.tell(`The relay's data is kept in ${folder}`);
  }
}

/** Of this torture alone: 32 bytes in base64url. */
const REDIS_SECRET = Buffer.alloc(32, 5).toString("base64url");

function placeOf(folder: string, port: number, redis: RedisServer | undefined) {
  const shared = redis && { CONCLAVE_REDIS: redis.url, CONCLAVE_RELAY_SECRET: REDIS_SECRET };
  return {
    dataFolder: join(folder, "data"),
    pageFolder: join(folder, "page"),
    port,
    settings: { CONCLAVE_RELAY_LIMITS: JSON.stringify(TORTURE_LIMITS), ...shared },
  };
}

async function runRound(rack: Rack, kind: Round["kind"], index: number): Promise<Round> {
  const { people, writers, chance } = rack;
  const stopTyping = new AbortController();
  for (const writer of writers) writer.setAppending(true);
  const typing = Promise.all(people.all.map((person) => type(person, stopTyping.signal)));
  typing.catch(() => undefined); // Awaited below; a failure of the round comes first.
  const pausedMs = kind === "stop" ? pauseMs(chance, index - rack.options.kills) : 0;
  await untilAppends(people, 3 + Math.floor(chance() * 12), chance() * 12);
  const redisEnded = kind === "kill-redis" ? rack.redis?.end("SIGKILL") : undefined;
  if (kind !== "kill-redis") rack.relay.signal(kind === "kill" ? "SIGKILL" : "SIGSTOP");
  const underWayBrowsers = people.all.reduce((sum, { wire }) => sum + wire.underWay.size, 0);
  const underWayWriters = writers.reduce((sum, writer) => sum + writer.underWay(), 0);
  if (kind === "kill") {
    await rack.relay.ended;
    rack.relay = await startRelay(placeOf(rack.folder, rack.relay.port, rack.redis));
  } else if (kind === "kill-redis") {
    await redisEnded;
    await rack.redis?.start();
  } else {
    await sleep(pausedMs);
    rack.relay.signal("SIGCONT");
  }
  const backAtMs = performance.now();
  for (const writer of writers) writer.setAppending(false);
  stopTyping.abort();
  await typing;
  await untilSettled(rack);
  // What was promised before the log is read must be in it; later promises may not be.
  const promised = people.all.map(({ wire }) => new Map(wire.acknowledged));
  const found = [
    ...await judgePeople(people, promised, await readLog(rack.relay, rack.peopleRoom)),
    judgeWriters(writers, undefined),
  ];
  return {
    ...{ kind, underWayBrowsers, underWayWriters, pausedMs },
    healedMs: performance.now() - backAtMs,
    ...mergeFindings(found),
  };
}

function pauseMs(chance: () => number, stop: number): number {
  const drawn = 100 + chance() * (STOP_MS_MAX - 100);
  return (stop + 1) % LONG_STOP_EVERY === 0 ? LONG_STOP_MS : Math.round(drawn);
}

/** Until the browsers have put `count` more appends on the wire, and a moment longer. */
async function untilAppends(people: People, count: number, moreMs: number): Promise<void> {
  let left = count;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error("The browsers append nothing")),
      APPENDS_WAIT_MS_MAX,
    );
    for (const { wire } of people.all) {
      wire.onAppend = () => {
        left -= 1;
        if (left > 0) return;
        clearTimeout(timer);
        resolve();
      };
    }
  });
  for (const { wire } of people.all) wire.onAppend = () => {};
  await sleep(moreMs);
}

/**
 * Until every outbox is empty, all that was typed has been in one, and every append of the writers
 * is answered and heard by both.
 */
async function untilSettled({ people, writers }: Rack): Promise<void> {
  const endMs = performance.now() + HEAL_MS_MAX;
  for (;;) {
    const unsent = await Promise.all(people.all.map((one) => countUnsent(one, people.roomId)));
    // What was entered may still be on its way into the outbox, which is empty then too.
    const unheard = await Promise.all(people.all.map((one) => countUnheard(one, people.roomId)));
    const underWay = writers.map((writer) => writer.underWay());
    const sent = writers.reduce((sum, writer) => sum + writer.sent.length, 0);
    const behind = writers.map(({ log }) => sent - log.length);
    const isSettled = [...unsent, ...unheard, ...underWay].every((count) => count === 0) &&
      behind.every((count) => count <= 0);
    if (isSettled) return;
    if (performance.now() > endMs) {
      throw new Error(
        `Not settled in ${HEAL_MS_MAX} ms: ${unsent.join(" and ")} messages unsent, ` +
          `${unheard.join(" and ")} of those typed not in the log, ` +
          `${underWay.join(" and ")} appends unanswered, ${behind.join(" and ")} entries unheard`,
      );
    }
    await Promise.all(people.all.map((person) => nudge(person)));
    await sleep(NUDGE_MS);
  }
}

async function roomOf(link: string): Promise<RoomKeys> {
  const parts = parseRoomLink(link);
  if (!parts.ok) throw new Error("The copied link is no room link");
  return await deriveRoom(crypto, parts.value);
}

/** The room's log as the relay gives it to a newcomer. */
async function readLog(relay: RelayProcess, room: RoomKeys): Promise<readonly LogRow[]> {
  const socket = await joinRoom(relay, room);
  const rows = socket.received.flatMap((frame) =>
    frame.t === "entries" ? frame.entries.map(({ seq, id }) => ({ seq, id })) : []
  );
  socket.close();
  return rows;
}

function describeRound(round: Round, number: number, count: number): string {
  const signal = round.kind === "stop"
    ? `SIGSTOP ${(round.pausedMs / 1000).toFixed(1)} s`
    : round.kind === "kill"
    ? "SIGKILL"
    : "SIGKILL of Redis";
  const wrong = `lost ${round.lost.length}, doubled ${round.doubled.length}, ` +
    `reordered ${round.reordered.length}`;
  return `${number}/${count} ${signal}: ${round.underWayBrowsers} + ${round.underWayWriters} ` +
    `appends under way; healed in ${(round.healedMs / 1000).toFixed(1)} s; ${wrong}`;
}
