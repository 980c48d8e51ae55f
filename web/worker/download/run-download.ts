/**
 * Downloads the files of one model: performs what shared/inference/models decides.
 *
 * Owns the requests and the order of work on disk: writing, erasing and noting happen one after the
 * other, so that a note never says more than the disk has. Does not own the model's lock.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN68 Space is looked for before anything is fetched; a disk that is full ends the download as
 *        `storage-full`, with what came kept for later.
 */

import {
  beginDownload,
  bytesWanted,
  decideDownload,
  type DownloadAction,
  type DownloadAmount,
  downloadAmount,
  type DownloadEvent,
  type DownloadLimits,
  type DownloadOutcome,
  type DownloadState,
  type EngineError,
  type KeptFile,
  type ModelFile,
  sizeOf,
} from "#shared/inference/mod.ts";
import type { Clock, Random } from "#shared/ports/mod.ts";
import { findFault } from "./check-file.ts";
import type { DownloadStore } from "./download-store.ts";
import { readAnswer, readPieces } from "./read-answer.ts";

export interface RunDownloadDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: DownloadStore;
  readonly fetch: typeof fetch;
  readonly limits: DownloadLimits;
  /** Sizes that the host told before, for files whose size nobody published. */
  readonly expectedOf: (path: string) => number | undefined;
  /** What an error of the store means. */
  readonly toError: (error: unknown, bytesNeeded: number) => EngineError;
}

/** An event without its time, which the run adds. */
type Told<E = DownloadEvent> = E extends DownloadEvent ? Omit<E, "nowMs"> : never;

/**
 * Resolves once, when every file is here and right, or with why not. Aborting stops the work and
 * keeps what is here (`stopped`).
 */
export async function runDownload(
  deps: RunDownloadDeps,
  files: readonly ModelFile[],
  onAmount: OnAmount,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  const kept = new Map<string, KeptFile | undefined>();
  try {
    for (const { path } of files) kept.set(path, await deps.store.keptOf(path));
  } catch (error) {
    return { kind: "failed", error: deps.toError(error, 0) };
  }
  const run = new DownloadRun(deps, onAmount);
  return await run.run(files, (path) => kept.get(path), signal);
}

type OnAmount = (amount: DownloadAmount & { readonly isChecking: boolean }) => void;

class DownloadRun {
  readonly #deps: RunDownloadDeps;
  readonly #onAmount: OnAmount;
  readonly #flights = new Map<number, AbortController>();
  readonly #owned = new Set<Promise<void>>();
  readonly #over = new AbortController();
  #disk: Promise<void> = Promise.resolve();
  #state: DownloadState | undefined;
  #outcome: DownloadOutcome | undefined;
  #settle: (() => void) | undefined;

  constructor(deps: RunDownloadDeps, onAmount: OnAmount) {
    this.#deps = deps;
    this.#onAmount = onAmount;
  }

  async run(
    files: readonly ModelFile[],
    keptOf: (path: string) => KeptFile | undefined,
    signal: AbortSignal,
  ): Promise<DownloadOutcome> {
    const settled = new Promise<void>((resolve) => {
      this.#settle = resolve;
    });
    const onAbort = (): void => this.#tell({ kind: "stop" });
    signal.addEventListener("abort", onAbort, { once: true });
    const begun = beginDownload(files, keptOf, this.#deps.clock.now(), this.#rules());
    this.#state = begun.state;
    const full = await this.#findNoSpace();
    if (full !== undefined) this.#tell({ kind: "not-kept", error: full });
    else this.#perform(begun.actions);
    if (signal.aborted) onAbort();
    await settled;
    signal.removeEventListener("abort", onAbort);
    this.#over.abort("settled");
    // Flights and waits end by their signals; the disk does what was asked before the end.
    while (this.#owned.size > 0) await Promise.all(this.#owned);
    await this.#disk;
    await this.#deps.store.close();
    return this.#outcome ?? { kind: "stopped" };
  }

  #rules = () => ({ limits: this.#deps.limits, chance: () => this.#deps.random.next() });

  async #findNoSpace(): Promise<EngineError | undefined> { // IN68
    const files = this.#state?.files ?? [];
    const { expectedOf } = this.#deps;
    const known = files.map((one) => sizeOf(one) ?? expectedOf(one.file.path) ?? 0);
    const { bytesDone } = downloadAmount({ files });
    const bytesNeeded = Math.max(0, known.reduce((sum, size) => sum + size, 0) - bytesDone);
    const free = await this.#deps.store.bytesFree();
    return free !== undefined && free < bytesNeeded
      ? { kind: "storage-full", bytesNeeded }
      : undefined;
  }

  #tell(told: Told): void {
    if (this.#state === undefined) return;
    const event = { ...told, nowMs: this.#deps.clock.now() } as DownloadEvent;
    const { state, actions } = decideDownload(this.#state, event, this.#rules());
    this.#state = state;
    this.#perform(actions);
  }

  #perform(actions: readonly DownloadAction[]): void {
    for (const action of actions) this.#performOne(action);
    if (this.#state === undefined) return;
    const isChecking = this.#state.files.some(({ phase }) => phase === "checking");
    this.#onAmount({ ...downloadAmount(this.#state, this.#deps.expectedOf), isChecking });
  }

  #performOne(action: DownloadAction): void {
    const { store, clock } = this.#deps;
    switch (action.kind) {
      case "fetch":
        return this.#own(this.#fly(action));
      case "abort":
        this.#flights.get(action.flight)?.abort("not wanted any more");
        return;
      case "erase":
        return this.#onDisk(() => store.erase(action.path));
      case "note":
        return this.#onDisk(() => this.#note(action.path));
      case "check":
        return this.#own(this.#check(action.file));
      case "wake-at": {
        const waitMs = Math.max(0, action.atMs - clock.now());
        const woke = clock.sleep(waitMs, this.#over.signal);
        return this.#own(woke.then(() => this.#tell({ kind: "woke" })));
      }
      case "settle":
        this.#outcome = action.outcome;
        this.#settle?.();
    }
  }

  /** Waited for at the end; what rejects then is an abort of this run. */
  #own(work: Promise<void>): void {
    const owned = work.catch((error: unknown) => {
      if (!this.#over.signal.aborted) this.#fail(error);
    }).finally(() => this.#owned.delete(owned));
    this.#owned.add(owned);
  }

  #onDisk(work: () => Promise<void>): void {
    this.#disk = this.#disk.then(work).catch((error: unknown) => this.#fail(error));
  }

  /** Resolves when it is done, or has failed the run. */
  #afterDisk(work: () => Promise<void>): Promise<void> {
    this.#onDisk(work);
    return this.#disk;
  }

  #fail(error: unknown): void {
    const amount = downloadAmount(this.#state ?? { files: [] });
    const bytesNeeded = Math.max(0, (amount.bytesTotal ?? 0) - amount.bytesDone);
    this.#tell({ kind: "not-kept", error: this.#deps.toError(error, bytesNeeded) });
  }

  async #note(path: string): Promise<void> {
    const file = this.#state?.files.find((one) => one.file.path === path);
    if (file === undefined || file.phase === "whole") return;
    const { bytes, validator, spans, file: { url } } = file;
    await this.#deps.store.note(path, { kind: "partial", url, bytes, validator, spans });
  }

  async #fly(asked: Extract<DownloadAction, { kind: "fetch" }>): Promise<void> {
    const { flight } = asked;
    const stop = new AbortController();
    this.#flights.set(flight, stop);
    try {
      const response = await readAnswer(this.#deps, asked, stop.signal);
      this.#tell({ kind: "answered", flight, answer: response.answer });
      if (this.#isFlying(flight)) {
        for await (const piece of readPieces(this.#deps, response.body, stop.signal)) {
          if (!await this.#write(flight, piece)) return;
        }
      }
      this.#tell({ kind: "ended", flight });
    } catch (error) {
      if (!stop.signal.aborted) this.#tell({ kind: "broke", flight, detail: String(error) });
    } finally {
      this.#flights.delete(flight);
      stop.abort("done"); // Frees the connection of a body that nobody reads to its end.
    }
  }

  /** False when nothing more is wanted of this body. */
  async #write(flight: number, piece: Uint8Array<ArrayBuffer>): Promise<boolean> {
    let isGoing = false;
    await this.#afterDisk(async () => {
      isGoing = await this.#writeNow(flight, piece);
    });
    return isGoing;
  }

  async #writeNow(flight: number, piece: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const state = this.#state;
    const one = state?.flights.find(({ id }) => id === flight);
    if (state === undefined || one === undefined) return false;
    const wanted = Math.min(piece.byteLength, bytesWanted(state, flight) ?? Infinity);
    if (wanted > 0) {
      await this.#deps.store.write(one.path, one.at, piece.subarray(0, wanted));
      this.#tell({ kind: "wrote", flight, bytes: wanted });
    }
    if (wanted === piece.byteLength) return this.#isFlying(flight);
    this.#tell({ kind: "overran", flight });
    return false;
  }

  #isFlying(flight: number): boolean {
    return this.#state?.flights.some(({ id }) => id === flight) ?? false;
  }

  async #check(file: ModelFile): Promise<void> {
    const { path } = file;
    await this.#afterDisk(() => this.#note(path)); // Everything on disk, and closed.
    const found = await this.#deps.store.read(path);
    const progress = this.#state?.files.find((one) => one.file.path === path);
    const wanted = { ...file, bytes: file.bytes ?? progress?.bytes };
    const fault = found === undefined
      ? "nothing on disk"
      : await findFault(wanted, found, this.#over.signal);
    if (fault !== undefined || found === undefined) {
      return this.#tell({ kind: "found-wrong", path, detail: fault ?? "" });
    }
    await this.#afterDisk(async () => {
      if (this.#over.signal.aborted) return;
      await this.#deps.store.note(path, { kind: "whole", bytes: found.size });
      this.#tell({ kind: "checked", path, bytes: found.size });
    });
  }
}
