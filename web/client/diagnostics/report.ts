/**
 * A report of how this page is, to be shown to somebody who helps. Pure.
 *
 * Rule (shared/SPEC.md, section SY):
 *   SY195 A report holds no words, names, addresses, keys or whole ids of anybody: ids become
 *         numbered stand-ins, and of a text that is not the code's own only its length is told.
 *   SY280 A report says with how many devices the open room's history is forked.
 */

import type { ModelProfile } from "#shared/inference/mod.ts";
import type { AppSnapshot, RoomView } from "../app-client.ts";
import type { LogLine } from "./log-ring.ts";

/** What the browser says of itself and this page. */
export interface PageFacts {
  /** Names the build: the file name of the page's script. */
  readonly build: string;
  readonly browser: string;
  readonly languages: readonly string[];
  readonly screen: string;
  readonly cores: number;
  readonly isVisible: boolean;
  readonly isOnline: boolean;
  readonly isInstalled: boolean;
  readonly isIsolated: boolean;
  readonly isOfflineReady: boolean;
  /** Undefined where the browser does not tell. */
  readonly storage: {
    readonly usedBytes: number;
    readonly quotaBytes: number;
    readonly isKept: boolean;
  } | undefined;
}

export interface ReportParts {
  /** Epoch ms. */
  readonly atMs: number;
  readonly page: PageFacts;
  readonly snapshot: AppSnapshot;
  readonly lines: readonly LogLine[];
}

/** The code's own words: kinds, phases, events. */
const CODE_WORD = /^[a-z]+(-[a-z0-9]+)*$/;
const CODE_WORD_CHARS_MAX = 40;
const PREFIXED_ID = /^([a-z]{2,4})_[\w-]+$/;
/** Names of members are the code's own. */
const MEMBER = /^[a-z]+([A-Z][a-z0-9]*)*$/;
/** Members that hold somebody's words, names or addresses, whatever they look like. */
const OF_PEOPLE: ReadonlySet<string> = new Set([
  ...["text", "name", "detail", "error", "why"],
  ...["host", "url", "file", "modelId", "modelHost"],
]);
/** Names of errors are the platform's own words; what follows may be anybody's. */
const ERROR_NAME = /^([A-Z][A-Za-z]*(?:Error|Exception))\b/;

/** Makes stand-ins: the same id is the same stand-in throughout one report. */
function createRedactor() {
  const numbers = new Map<string, string>();
  const standIn = (prefix: string, id: string): string => {
    const known = numbers.get(id) ?? `${prefix}#${numbers.size + 1}`;
    numbers.set(id, known);
    return known;
  };
  const lengthOf = (value: string): string => {
    const name = ERROR_NAME.exec(value)?.[1];
    const length = `(${value.length} characters)`;
    return name === undefined ? length : `${name} ${length}`;
  };
  const text = (value: string): string => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    const id = PREFIXED_ID.exec(value);
    if (id !== null) return standIn(id[1] ?? "id", value);
    if (value === "" || (CODE_WORD.test(value) && value.length <= CODE_WORD_CHARS_MAX)) {
      return value;
    }
    return lengthOf(value);
  };
  const member = (key: string, each: unknown): unknown =>
    typeof each === "string" && each !== "" && OF_PEOPLE.has(key) ? lengthOf(each) : value(each);
  const value = (given: unknown): unknown => {
    if (typeof given === "string") return text(given);
    if (Array.isArray(given)) return given.map(value);
    if (typeof given === "object" && given !== null) {
      return Object.fromEntries(
        Object.entries(given).map(([key, each]) => [
          MEMBER.test(key) ? key : text(key),
          member(key, each),
        ]),
      );
    }
    return typeof given === "number" || typeof given === "boolean" ? given : undefined;
  };
  return { standIn, value };
}

type Redactor = ReturnType<typeof createRedactor>;

/** The report as JSON to read and to send. */
export function makeReport({ atMs, page, snapshot, lines }: ReportParts): string {
  const redact = createRedactor();
  for (const { roomId } of snapshot.rooms) redact.standIn("room", roomId);
  const report = {
    conclave: page.build,
    at: new Date(atMs).toISOString(),
    page,
    device: snapshot.facts,
    leads: snapshot.leader,
    boot: snapshot.boot.phase === "failed"
      ? { phase: "failed", error: redact.value(snapshot.boot.error) }
      : snapshot.boot,
    engine: engineOf(snapshot, redact),
    downloads: redact.value(snapshot.downloads),
    services: redact.value(snapshot.services),
    asksWaiting: snapshot.asks.length,
    rooms: snapshot.rooms.map((room) => ({
      room: redact.standIn("room", room.roomId),
      isShared: room.isShared,
      personas: room.personaIds.length,
      unread: room.unread,
    })),
    openRoom: snapshot.room === undefined ? undefined : openRoomOf(snapshot.room, redact),
    problems: snapshot.problems.map(({ atMs, doing, error }) => ({
      at: new Date(atMs).toISOString(),
      doing,
      error: redact.value(error),
    })),
    log: redactLines(lines, redact),
  };
  return JSON.stringify(report, undefined, 2);
}

/** Lines as a person may see and send them. */
export function reportLines(lines: readonly LogLine[]): readonly string[] {
  return redactLines(lines, createRedactor());
}

function redactLines(lines: readonly LogLine[], redact: Redactor): readonly string[] {
  return lines.map(({ atMs, level, event, fields }) =>
    `${new Date(atMs).toISOString()} ${level} ${event} ${JSON.stringify(redact.value(fields))}`
  );
}

/** A model of the page's own list is named; one that a person brought, or a server's, is not. */
function engineOf({ engine, models }: AppSnapshot, redact: Redactor): unknown {
  const rows = models.phase === "loaded" ? models.rows : [];
  const profile = rows.find(({ profile }) => profile.id === engine.modelId)?.profile;
  const model = profile === undefined ? undefined : modelOf(profile);
  const { modelId: _modelId, ...rest } = engine;
  return {
    model,
    ...redact.value(rest) as object,
    ...engine.phase === "ready" ? { adapter: engine.adapter } : {},
  };
}

function modelOf({ id, engine, endpoint }: ModelProfile): unknown {
  const isOwn = endpoint !== undefined || engine === "wllama";
  return { engine, id: isOwn ? "of this person's own" : id };
}

function openRoomOf({ state, running, unsent, shared }: RoomView, redact: Redactor): unknown {
  return {
    room: redact.standIn("room", state.roomId),
    head: state.head,
    messages: state.messages.length,
    turnsOpen: state.openTurns.length,
    personas: state.personas.size,
    running: running.map(({ phase, attempt }) => ({ phase, attempt })),
    unsent: unsent.length,
    shared: shared === undefined ? undefined : {
      link: redact.value(shared.link),
      access: shared.access,
      present: shared.present.length,
      forks: (shared.forks ?? []).length + (shared.otherForks ?? 0), // SY280
      refused: shared.refused.map(({ seq, reason }) => ({ seq, reason: redact.value(reason) })),
    },
  };
}
