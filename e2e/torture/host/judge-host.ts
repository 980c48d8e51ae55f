/**
 * Judges a room and its headless host after a kill: by the log, by what the host says of itself, by
 * what its life has written and by the processes that run. Pure.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO6  After SIGKILL of a host or of its engine's process at any moment of a turn, also while
 *        either is starting, every persona of it settles once, with an answer, in the order asked.
 *   TO7  Every reader of the room then has the same log: who asks, who is new, the host's disk.
 *   TO8  No engine's process outlives its host, and one runs beside a host; an engine is started
 *        once for each that was killed and no more.
 *   TO9  A host that comes back is the same device with the same personas, and holds them.
 */

import { compareLogs, type LogRow } from "../history.ts";
import { judgeLog, judgeSettlements } from "../tab/judge-round.ts";
import type { HostHealth } from "../../support/host-process.ts";
import type { StoredEntry } from "../../support/room.ts";

/** One process of a host, from its start to its end. */
export interface Life {
  readonly engineStarts: number;
  readonly engineKills: number;
}

export interface HostPromised {
  /** Ids of the personas that answer every question, by their key. */
  readonly cast: ReadonlyMap<string, string>;
  /** What was asked, in order. */
  readonly asked: readonly string[];
  /** Of the person and the host. */
  readonly devices: number;
}

export interface HostFound {
  /** The room's log as the person has it. */
  readonly entries: readonly StoredEntry[];
  /** The same log as others have it. */
  readonly readers: ReadonlyMap<string, readonly LogRow[]>;
  /** Of the health endpoint; undefined where it does not answer. */
  readonly health: HostHealth | undefined;
  /** Oldest first; the last one runs. */
  readonly lives: readonly Life[];
  /** Process ids of engines. */
  readonly enginesRunning: readonly number[];
}

/** What is wrong, in words; empty when every promise was kept. */
export function judgeHost(promised: HostPromised, found: HostFound): readonly string[] {
  const says = found.entries.filter(({ body }) => body.kind === "say");
  return [
    ...judgeLog(found.entries),
    ...judgeAsked(promised.asked, says),
    ...judgeSettlements([...promised.cast.values()], found.entries, says),
    ...judgeReaders(found),
    ...judgeEngines(found),
    ...judgeHealth(promised, found),
    ...judgeCast(promised, found.entries),
  ];
}

function judgeAsked(asked: readonly string[], says: readonly StoredEntry[]): readonly string[] {
  const said = says.map(({ body }) => body.text ?? "");
  return said.join("\n") === asked.join("\n")
    ? []
    : [`asked: ${JSON.stringify(asked)}, in the log ${JSON.stringify(said)}`]; // TO6
}

function judgeReaders({ entries, readers }: HostFound): readonly string[] {
  const rows = entries.map(({ seq, id }) => ({ seq, id }));
  return [...readers].flatMap(([name, log]) =>
    compareLogs(rows, log).reordered.map((place) => `${name} reads another log: ${place}`) // TO7
  );
}

function judgeEngines({ lives, enginesRunning }: HostFound): readonly string[] {
  const wrong = lives.flatMap(({ engineStarts, engineKills }, index) =>
    engineStarts <= 1 + engineKills
      ? []
      : [`host ${index + 1}: ${engineStarts} engines started, ${engineKills} were killed`]
  );
  return enginesRunning.length === 1
    ? wrong
    : [...wrong, `engines running: ${enginesRunning.join(", ") || "none"}`]; // TO8
}

function judgeHealth({ cast }: HostPromised, { health, lives }: HostFound): readonly string[] {
  if (health === undefined) return ["health: no answer"];
  const wrong: string[] = [];
  const { isReady, engine, rooms } = health;
  if (!isReady || engine.phase !== "ready") wrong.push(`health: engine ${engine.phase}`);
  const kills = lives.at(-1)?.engineKills ?? 0;
  if (engine.restarts !== kills) wrong.push(`health: ${engine.restarts} restarts of ${kills}`);
  const [room] = rooms;
  if (room?.link !== "live") wrong.push(`health: link ${room?.link}`);
  for (const key of cast.keys()) {
    const state = room?.personas.find((one) => one.key === key)?.state;
    if (state !== "here") wrong.push(`health: ${key} is ${state}`); // TO9
  }
  return wrong;
}

function judgeCast(
  { cast, devices }: HostPromised,
  entries: readonly StoredEntry[],
): readonly string[] {
  const put = entries.filter(({ body }) => body.kind === "persona").map(({ body }) => body.persona);
  const announced = new Set(
    entries.filter(({ body }) => body.kind === "device").map(({ device }) => device),
  );
  return [
    ...put.length === cast.size && [...cast.values()].every((id) => put.includes(id))
      ? []
      : [`personas put: ${put.join(", ")}`],
    ...announced.size === devices ? [] : [`${announced.size} devices`],
  ];
}
