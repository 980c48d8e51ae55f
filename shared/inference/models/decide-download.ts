/**
 * The download of a model: decides from each event what to ask, keep, throw away and tell.
 *
 * Pure. `web/worker/download` performs the actions and reports what happened; pausing is `stop`,
 * and resuming is beginning anew with what the disk then holds, so a pause, a reload and a crash
 * take the same way.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN64 A file is tried again after a delay that doubles and is jittered; `attemptsMax` tries in a
 *        row without `progressBytesMin` new bytes end the download as `host-unreachable`.
 *   IN65 A file of the wrong size or hash is thrown away alone and fetched once more; wrong again,
 *        the download ends as `wrong-bytes` with its name.
 *   IN66 What an earlier download left is continued where the same address vouches for the same
 *        version; else it is thrown away.
 *   IN67 At most `lanesMax` requests are under way, and no byte is asked for twice at once.
 */

import type { EngineError } from "../engine.ts";
import type { ModelFile } from "../model-profile.ts";
import { addSpan, firstGap } from "./byte-spans.ts";
import type {
  DownloadAction,
  DownloadEvent,
  DownloadOutcome,
  DownloadState,
  FileProgress,
  Flight,
  KeptFile,
} from "./download-state.ts";
import { sizeOf } from "./download-state.ts";
import { judgeAnswer } from "./judge-answer.ts";
import type { DownloadLimits } from "./limits.ts";
import { nextPart } from "./next-part.ts";

export interface Decision {
  readonly state: DownloadState;
  readonly actions: readonly DownloadAction[];
}

export interface DownloadRules {
  readonly limits: DownloadLimits;
  /** 0 up to 1, for the jitter of a delay. */
  readonly chance: () => number;
}

/** Begins, or goes on with what an earlier download left. */
export function beginDownload(
  files: readonly ModelFile[],
  keptOf: (path: string) => KeptFile | undefined,
  nowMs: number,
  rules: DownloadRules,
): Decision {
  const begun = files.map((file) => beginFile(file, keptOf(file.path)));
  const state: DownloadState = {
    phase: "running",
    files: begun.map(({ progress }) => progress),
    flights: [],
    nextFlight: 1,
  };
  const erased = begun.filter(({ isErased }) => isErased)
    .map(({ progress }): DownloadAction => ({ kind: "erase", path: progress.file.path }));
  return goOn(state, erased, nowMs, rules);
}

export function decideDownload(
  state: DownloadState,
  event: DownloadEvent,
  rules: DownloadRules,
): Decision {
  const same: Decision = { state, actions: [] };
  if (state.phase === "settled") return same;
  switch (event.kind) {
    case "stop":
      return settle(state, { kind: "stopped" });
    case "not-kept":
      return settle(state, { kind: "failed", error: event.error });
    case "woke":
      return goOn(state, [], event.nowMs, rules);
    case "checked": {
      const checked = change(state, event.path, () => ({ phase: "whole", bytes: event.bytes }));
      return goOn(checked, [], event.nowMs, rules);
    }
    case "found-wrong":
      return beginWrong(state, event.path, event, rules);
    default: {
      const flight = state.flights.find(({ id }) => id === event.flight);
      const file = state.files.find((one) => one.file.path === flight?.path);
      if (flight === undefined || file === undefined) return same; // A late word of an aborted one.
      return decideFlight(state, flight, file, event, rules);
    }
  }
}

type FlightEvent = Extract<DownloadEvent, { readonly flight: number }>;

function decideFlight(
  state: DownloadState,
  flight: Flight,
  file: FileProgress,
  event: FlightEvent,
  rules: DownloadRules,
): Decision {
  const { path } = flight;
  switch (event.kind) {
    case "answered":
      return takeAnswer(state, flight, file, event, rules);
    case "wrote": {
      const at = flight.at + event.bytes;
      const unnoted = file.unnotedBytes + event.bytes;
      const isDue = unnoted >= rules.limits.noteBytes;
      const moved = change(state, path, () => ({
        spans: addSpan(file.spans, { from: flight.at, to: at }),
        freshBytes: file.freshBytes + event.bytes,
        unnotedBytes: isDue ? 0 : unnoted,
      }));
      const flights = state.flights.map((one) => one.id === flight.id ? { ...one, at } : one);
      return { state: { ...moved, flights }, actions: isDue ? [{ kind: "note", path }] : [] };
    }
    case "ended":
      return endBody(state, flight, file, event.nowMs, rules);
    case "overran":
      return beginWrong(state, path, { ...event, detail: "longer than it should be" }, rules);
    case "broke":
      return retry(state, flight, file, { ...event, afterMs: 0 }, rules);
  }
}

function endBody(
  state: DownloadState,
  flight: Flight,
  file: FileProgress,
  nowMs: number,
  rules: DownloadRules,
): Decision {
  const { path, at } = flight;
  const end = Math.min(flight.to ?? Infinity, sizeOf(file) ?? at);
  if (at < end) {
    // The host had told no length, so the end of this body was that of its file.
    const detail = `${at} bytes instead of ${end}`;
    return file.bytes === undefined
      ? beginWrong(state, path, { nowMs, detail }, rules)
      : retry(state, flight, file, { nowMs, detail: "connection cut", afterMs: 0 }, rules);
  }
  const landed = change(land(state, flight), path, () => ({ bytes: sizeOf(file) ?? at }));
  return goOn(landed, [{ kind: "note", path }], nowMs, rules);
}

function takeAnswer(
  state: DownloadState,
  flight: Flight,
  progress: FileProgress,
  { answer, nowMs }: Extract<DownloadEvent, { kind: "answered" }>,
  rules: DownloadRules,
): Decision {
  const { file, bytes, validator } = progress;
  const { from, to } = flight;
  const asked = { from, to, bytes, validator, publishedBytes: file.bytes };
  const verdict = judgeAnswer(answer, asked);
  const { path } = flight;
  const answered = (change: Partial<Flight>) =>
    state.flights.map((one) =>
      one.id === flight.id ? { ...one, ...change, isAnswered: true } : one
    );
  switch (verdict.kind) {
    case "part": {
      const known = change(state, path, () => ({
        bytes: verdict.bytes,
        validator: verdict.validator,
      }));
      return goOn({ ...known, flights: answered({}) }, [], nowMs, rules);
    }
    case "whole": { // IN61
      const others = state.flights.filter((one) => one.path === path && one.id !== flight.id);
      const fresh = change(state, path, () => ({
        ...nothingOf(verdict.bytes, verdict.validator),
        takesParts: false,
      }));
      const ids = new Set(others.map(({ id }) => id));
      const flights = answered({ from: 0, at: 0, to: undefined }).filter(({ id }) => !ids.has(id));
      const actions: readonly DownloadAction[] = [
        ...others.map(({ id }): DownloadAction => ({ kind: "abort", flight: id })),
        { kind: "erase", path },
      ];
      return goOn({ ...fresh, flights }, actions, nowMs, rules);
    }
    case "changed":
      return beginAgain(state, progress, { nowMs, detail: verdict.detail }, rules);
    case "no-parts":
      return beginAgain(
        state,
        progress,
        { nowMs, detail: "hidden parts", takesParts: false },
        rules,
      );
    case "wrong-size": {
      const detail = `${verdict.bytes} bytes instead of ${file.bytes ?? 0}`;
      return beginWrong(state, path, { nowMs, detail }, rules);
    }
    case "retry":
      return retry(state, flight, progress, { ...verdict, nowMs }, rules);
    case "denied":
      return settle(state, failed({ kind: "access-denied", host: hostOf(file) }));
    case "refused":
      return settle(state, failed(unreachable(file, verdict.detail)));
  }
}

/** Another try later, or the end (IN64). */
function retry(
  state: DownloadState,
  flight: Flight,
  progress: FileProgress,
  why: { readonly nowMs: number; readonly detail: string; readonly afterMs: number },
  { limits, chance }: DownloadRules,
): Decision {
  const isFresh = progress.freshBytes >= limits.progressBytesMin;
  const failures = isFresh ? 1 : progress.failures + 1;
  const { file } = progress;
  const isOver = failures >= limits.attemptsMax || why.afterMs > limits.retryAfterMsMax;
  if (isOver) return settle(state, failed(unreachable(file, why.detail)));
  const doubled = limits.backoffMsMin * 2 ** (failures - 1);
  const delayMs = Math.min(limits.backoffMsMax, doubled) * (0.5 + chance() / 2);
  const later = change(land(state, flight), file.path, (now) => ({
    failures,
    freshBytes: isFresh ? 0 : now.freshBytes,
    notBeforeMs: why.nowMs + Math.max(delayMs, why.afterMs),
    // What came in one stream cannot be gone on with.
    ...now.takesParts ? {} : nothingOf(undefined, undefined),
  }));
  const { path } = file;
  const kept: DownloadAction = progress.takesParts
    ? { kind: "note", path }
    : { kind: "erase", path };
  return goOn(later, [kept], why.nowMs, { limits, chance });
}

/** The file at the host is another one now, or cannot be had in parts (IN62). */
function beginAgain(
  state: DownloadState,
  progress: FileProgress,
  why: { readonly nowMs: number; readonly detail: string; readonly takesParts?: false },
  rules: DownloadRules,
): Decision {
  const { file } = progress;
  const beginnings = progress.beginnings + 1;
  if (beginnings > rules.limits.beginningsMax) {
    const detail = `changes at the host: ${why.detail}`;
    return settle(state, failed({ kind: "wrong-bytes", file: file.path, detail }));
  }
  const again = { beginnings, takesParts: why.takesParts ?? progress.takesParts };
  return throwAway(state, progress, again, why.nowMs, rules);
}

/** The file is not what was published (IN65). */
function beginWrong(
  state: DownloadState,
  path: string,
  why: { readonly nowMs: number; readonly detail: string },
  rules: DownloadRules,
): Decision {
  const progress = state.files.find(({ file }) => file.path === path);
  if (progress === undefined) return { state, actions: [] };
  const wrongTimes = progress.wrongTimes + 1;
  if (wrongTimes < rules.limits.wrongMax) {
    return throwAway(state, progress, { wrongTimes }, why.nowMs, rules);
  }
  const error = { kind: "wrong-bytes", file: path, detail: why.detail } as const;
  const ended = settle(state, failed(error));
  return { ...ended, actions: [{ kind: "erase", path }, ...ended.actions] };
}

function throwAway(
  state: DownloadState,
  { file: { path } }: FileProgress,
  again: Partial<FileProgress>,
  nowMs: number,
  rules: DownloadRules,
): Decision {
  const gone = state.flights.filter((one) => one.path === path);
  const flights = state.flights.filter((one) => one.path !== path);
  const fresh = change({ ...state, flights }, path, () => ({
    ...nothingOf(undefined, undefined),
    phase: "open",
    ...again,
  }));
  const actions: readonly DownloadAction[] = [
    ...gone.map(({ id }): DownloadAction => ({ kind: "abort", flight: id })),
    { kind: "erase", path },
  ];
  return goOn(fresh, actions, nowMs, rules);
}

/** Checks what is all here, asks for what is missing, and ends when nothing is (IN67). */
function goOn(
  given: DownloadState,
  before: readonly DownloadAction[],
  nowMs: number,
  { limits }: DownloadRules,
): Decision {
  let state = given;
  const actions = [...before];
  for (const progress of state.files) {
    const { phase, file, spans } = progress;
    const size = progress.bytes;
    const isUnderWay = state.flights.some(({ path }) => path === file.path);
    if (phase !== "open" || size === undefined || isUnderWay) continue;
    if (firstGap(spans, size) !== undefined) continue;
    state = change(state, file.path, () => ({ phase: "checking" }));
    actions.push({ kind: "check", file });
  }
  while (state.flights.length < limits.lanesMax) {
    const next = nextPart(state, nowMs, limits);
    if (next === undefined) break;
    const { progress, from, to } = next;
    const { file: { path, url } } = progress;
    const flight = { id: state.nextFlight, path, from, at: from, to, isAnswered: false };
    const flights = [...state.flights, flight];
    state = { ...state, flights, nextFlight: state.nextFlight + 1 };
    actions.push({ kind: "fetch", flight: flight.id, url, from, to });
  }
  if (state.files.every(({ phase }) => phase === "whole")) {
    const ended = settle(state, { kind: "done" });
    return { state: ended.state, actions: [...actions, ...ended.actions] };
  }
  const waiting = state.files.filter(({ phase, notBeforeMs }) =>
    phase === "open" && notBeforeMs > nowMs
  ).map(({ notBeforeMs }) => notBeforeMs);
  if (waiting.length > 0) actions.push({ kind: "wake-at", atMs: Math.min(...waiting) });
  return { state, actions };
}

function beginFile(file: ModelFile, kept: KeptFile | undefined) {
  const fresh: FileProgress = {
    ...{ file, phase: "open", takesParts: true, failures: 0, beginnings: 0, wrongTimes: 0 },
    ...{ notBeforeMs: 0, ...nothingOf(undefined, undefined) },
  };
  if (kept === undefined) return { progress: fresh, isErased: false };
  const isSize = file.bytes === undefined || kept.bytes === undefined || kept.bytes === file.bytes;
  if (kept.kind === "whole" && isSize) {
    const whole: FileProgress = { ...fresh, phase: "whole", bytes: kept.bytes };
    return { progress: whole, isErased: false };
  }
  // IN66: without a validator only a published hash would notice another version, at the very end.
  const goesOn = kept.kind === "partial" && kept.url === file.url && isSize &&
    kept.validator !== undefined && kept.spans.length > 0;
  if (!goesOn) return { progress: fresh, isErased: true };
  const { bytes, validator, spans } = kept;
  return { progress: { ...fresh, bytes, validator, spans }, isErased: false };
}

function settle(state: DownloadState, outcome: DownloadOutcome): Decision {
  const aborted = state.flights.map(({ id }): DownloadAction => ({ kind: "abort", flight: id }));
  const noted = state.files.filter(({ phase, unnotedBytes, takesParts }) =>
    phase === "open" && unnotedBytes > 0 && takesParts
  ).map(({ file }): DownloadAction => ({ kind: "note", path: file.path }));
  return {
    state: { ...state, phase: "settled", flights: [] },
    actions: [...aborted, ...noted, { kind: "settle", outcome }],
  };
}

function nothingOf(bytes: number | undefined, validator: string | undefined) {
  return { bytes, validator, spans: [], freshBytes: 0, unnotedBytes: 0 } as const;
}

function land(state: DownloadState, { id }: Flight): DownloadState {
  return { ...state, flights: state.flights.filter((one) => one.id !== id) };
}

function change(
  state: DownloadState,
  path: string,
  changed: (now: FileProgress) => Partial<FileProgress>,
): DownloadState {
  const files = state.files.map((one) =>
    one.file.path === path ? { ...one, ...changed(one) } : one
  );
  return { ...state, files };
}

const failed = (error: EngineError): DownloadOutcome => ({ kind: "failed", error });

function unreachable(file: ModelFile, detail: string): EngineError {
  const named = `${detail}, ${file.path}`;
  return { kind: "host-unreachable", host: hostOf(file), detail: named };
}

/** `host:port` of an absolute address. */
export function hostOf({ url }: Pick<ModelFile, "url">): string {
  return /^[a-z]+:\/\/([^/?#]*)/.exec(url)?.[1] ?? url;
}
