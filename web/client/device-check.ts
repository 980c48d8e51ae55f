/**
 * The device check: the response-timing smoke in a fresh room, through the same client as a person.
 *
 * Owns the room it makes and the report. Does not own the probe, the watch or the verdict
 * (`#shared/turns`). No room of the person is touched; the check's own stays, like any room, until
 * the person deletes it. It is the open room while the check runs, for only that one is shown.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import {
  classifySmoke,
  type ObservedPersona,
  planOf,
  runSmoke,
  type SmokeBucket,
  type SmokeBudgets,
  smokeBudgets,
  type SmokeFigures,
  type SmokePort,
  type SmokeReason,
  type SmokeRun,
} from "#shared/turns/mod.ts";
import type { AppClient, CommandError, EngineView, NewPersona } from "./app-client.ts";

export interface CheckedPersona extends ObservedPersona {
  readonly name: string;
  readonly hue: number;
  /** ms after the turn opened; undefined when the plan had no place for her. */
  readonly planned: Times | undefined;
  /** As her settlement tells; undefined while open or when nobody ran her. */
  readonly actual: Times | undefined;
  readonly modelId: string | undefined;
  readonly lane: string | undefined;
}

interface Times {
  readonly startMs: number;
  readonly firstTextMs: number;
  readonly finishMs: number;
}

/** Plain data: what the screen shows, and what is copied as JSON. */
export interface CheckReport {
  readonly format: "conclave-device-check";
  readonly version: 1;
  /** Wall time of the start, ISO 8601. */
  readonly at: string;
  readonly bucket: "ok" | SmokeBucket;
  readonly reason: SmokeReason | undefined;
  readonly detail: string;
  readonly budgets: SmokeBudgets;
  readonly figures: SmokeFigures;
  readonly roomId: string | undefined;
  readonly probeId: string | undefined;
  readonly turn: number | undefined;
  readonly engineBefore: EngineFacts;
  readonly engineAfter: EngineFacts;
  readonly personas: readonly CheckedPersona[];
}

interface EngineFacts {
  readonly phase: EngineView["phase"];
  readonly modelId: string;
  readonly lane: string | undefined;
}

export interface CheckRequest {
  readonly roomName: string;
  readonly question: string;
  readonly personas: readonly NewPersona[];
}

/**
 * Runs the check once. Aborting rejects with `signal.reason`; the room and the question stay.
 */
export async function checkDevice(
  client: AppClient,
  clock: Clock,
  { roomName, question, personas }: CheckRequest,
  signal: AbortSignal,
): Promise<CheckReport> {
  const at = new Date(clock.epochNow()).toISOString();
  const engineBefore = engineFacts(client);
  const roomId = await makeRoom(client, roomName, personas);
  signal.throwIfAborted();
  if (!roomId.ok) {
    const run = refusedRun(roomId.error);
    return { at, engineBefore, ...reportOf(client, run, undefined) };
  }
  await client.send({ kind: "open-room", roomId: roomId.value });
  try {
    const port = createPort(client, clock, roomId.value);
    const run = await runSmoke(port, { question, budgets: smokeBudgets }, signal);
    return { at, engineBefore, ...reportOf(client, run, roomId.value) };
  } finally {
    await client.send({ kind: "close-room", roomId: roomId.value });
  }
}

/** For people who keep figures: absent is `null`, so that every report has the same members. */
export function reportToJson(report: CheckReport): string {
  return JSON.stringify(report, (_key, value: unknown) => value ?? null, 2);
}

async function makeRoom(
  client: AppClient,
  name: string,
  personas: readonly NewPersona[],
): Promise<Result<string, CommandError>> {
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  const made = await client.send({ kind: "create-room", name, recipe, personas });
  if (!made.ok) return made;
  return made.value.kind === "room-created"
    ? ok(made.value.roomId)
    : err({ kind: "not-found", what: "room" });
}

function createPort(client: AppClient, clock: Clock, roomId: string): SmokePort {
  return {
    clock,
    state() {
      const state = client.snapshot.peek().room?.state;
      return state?.roomId === roomId ? state : undefined;
    },
    subscribe(observer) {
      const stop = client.snapshot.subscribe(() => observer());
      return { [Symbol.dispose]: stop };
    },
    newMessageId: () => client.newMessageId(),
    async say(id, text) {
      const said = await client.send({ kind: "say", roomId, id, text, addressed: [] });
      return said.ok ? ok(undefined) : err(said.error.kind);
    },
  };
}

function refusedRun(error: CommandError): SmokeRun {
  const seen = {
    harnessError: { kind: "room-not-made", detail: error.kind },
    isPersisted: false,
    refusal: undefined,
    personas: [],
  } as const;
  const verdict = classifySmoke(seen, smokeBudgets);
  return { verdict, probeId: undefined, turn: undefined, personas: [] };
}

function reportOf(
  client: AppClient,
  { verdict, probeId, turn, personas }: SmokeRun,
  roomId: string | undefined,
): Omit<CheckReport, "at" | "engineBefore"> {
  const failed = verdict.kind === "failed" ? verdict : undefined;
  return {
    format: "conclave-device-check",
    version: 1,
    bucket: failed?.bucket ?? "ok",
    reason: failed?.reason,
    detail: failed?.detail ?? "",
    budgets: smokeBudgets,
    figures: verdict.figures,
    roomId,
    probeId,
    turn,
    engineAfter: engineFacts(client),
    personas: personas.map((one) => describePersona(client, one, turn)),
  };
}

function describePersona(
  client: AppClient,
  seen: ObservedPersona,
  turn: number | undefined,
): CheckedPersona {
  const room = client.snapshot.peek().room;
  const card = room?.state.personas.get(seen.persona)?.card;
  const opened = turn === undefined ? undefined : room?.state.turns.get(turn);
  const first = opened?.entries.find(({ persona }) => persona === seen.persona)?.attempts[0];
  const plan = turn === undefined ? undefined : room && planOf(room.state, turn);
  const planned = plan?.personaPlans.find(({ personaId }) => personaId === seen.persona);
  const { times } = first ?? {};
  return {
    ...seen,
    name: card?.name ?? seen.persona,
    hue: card?.hue ?? 0,
    planned: planned && {
      startMs: planned.estimatedStartMs,
      firstTextMs: planned.estimatedFirstTextMs,
      finishMs: planned.estimatedFinishMs,
    },
    actual: times && {
      startMs: times.queuedMs,
      firstTextMs: times.firstTextMs,
      finishMs: times.finishedMs,
    },
    modelId: first?.modelId,
    lane: first?.lane,
  };
}

function engineFacts(client: AppClient): EngineFacts {
  const { engine } = client.snapshot.peek();
  const lane = engine.phase === "ready" ? engine.lane : undefined;
  return { phase: engine.phase, modelId: engine.modelId, lane };
}
