/**
 * Reads card files in a worker of their own: a file is anybody's, and reading one may take seconds.
 *
 * Owns the worker of one file and the time that it may take, once its code is there. What is in a
 * file is decided in `#shared/personas`, by the worker.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY271 A card file is read beside the page, which stays usable, and within a stated time; a file
 *         that takes longer, or breaks its reader, is refused by name.
 */

import { err, raceFirst, type Result } from "#shared/base/mod.ts";
import type { CardError, PersonaProposal } from "#shared/personas/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import { clientLimits } from "../limits.ts";

export interface CardRead {
  readonly proposal: PersonaProposal;
  /** The whole file. */
  readonly bytes: Uint8Array;
}

export type CardReadError =
  | CardError
  /** The browser does not give the file: it was moved or locked since it was chosen. */
  | { readonly kind: "card-file-unreadable" }
  | { readonly kind: "card-too-slow"; readonly msMax: number }
  | { readonly kind: "card-reader-lost"; readonly detail: string };

export interface CardRequest {
  readonly file: Blob;
  /** For a card that brings none. */
  readonly hue: number;
}

export type CardAnswer = Result<CardRead, CardReadError>;

/** What a worker says before its answer: its code is there, and it begins. */
export const CARD_READER_READY = "ready";

/** What is used of a Worker; tests pass a scripted one. */
export interface CardWorker {
  postMessage(request: CardRequest): void;
  addEventListener(
    type: "message" | "error" | "messageerror",
    listener: (event: { readonly data?: unknown; readonly message?: string }) => void,
  ): void;
  terminate(): void;
}

/** Aborting ends the work. `startWorker` throws where no worker can be started. */
export async function readCardAside(
  { clock, startWorker }: { readonly clock: Clock; readonly startWorker: () => CardWorker },
  request: CardRequest,
  signal: AbortSignal,
): Promise<CardAnswer> {
  signal.throwIfAborted();
  let worker: CardWorker;
  try {
    worker = startWorker();
  } catch (error) { // The browser refuses workers, or their number.
    return err({ kind: "card-reader-lost", detail: String(error) });
  }
  let tellReady = (): void => undefined;
  const ready = new Promise<boolean>((resolve) => {
    tellReady = () => resolve(true);
  });
  try {
    return await raceFirst([
      async () => await answerOf(worker, request, tellReady),
      async (waiting) => await patience(clock, ready, waiting),
    ], signal);
  } finally {
    worker.terminate();
  }
}

/** Ends when the time is over: that of the file begins when the worker's code is there. */
async function patience(
  clock: Clock,
  ready: Promise<boolean>,
  signal: AbortSignal,
): Promise<CardAnswer> {
  const startMsMax = clientLimits.cardReaderStartMsMax;
  const isReady = await raceFirst([
    async () => await ready,
    async (waiting) => {
      await clock.sleep(startMsMax, waiting);
      return false;
    },
  ], signal);
  if (!isReady) {
    return err({ kind: "card-reader-lost", detail: `not ready after ${startMsMax} ms` });
  }
  const msMax = clientLimits.cardReadMsMax;
  await clock.sleep(msMax, signal);
  return err({ kind: "card-too-slow", msMax });
}

function answerOf(
  worker: CardWorker,
  request: CardRequest,
  onReady: () => void,
): Promise<CardAnswer> {
  return new Promise((resolve) => {
    // Written by this page's own build (worker/cards/card-worker.ts).
    worker.addEventListener("message", ({ data }) => {
      if (data === CARD_READER_READY) onReady();
      else resolve(data as CardAnswer);
    });
    for (const type of ["error", "messageerror"] as const) {
      worker.addEventListener(type, ({ message }) => {
        resolve(err({ kind: "card-reader-lost", detail: message ?? type }));
      });
    }
    worker.postMessage(request);
  });
}
