/**
 * The process of a headless host: reads its configuration, opens everything in order, hosts, and
 * ends with a code that says how.
 *
 * Owns the order of begin and end. Does not own what hosting is (headless-host.ts), nor engines:
 * `openEngine` is given.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO99   A configuration or an engine that cannot be used ends the start with every reason and a
 *          code of its own, before any room is joined; `--check` ends there in any case.
 *   HO100  A signal ends a host within its time: what is unfinished lies durable for the next start
 *          and is counted in the last line.
 */

import { createWebCrypto, findMissingAlgorithms } from "#shared/crypto/mod.ts";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { Clock, IdSource, Log } from "#shared/ports/mod.ts";
import { createErrorLog } from "../platform/error-log.ts";
import { createSystemClock, createSystemRandom } from "../platform/system-ports.ts";
import type { EngineConfig } from "./config/host-config.ts";
import { type HostPlan, readHostPlan } from "./config/read-config.ts";
import { createExternalEvents } from "./external-events.ts";
import { createHeadlessHost, type HeadlessHost, type HostEngine } from "./headless-host.ts";
import { type HostDoors, openHostDoors } from "./host-doors.ts";
import { type HostFolder, openHostFolder } from "./host-folder.ts";
import { joinRooms } from "./join-rooms.ts";
import { openSessionSocket, type SessionSocket } from "./session-socket.ts";
import { sessionSocketLimits } from "./session-socket-limits.ts";
import { createWsTransport } from "./ws-transport.ts";

/** As sysexits(3) has them. */
export const exitCodes = Object.freeze({
  done: 0,
  usage: 64,
  engineUnusable: 69,
  defect: 70,
  dataUnusable: 73,
  /** It did not end in time and was cut off; what was durable stays so. */
  stopLate: 75,
  configUnusable: 78,
});

export interface OpenEngineDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Judges the settings without starting anything; answers with every reason against them. */
export type OpenEngine = (
  config: EngineConfig,
  deps: OpenEngineDeps,
) => Promise<Result<HostEngine, readonly { readonly kind: string }[]>>;

export interface HostProcessDeps {
  readonly configPath: string;
  readonly isCheckOnly: boolean;
  readonly openEngine: OpenEngine;
  readonly writeLine: (line: string) => void;
  /** Aborts when the process was told to stop. */
  readonly stop: AbortSignal;
}

/** A frame of the relay may have so many bytes; its own limit is smaller. */
const FRAME_BYTES_MAX = 4 * 2 ** 20;

/** Resolves with the exit code when all has ended, or its time is over. */
export async function runHostProcess(deps: HostProcessDeps): Promise<number> {
  const missing = await findMissingAlgorithms();
  const first = createErrorLog("info", deps.writeLine);
  if (missing !== undefined) {
    first.write("error", "crypto-unfit", { missing });
    return exitCodes.engineUnusable;
  }
  const plan = await readHostPlan(deps.configPath, createWebCrypto());
  if (!plan.ok) { // HO99
    for (const error of plan.error) first.write("error", "config", { ...error });
    return exitCodes.configUnusable;
  }
  const log = createErrorLog(plan.value.logLevel, deps.writeLine);
  for (const { key, leftOut } of plan.value.cardNotes) { // HO164
    log.write("info", "card-left-out", { persona: key, kinds: leftOut.join(" ") });
  }
  const clock = createSystemClock();
  const engine = await deps.openEngine(plan.value.engine, { clock, log });
  if (!engine.ok) {
    for (const reason of engine.error) log.write("error", "engine-unusable", { ...reason });
    return exitCodes.engineUnusable;
  }
  if (deps.isCheckOnly) {
    const { rooms, personas } = plan.value;
    first.write("info", "checked", { rooms: rooms.length, personas: personas.length });
    return exitCodes.done;
  }
  const folder = await openHostFolder(plan.value.dataFolder, createWebCrypto());
  if (!folder.ok) {
    log.write("error", "data-unusable", { ...folder.error });
    return exitCodes.dataUnusable;
  }
  try {
    return await runOpened({ ...deps, log, clock }, plan.value, folder.value, engine.value);
  } finally {
    await folder.value.close();
  }
}

type Opened = HostProcessDeps & OpenEngineDeps;

async function runOpened(
  deps: Opened,
  plan: HostPlan,
  folder: HostFolder,
  engine: HostEngine,
): Promise<number> {
  const { log, clock, stop } = deps;
  const joining = new AbortController().signal; // Brief, and whole or not at all.
  const keys = await joinRooms(
    { rooms: folder.rooms, crypto: folder.vault.crypto },
    plan.rooms,
    joining,
  );
  if (!keys.ok) {
    log.write("error", "data-unusable", { ...keys.error });
    return exitCodes.dataUnusable;
  }
  const host = createHeadlessHost({
    ...{ plan, folder, engine, clock },
    keys: keys.value,
    transport: createWsTransport({ frameBytesMax: FRAME_BYTES_MAX }),
    ids: createIds(folder),
    random: createSystemRandom(),
    trace: log,
  });
  const life = new AbortController();
  const onDefect = (error: unknown): void => {
    log.write("error", "host-defect", { error: String(error) });
    life.abort(error);
  };
  const doors = await openDoors(deps, plan, folder, host, onDefect);
  if (!doors.ok) {
    log.write("error", "listen-failed", { ...doors.error });
    return exitCodes.dataUnusable;
  }
  log.write("info", "hosting", {
    ...{ rooms: plan.rooms.length, personas: plan.personas.length, tokenFile: folder.tokenPath },
    httpPort: doors.value.http.port,
    ...doors.value.sessions && { sessionsPort: doors.value.sessions.port },
  });
  const ended = host.run(AbortSignal.any([stop, life.signal])).catch((error: unknown) => error);
  await Promise.race([ended, onceAborted(stop)]);
  // Begun by the signal: from here on everything has `stopMs` together.
  const late = new AbortController();
  const isLate = clock.sleep(plan.stopMs, late.signal).then(() => true, () => false);
  const isDone = endAll(doors.value, ended).then(() => false);
  const cutOff = await Promise.race([isDone, isLate]);
  late.abort("it ended in time");
  if (cutOff) {
    log.write("error", "stop-late", { stopMs: plan.stopMs });
    return exitCodes.stopLate;
  }
  const left = await host.left(joining);
  const fields = left.ok ? { ...left.value } : { problem: left.error.kind };
  log.write("info", "stopped", fields); // HO100
  return stop.aborted && await ended === stop.reason ? exitCodes.done : exitCodes.defect;
}

interface Doors {
  readonly http: HostDoors;
  readonly sessions: SessionSocket | undefined;
}

async function openDoors(
  { log, clock }: Opened,
  plan: HostPlan,
  folder: HostFolder,
  host: HeadlessHost,
  onDefect: (error: unknown) => void,
): Promise<Result<Doors, { readonly kind: string; readonly code: string; readonly of: string }>> {
  const { sessions } = host;
  const events = createExternalEvents({
    ...{ host, sessions, clock },
    trace: log,
    perMinute: plan.eventsPerMinute,
  });
  const http = await openHostDoors({
    ...{ events, onDefect },
    port: plan.http.port,
    token: folder.token,
    status: () => host.status(),
  });
  if (!http.ok) return err({ ...http.error, of: "http" });
  if (plan.sessions === undefined) return ok({ http: http.value, sessions: undefined });
  const socket = await openSessionSocket({
    ...{ sessions, onDefect },
    token: folder.token,
    host: "127.0.0.1",
    port: plan.sessions.port,
    origins: plan.sessions.origins,
    limits: sessionSocketLimits,
  });
  if (socket.ok) return ok({ http: http.value, sessions: socket.value });
  await http.value.close();
  return err({ ...socket.error, of: "sessions" });
}

/** In reverse order: nobody is let in any more, then hosting ends. */
async function endAll({ http, sessions }: Doors, hosting: Promise<unknown>): Promise<void> {
  await Promise.all([http.close(), sessions?.close()]);
  await hosting;
}

function onceAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Ids such as `in_…` of 128 random bits. */
function createIds({ vault }: HostFolder): IdSource {
  return {
    next(prefix) {
      const id = Buffer.from(vault.crypto.randomBytes(16)).toString("hex");
      return `${prefix}_${id}`;
    },
  };
}
