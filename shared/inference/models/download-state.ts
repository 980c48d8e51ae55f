/** The download of one model's files: what is known, what happens, what is to be done. */

import type { EngineError } from "../engine.ts";
import type { ModelFile } from "../model-profile.ts";
import { type ByteSpan, countBytes } from "./byte-spans.ts";
import type { HostAnswer } from "./judge-answer.ts";

/** What an earlier download left of a file on this device. */
export type KeptFile =
  | { readonly kind: "whole"; readonly bytes: number }
  | {
    readonly kind: "partial";
    readonly url: string;
    readonly bytes: number | undefined;
    readonly validator: string | undefined;
    readonly spans: readonly ByteSpan[];
  };

export interface FileProgress {
  readonly file: ModelFile;
  /** checking: all of it is here, its hash is being computed. */
  readonly phase: "open" | "checking" | "whole";
  /** As the host tells it, or as it turned out. */
  readonly bytes: number | undefined;
  readonly validator: string | undefined;
  readonly takesParts: boolean;
  /** On disk. */
  readonly spans: readonly ByteSpan[];
  /** Tries in a row, and what they brought (IN64). */
  readonly failures: number;
  readonly freshBytes: number;
  readonly beginnings: number;
  readonly wrongTimes: number;
  /** On disk and not in its note. */
  readonly unnotedBytes: number;
  readonly notBeforeMs: number;
}

/** One request under way. */
export interface Flight {
  readonly id: number;
  readonly path: string;
  readonly from: number;
  /** Where the next byte belongs. */
  readonly at: number;
  readonly to: number | undefined;
  readonly isAnswered: boolean;
}

export interface DownloadState {
  readonly phase: "running" | "settled";
  readonly files: readonly FileProgress[];
  readonly flights: readonly Flight[];
  readonly nextFlight: number;
}

export type DownloadOutcome =
  | { readonly kind: "done" }
  /** Asked for; what is here is kept. */
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly error: EngineError };

export type DownloadEvent =
  & { readonly nowMs: number }
  & (
    | { readonly kind: "answered"; readonly flight: number; readonly answer: HostAnswer }
    | { readonly kind: "wrote"; readonly flight: number; readonly bytes: number }
    /** The body ended by itself. */
    | { readonly kind: "ended"; readonly flight: number }
    /** The body goes on behind the end of what was asked for. */
    | { readonly kind: "overran"; readonly flight: number }
    /** No answer, a cut, a stall. */
    | { readonly kind: "broke"; readonly flight: number; readonly detail: string }
    | { readonly kind: "checked"; readonly path: string; readonly bytes: number }
    | { readonly kind: "found-wrong"; readonly path: string; readonly detail: string }
    | { readonly kind: "woke" }
    | { readonly kind: "stop" }
    /** The disk is full or fails. */
    | { readonly kind: "not-kept"; readonly error: EngineError }
  );

export type DownloadAction =
  | {
    readonly kind: "fetch";
    readonly flight: number;
    readonly url: string;
    readonly from: number;
    readonly to: number | undefined;
  }
  | { readonly kind: "abort"; readonly flight: number }
  /** Throw away what is here of the file, note and bytes. */
  | { readonly kind: "erase"; readonly path: string }
  /** Put what is here of the file into its note. */
  | { readonly kind: "note"; readonly path: string }
  /** Compare size, hash and form with what is known; then write the note that makes it whole. */
  | { readonly kind: "check"; readonly file: ModelFile }
  | { readonly kind: "wake-at"; readonly atMs: number }
  | { readonly kind: "settle"; readonly outcome: DownloadOutcome };

export interface DownloadAmount {
  readonly bytesDone: number;
  /** Undefined while a file's size is not known. */
  readonly bytesTotal: number | undefined;
}

export function sizeOf({ bytes, file }: FileProgress): number | undefined {
  return bytes ?? file.bytes;
}

/** `expectedOf`: sizes that a host told beside the download, for those that nobody published. */
export function downloadAmount(
  { files }: Pick<DownloadState, "files">,
  expectedOf: (path: string) => number | undefined = () => undefined,
): DownloadAmount {
  const sizes = files.map((one) => sizeOf(one) ?? expectedOf(one.file.path));
  const bytesDone = files.reduce(
    (sum, { phase, bytes, spans }) =>
      sum + (phase === "open" ? countBytes(spans) : bytes ?? countBytes(spans)),
    0,
  );
  const isKnown = sizes.every((size) => size !== undefined);
  return {
    bytesDone,
    bytesTotal: isKnown ? sizes.reduce((sum: number, size) => sum + (size ?? 0), 0) : undefined,
  };
}

/** How many bytes a request's body may still bring; undefined where nobody knows. */
export function bytesWanted(state: DownloadState, flightId: number): number | undefined {
  const flight = state.flights.find(({ id }) => id === flightId);
  const file = state.files.find((one) => one.file.path === flight?.path);
  if (flight === undefined || file === undefined) return 0;
  const end = Math.min(flight.to ?? Infinity, sizeOf(file) ?? Infinity);
  return Number.isFinite(end) ? end - flight.at : undefined;
}
