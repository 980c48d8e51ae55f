/**
 * Kills a headless host and its engine at seeded moments while a person asks, and judges after each
 * round what everybody has.
 *
 * All of it real: a relay process, the host as `npm run host` starts it, an engine process of the
 * host's own with llama-server's face, a person's device in this process. The moments are seen from
 * outside: by the engine's counts, the host's lines and what the person hears.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { deriveRoom, parseRoomLink, type RoomKeys } from "#shared/crypto/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { crypto, joinRoom } from "../../../edge/conformance/room-client.ts";
import { startRelayServer } from "../../../edge/conformance/relay-server.ts";
import {
  makeServerBinary,
  type ServerBinary,
} from "../../../edge/host/engines/testing/server-binary.contract.ts";
import type { ServerStats } from "../../../edge/host/engines/testing/server-process.contract.ts";
import { makeRoom, type RoomGuest } from "../../../edge/host/testing/room-guest.contract.ts";
import { denoPath, ROOT, runProgram } from "../../../edge/launch/processes.mjs";
import {
  enginesOf,
  type HostProcess,
  startHost,
  writeHostConfig,
} from "../../support/host-process.ts";
import type { StoredEntry } from "../../support/room.ts";
import { compareLogs, type LogRow } from "../history.ts";
import type { HostRound, HostTortureReport } from "./host-report.ts";
import { type HostFound, judgeHost, type Life } from "./judge-host.ts";
import { describeMoment, type Moment, planRound, type RoundPlan } from "./plan-round.ts";
import type { FolderFound } from "./read-folder.ts";

export interface HostTortureOptions {
  /** Numbers of the rounds to run in one life of the room; 1 is the first. */
  readonly rounds: readonly number[];
  readonly seed: number;
  /** What the engine's server runs: the starter, or letters, which load at once. */
  readonly model: "starter" | "letters";
  readonly tell: (line: string) => void;
}

const FIRST = "Good evening, who is here?";
const LAST = "Thank you, that is all for today";
const CAST = ["ada", "bo"];
const INSTANT_MS_MAX = 60_000;
/** From the last kill until everything is whole: backoff, start, load and two replies. */
const HEAL_MS_MAX = 90_000;
const LOOK_MS = 100;
/** Between two looks at the engine's counts. */
const STATS_MS = 4;
const TOKEN_MS = 12;
/** The starter's own is 512: what a host counts by characters is less. A letter is a token. */
const CONTEXT_TOKENS = { starter: 440, letters: 4_096 };

interface Rack {
  readonly options: HostTortureOptions;
  readonly relay: { readonly origin: string };
  readonly guest: RoomGuest;
  readonly room: RoomKeys;
  readonly binary: ServerBinary;
  readonly configPath: string;
  readonly lives: { readonly host: HostProcess; engineKills: number }[];
  readonly asked: string[];
}

/** Runs every round. Findings are in the report; a round that cannot go on is a finding. */
export async function tortureHost(options: HostTortureOptions): Promise<HostTortureReport> {
  const folder = mkdtempSync(join(tmpdir(), "conclave-host-torture-"));
  const relay = await startRelayServer();
  const guest = await makeRoom(relay.origin);
  const binary = makeServerBinary({ tokenMs: TOKEN_MS });
  const parts = parseRoomLink(guest.link);
  if (!parts.ok) throw new Error("The guest's link is no room link");
  const rack: Rack = {
    ...{ options, relay, guest, binary, lives: [], asked: [] },
    room: await deriveRoom(crypto, parts.value),
    configPath: writeHostConfig(folder, configOf(folder, guest.link, binary, options.model)),
  };
  let isDone = false;
  try {
    beginLife(rack);
    await within(guest.until(isHosted), "The host hosts nobody");
    const first = await ask(rack, FIRST);
    if (first.length > 0) throw new Error(`Not whole before the first round: ${first.join("; ")}`);
    const rounds: HostRound[] = [];
    for (const number of options.rounds) {
      const round = await runRound(rack, planRound(options.seed, number));
      rounds.push(round);
      options.tell(describeRound(round, options.seed));
      if (round.findings.length > 0) break; // What follows would say the same again.
    }
    const isWhole = rounds.every(({ findings }) => findings.length === 0);
    const last = isWhole ? await endAll(rack, join(folder, "data")) : [];
    const isClean = isWhole && last.length === 0;
    isDone = isClean;
    const counts = countAll(rack);
    return { seed: options.seed, planned: options.rounds.length, rounds, last, counts, isClean };
  } finally {
    await Promise.all(rack.lives.map(({ host }) => host.stop()));
    for (const pid of enginesOf(binary.folder)) process.kill(pid, "SIGKILL"); // Told of already.
    await guest.close();
    await relay.end("SIGTERM");
    binary.remove();
    if (isDone) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    else keepFolder(rack, folder);
  }
}

function configOf(
  folder: string,
  link: string,
  { config }: ServerBinary,
  model: HostTortureOptions["model"],
): object {
  writeFileSync(join(folder, "room.link"), link, { mode: 0o600 });
  return {
    device: { name: "Cellar" },
    rooms: [{ name: "attic", linkFile: "room.link" }],
    personas: CAST.map((key) => ({ key, card: { name: key, gist: `${key} says little` } })),
    engine: {
      ...{ kind: "llama-server", binary: config.binaryPath, modelFile: config.modelPath },
      ...{ model, contextTokens: CONTEXT_TOKENS[model], replyTokensMax: 32, slots: 2 },
      arguments: ["--test-model", model],
    },
  };
}

const isHosted = ({ personas }: RoomState): boolean =>
  personas.size === CAST.length && [...personas.values()].every((one) => one.assignment);

/** Starts a host; whatever is unfinished is its own to find. */
function beginLife(rack: Rack): HostProcess {
  const host = startHost(rack.configPath);
  rack.lives.push({ host, engineKills: 0 });
  return host;
}

const lifeOf = ({ lives }: Rack) => {
  const life = lives.at(-1);
  if (life === undefined) throw new Error("No host was started");
  return life;
};

async function runRound(rack: Rack, plan: RoundPlan): Promise<HostRound> {
  const { round, victim, moment } = plan;
  const told = { round, victim, moment, hit: "nothing", healedMs: 0 };
  try {
    rack.asked.push(plan.text);
    const asked = rack.asked.length;
    const reached = untilMoment(rack, moment, asked);
    await rack.guest.say(plan.text);
    await reached;
    const hit = describeHit(rack.guest.state(), asked);
    await strike(rack, plan);
    const atMs = performance.now();
    const findings = await untilWhole(rack);
    return { ...told, hit, healedMs: performance.now() - atMs, findings };
  } catch (error) { // A wait over its limit: what did not happen is the finding.
    return { ...told, findings: [`stuck: ${String(error)}`] };
  }
}

/** One question without a kill; what is wrong when it is answered. */
async function ask(rack: Rack, text: string): Promise<readonly string[]> {
  rack.asked.push(text);
  await rack.guest.say(text);
  return await untilWhole(rack);
}

/** Resolves at the moment, or when the turn is over before; begun before the question is asked. */
async function untilMoment(rack: Rack, moment: Moment, asked: number): Promise<void> {
  const { guest } = rack;
  const isOver = (): boolean => openIn(guest.state(), asked) === 0;
  const doneBefore = (await lifeOf(rack).host.engineStats())?.done ?? 0;
  switch (moment.kind) {
    case "streaming":
      for (let parts = 0; parts < moment.parts && !isOver(); parts += 1) {
        await within(Promise.race([guest.hear(), guest.until(isOver)]), "Nothing was said");
      }
      return;
    case "prefill":
    case "posting":
      await untilStats(
        rack,
        isOver,
        (now) => moment.kind === "prefill" ? now.active > 0 : now.done > doneBefore,
      );
      return await sleep(moment.afterMs);
    case "asked":
      return await sleep(moment.afterMs);
    case "restarting":
    case "starting":
      return; // The question and the first kill come together.
  }
}

async function untilStats(
  rack: Rack,
  isOver: () => boolean,
  isSo: (stats: ServerStats) => boolean,
): Promise<void> {
  const endMs = performance.now() + INSTANT_MS_MAX;
  for (;;) {
    const now = await lifeOf(rack).host.engineStats();
    if (isOver() || (now !== undefined && isSo(now))) return;
    if (performance.now() > endMs) throw new Error("The engine was not asked");
    await sleep(STATS_MS);
  }
}

/** Fails with `reason` when it takes longer than a moment may be away. */
async function within(waiting: Promise<unknown>, reason: string): Promise<void> {
  const over = new AbortController();
  const late = sleep(INSTANT_MS_MAX, reason, { signal: over.signal }).catch(() => undefined);
  try {
    if (await Promise.race([waiting, late]) === reason) throw new Error(reason);
  } finally {
    over.abort();
  }
}

async function strike(rack: Rack, { victim, moment }: RoundPlan): Promise<void> {
  if (victim === "engine") {
    killEngine(rack);
    if (moment.kind !== "restarting") return;
    const { host } = lifeOf(rack);
    const generation = host.engines().length + 1;
    await within(host.line({ event: "process-started", generation }), "No engine was started");
    await sleep(moment.afterMs);
    return killEngine(rack);
  }
  if (moment.kind === "restarting") {
    killEngine(rack);
    await sleep(moment.afterMs);
  }
  await killHost(rack);
  const next = beginLife(rack);
  if (moment.kind !== "starting") return;
  await within(next.pid(), "No host was started");
  await sleep(moment.afterMs);
  await killHost(rack);
  beginLife(rack);
}

function killEngine(rack: Rack): void {
  const life = lifeOf(rack);
  const engine = life.host.engines().at(-1);
  if (engine === undefined) throw new Error("The host has started no engine");
  process.kill(engine.pid, "SIGKILL");
  life.engineKills += 1;
}

/** Resolves when the host and all engines are gone, before another is started (TO8). */
async function killHost(rack: Rack): Promise<void> {
  await lifeOf(rack).host.kill();
  const endMs = performance.now() + INSTANT_MS_MAX;
  while (enginesOf(rack.binary.folder).length > 0) {
    if (performance.now() > endMs) throw new Error("An engine outlives its host");
    await sleep(LOOK_MS);
  }
}

/** Looks until everything is as promised, or the limit; then what is wrong stands. */
async function untilWhole(rack: Rack): Promise<readonly string[]> {
  const { guest, asked } = rack;
  const endMs = performance.now() + HEAL_MS_MAX;
  for (;;) {
    const state = guest.state();
    const cast = new Map([...state.personas.values()].map(({ id, card }) => [card.name, id]));
    const isQuiet = openIn(state, asked.length) === 0 && cast.size === CAST.length;
    if (isQuiet || performance.now() > endMs) {
      const findings = judgeHost({ cast, asked, devices: 2 }, await readFound(rack));
      if (findings.length === 0 || performance.now() > endMs) return findings;
    }
    await sleep(LOOK_MS);
  }
}

/** Attempts that are open, counting one for each turn that is not there yet. */
function openIn({ turns }: RoomState, asked: number): number {
  const open = [...turns.values()].flatMap(({ entries }) =>
    entries.filter(({ settled }) => settled === undefined)
  );
  return open.length + Math.max(0, asked - turns.size);
}

async function readFound(rack: Rack): Promise<HostFound> {
  const newcomer = await joinRoom(rack.relay, rack.room);
  const rows: readonly LogRow[] = newcomer.received.flatMap((frame) =>
    frame.t === "entries" ? frame.entries.map(({ seq, id }) => ({ seq, id })) : []
  );
  newcomer.close();
  return {
    entries: storedEntries(rack),
    readers: new Map([["a newcomer", rows]]),
    health: await lifeOf(rack).host.health(),
    lives: livesOf(rack),
    enginesRunning: enginesOf(rack.binary.folder),
  };
}

const storedEntries = ({ guest }: Rack): readonly StoredEntry[] =>
  guest.entries().map(({ seq, id, device, body }) => ({
    ...{ roomId: guest.roomId, seq, id, device },
    body: body as StoredEntry["body"],
  }));

const livesOf = ({ lives }: Rack): readonly Life[] =>
  lives.map(({ host, engineKills }) => ({ engineStarts: host.engines().length, engineKills }));

/** One more question, a clean stop, and what the disk holds; what is wrong. */
async function endAll(rack: Rack, data: string): Promise<readonly string[]> {
  const wrong = [...await ask(rack, LAST)];
  const { host } = lifeOf(rack);
  const code = await host.stop();
  if (code !== 0) wrong.push(`the host ended with ${code}`);
  const engines = enginesOf(rack.binary.folder);
  if (engines.length > 0) wrong.push(`engines left: ${engines.join(", ")}`);
  const script = join(ROOT, "e2e/torture/host/read-folder.ts");
  const { output } = await runProgram(
    denoPath(),
    ["run", "-A", "--quiet", script, data, rack.guest.roomId],
    { output: "capture" },
  );
  const left = JSON.parse(output) as FolderFound;
  if (left.inputsOfTurns > 0) wrong.push(`${left.inputsOfTurns} inputs of turns are not ended`);
  if (left.outboxRows > 0) wrong.push(`${left.outboxRows} rows of the outbox are not sent`);
  // The host may have gone before the last entries came back to it.
  const rows = rack.guest.entries().slice(0, left.rows.length).map(({ seq, id }) => ({ seq, id }));
  return [...wrong, ...compareLogs(rows, left.rows).reordered.map((one) => `disk: ${one}`)];
}

/** With what each host wrote. */
function keepFolder({ lives, options }: Rack, folder: string): void {
  for (const [index, { host }] of lives.entries()) {
    const lines = host.lines.map((line) => JSON.stringify(line));
    writeFileSync(join(folder, `host-${index + 1}.log`), `${lines.join("\n")}\n`);
  }
  options.tell(`The host's folder is kept: ${folder}`);
}

function countAll(rack: Rack): HostTortureReport["counts"] {
  const entries = rack.guest.entries();
  const lives = livesOf(rack);
  return {
    answers: storedEntries(rack).filter(({ body }) => body.kind === "settle").length,
    entries: entries.length,
    enginesStarted: lives.reduce((sum, { engineStarts }) => sum + engineStarts, 0),
    hostsStarted: lives.length,
  };
}

/** How far the turn of the last question is. */
function describeHit(state: RoomState, asked: number): string {
  const turn = [...state.turns.values()].at(asked - 1);
  if (turn === undefined) return "not in the log";
  const settled = turn.entries.filter((one) => one.settled !== undefined).length;
  return settled === turn.entries.length ? "after the turn" : `${settled} settled`;
}

function describeRound(round: HostRound, seed: number): string {
  const head = `round ${round.round} of seed ${seed}, ${round.victim} ` +
    `${describeMoment(round.moment)}: hit "${round.hit}"`;
  if (round.findings.length === 0) return `${head}; whole in ${Math.round(round.healedMs)} ms`;
  return [head, ...round.findings.map((finding) => `  WRONG ${finding}`)].join("\n");
}
