/**
 * Kills and pauses the relay at seeded moments while fast clients and, where people are asked for,
 * two browsers append, and judges after each round what every one of them holds.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO1  After kill -9 at any moment, every acknowledged entry is in the log once, where it was
 *        acknowledged, in both browsers; what was typed is there once, in order.
 *   TO2  The same after SIGSTOP and SIGCONT, however long the pause.
 *   TO17 The same on every store that outlives the relay, of which Redis is killed as well; what a
 *        client with many appends under way sent is in the log in the order sent.
 */

import type { Browser } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deriveRoom, parseRoomLink, type RoomKeys } from "#shared/crypto/mod.ts";
import { createRoom, crypto, joinRoom } from "../../edge/conformance/room-client.ts";
import { createChance } from "../support/dying.ts";
import { type Findings, type LogRow, mergeFindings } from "./history.ts";
import { expectOnScreen, judgePeople } from "./judge-people.ts";
import { countUnheard, countUnsent, gatherPeople, nudge, type People, type } from "./people.ts";
import type { RelayProcess } from "./relay-process.ts";
import { summarize, type TortureReport } from "./report.ts";
import { prepareRelay, type TorturedRelay, type TorturedStore } from "./tortured-relay.ts";
import { createWriter, judgeWriters, placesOf, type Writer } from "./writers.ts";

export interface TortureOptions {
  /** Where the relay keeps its log; of a Redis every other kill is Redis' own. */
  readonly store: TorturedStore;
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
const LOOK_MS = 20;
/** Answers to wait for before a signal where there are no people to wait for. */
const ANSWERS_MIN = 20;
const ANSWERS_MORE = 400;
/** Every so many pauses one is longer than a client waits for an answer (30 s). */
const LONG_STOP_EVERY = 25;
const LONG_STOP_MS = 35_000;
const STOP_MS_MAX = 4_000;

interface Rack {
  readonly options: TortureOptions;
  readonly chance: () => number;
  readonly tortured: TorturedRelay;
  readonly people: People | undefined;
  readonly peopleRoom: RoomKeys | undefined;
  readonly writers: readonly Writer[];
  relay: RelayProcess;
}

/**
 * Runs every round, with people when they have a browser. Rejects when a wait is over its budget;
 * findings are in the report.
 */
export async function tortureRelay(
  browser: Browser | undefined,
  options: TortureOptions,
): Promise<TortureReport> {
  const { store, seed } = options;
  const folder = mkdtempSync(join(tmpdir(), "conclave-torture-"));
  const lifetime = new AbortController();
  const hasPage = browser !== undefined;
  const tortured = await prepareRelay({ store, folder, hasPage, limits: TORTURE_LIMITS });
  let relay: RelayProcess | undefined;
  let isDone = false;
  try {
    relay = await tortured.start(0);
    const people = browser && await gatherPeople(browser, relay.origin);
    const writersRoom = await createRoom();
    const writers = [
      await createWriter(relay.origin, writersRoom),
      await createWriter(relay.origin, writersRoom),
    ];
    for (const writer of writers) void writer.run(lifetime.signal); // Owned by `lifetime`.
    const peopleRoom = people && await roomOf(people.link);
    const chance = createChance(seed);
    const rack: Rack = { options, chance, tortured, people, peopleRoom, writers, relay };
    const rounds: Round[] = [];
    const plan = planOf(options);
    for (const [index, kind] of plan.entries()) {
      const round = await runRound(rack, kind, index);
      relay = rack.relay;
      rounds.push(round);
      options.tell(describeRound(round, index + 1, plan.length));
    }
    if (people !== undefined) await expectOnScreen(people);
    const last = judgeWriters(writers, await readLog(relay, writersRoom));
    isDone = true;
    return summarize({ store, seed, rounds, people, writers, last });
  } finally {
    lifetime.abort();
    relay?.signal("SIGCONT");
    relay?.signal("SIGKILL");
    await relay?.ended;
    await tortured.close();
    if (isDone) rmSync(folder, { recursive: true, force: true });
    else options.tell(`The relay's data is kept in ${folder}`);
  }
}

function planOf({ store, kills, stops }: TortureOptions): readonly Round["kind"][] {
  const isOfRedis = (index: number): boolean => store === "redis" && index % 2 === 1;
  return [
    ...Array.from({ length: kills }, (_, at) => isOfRedis(at) ? "kill-redis" : "kill"),
    ...Array.from({ length: stops }, () => "stop"),
  ] as Round["kind"][];
}

async function runRound(rack: Rack, kind: Round["kind"], index: number): Promise<Round> {
  const { people, writers, chance, tortured } = rack;
  const [stopTyping, before] = [new AbortController(), placesOf(writers)];
  for (const writer of writers) writer.setAppending(true);
  const typing = Promise.all(people?.all.map((one) => type(one, stopTyping.signal)) ?? []);
  typing.catch(() => undefined); // Awaited below; a failure of the round comes first.
  const pausedMs = kind === "stop" ? pauseMs(chance, index - rack.options.kills) : 0;
  if (people !== undefined) await untilAppends(people, 3 + Math.floor(chance() * 12));
  else await untilAnswers(writers, ANSWERS_MIN + Math.floor(chance() * ANSWERS_MORE));
  await sleep(chance() * 12);
  const redisEnded = kind === "kill-redis" ? tortured.redis?.end("SIGKILL") : undefined;
  if (kind !== "kill-redis") rack.relay.signal(kind === "kill" ? "SIGKILL" : "SIGSTOP");
  const underWayBrowsers = sum(people?.all.map(({ wire }) => wire.underWay.size) ?? []);
  const underWayWriters = sum(writers.map((writer) => writer.underWay()));
  if (kind === "kill") {
    await rack.relay.ended;
    rack.relay = await tortured.start(rack.relay.port);
  } else if (kind === "kill-redis") {
    await redisEnded;
    await tortured.redis?.start();
  } else {
    await sleep(pausedMs);
    rack.relay.signal("SIGCONT");
  }
  const backAtMs = performance.now();
  for (const writer of writers) writer.setAppending(false);
  stopTyping.abort();
  await typing;
  await untilSettled(rack);
  const healedMs = performance.now() - backAtMs;
  const found = [...await judgeRackPeople(rack), judgeWriters(writers, undefined, before)];
  return {
    ...{ kind, underWayBrowsers, underWayWriters, pausedMs, healedMs },
    ...mergeFindings(found),
  };
}

async function judgeRackPeople(
  { people, peopleRoom, relay }: Rack,
): Promise<readonly Findings[]> {
  if (people === undefined || peopleRoom === undefined) return [];
  // What was promised before the log is read must be in it; later promises may not be.
  const promised = people.all.map(({ wire }) => new Map(wire.acknowledged));
  return await judgePeople(people, promised, await readLog(relay, peopleRoom));
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

function pauseMs(chance: () => number, stop: number): number {
  const drawn = 100 + chance() * (STOP_MS_MAX - 100);
  return (stop + 1) % LONG_STOP_EVERY === 0 ? LONG_STOP_MS : Math.round(drawn);
}

/** Until the writers have `count` more answers. */
async function untilAnswers(writers: readonly Writer[], count: number): Promise<void> {
  const answers = (): number => sum(writers.map(({ acknowledged }) => acknowledged.size));
  const [goal, endMs] = [answers() + count, performance.now() + APPENDS_WAIT_MS_MAX];
  while (answers() < goal) {
    if (performance.now() > endMs) throw new Error("The relay answers no append");
    await sleep(1);
  }
}

/** Until the browsers have put `count` more appends on the wire. */
async function untilAppends(people: People, count: number): Promise<void> {
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
}

/**
 * Until every outbox is empty, all that was typed has been in one, and every append of the writers
 * is answered and heard by both.
 */
async function untilSettled({ people, writers }: Rack): Promise<void> {
  const endMs = performance.now() + HEAL_MS_MAX;
  for (;;) {
    const [all, roomId] = [people?.all ?? [], people?.roomId ?? ""];
    const unsent = await Promise.all(all.map((one) => countUnsent(one, roomId)));
    // What was entered may still be on its way into the outbox, which is empty then too.
    const unheard = await Promise.all(all.map((one) => countUnheard(one, roomId)));
    const underWay = writers.map((writer) => writer.underWay());
    const sent = sum(writers.map((writer) => writer.sent.length));
    const behind = writers.map((writer) => sent - writer.heard());
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
    await Promise.all(all.map((person) => nudge(person)));
    await sleep(people === undefined ? LOOK_MS : NUDGE_MS);
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
