import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import type { ModelFile } from "../model-profile.ts";
import { beginDownload, decideDownload, type DownloadRules } from "./decide-download.ts";
import {
  bytesWanted,
  type DownloadAction,
  downloadAmount,
  type DownloadEvent,
  type DownloadOutcome,
  type DownloadState,
  type KeptFile,
} from "./download-state.ts";
import { downloadLimits } from "./limits.ts";

/** A byte in this world is the version of the file that it belongs to; `-1` is a damaged one. */
type Disk = Map<string, (number | undefined)[]>;

const limits = { ...downloadLimits, partBytes: 8, progressBytesMin: 6, noteBytes: 5 };

const faults = [
  ...["none", "none", "none", "cut", "damage", "ignores-range", "hides-range", "no-answer"],
  ...["denied", "missing", "busy", "broken", "out-of-reach", "changes", "shifted", "overruns"],
] as const;
type Fault = (typeof faults)[number];

interface World {
  readonly files: readonly { readonly bytes: number; readonly hasHash: boolean }[];
  /** What happens to each request in turn; later ones go well. */
  readonly faults: readonly Fault[];
  /** Where in a body a fault strikes, and the order of things. */
  readonly choices: readonly number[];
  readonly hasValidator: boolean;
  /** Steps after which a person pauses, again and again; 0 never. */
  readonly pauseEvery: number;
}

const worlds: fc.Arbitrary<World> = fc.record({
  files: fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 40 }), hasHash: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  }),
  faults: fc.array(fc.constantFrom(...faults), { maxLength: 14 }),
  choices: fc.array(fc.nat(1000), { minLength: 8, maxLength: 40 }),
  hasValidator: fc.boolean(),
  pauseEvery: fc.constantFrom(0, 0, 3, 7, 20),
});

/** Host, disk and shell of one download, all in memory and in steps. */
class Bench {
  readonly disk: Disk = new Map();
  readonly notes = new Map<string, KeptFile>();
  readonly files: readonly ModelFile[];
  readonly wrong: string[] = [];
  version = 0;
  nowMs = 0;
  damaged = false;
  state: DownloadState | undefined;
  outcome: DownloadOutcome | undefined;
  wakeAtMs: number | undefined;
  #requests = 0;
  #choice = 0;
  readonly #bodies = new Map<number, { fault: Fault; version: number; cutAt: number }>();
  readonly #checks: ModelFile[] = [];
  readonly #world: World;
  readonly #rules: DownloadRules;

  constructor(world: World) {
    this.#world = world;
    this.#rules = { limits, chance: () => this.choose(1000) / 1000 };
    this.files = world.files.map(({ bytes, hasHash }, index) => ({
      path: `f${index}`,
      url: `https://host.example/f${index}`,
      bytes: hasHash ? bytes : undefined,
      sha256: hasHash ? "0" : undefined,
    }));
  }

  choose(below: number): number {
    const { choices } = this.#world;
    this.#choice += 1;
    return (choices[this.#choice % choices.length] ?? 0) % below;
  }

  begin(): void {
    this.outcome = undefined;
    this.#bodies.clear();
    this.#checks.length = 0;
    const { state, actions } = beginDownload(
      this.files,
      (path) => this.notes.get(path),
      this.nowMs,
      this.#rules,
    );
    this.state = state;
    for (const action of actions) this.perform(action);
  }

  tell(event: DownloadEvent): void {
    if (this.state === undefined) return;
    const { state, actions } = decideDownload(this.state, event, this.#rules);
    this.state = state;
    for (const action of actions) this.perform(action);
    this.judge();
  }

  perform(action: DownloadAction): void {
    switch (action.kind) {
      case "fetch": {
        const fault = this.#world.faults[this.#requests] ?? "none";
        this.#requests += 1;
        const cutAt = this.choose(8);
        this.#bodies.set(action.flight, { fault, version: this.version, cutAt });
        return;
      }
      case "abort":
        this.#bodies.delete(action.flight);
        return;
      case "erase":
        this.disk.delete(action.path);
        this.notes.delete(action.path);
        return;
      case "note": {
        const file = this.state?.files.find((one) => one.file.path === action.path);
        if (file === undefined) return;
        const { bytes, validator, spans, file: { url } } = file;
        this.notes.set(action.path, { kind: "partial", url, bytes, validator, spans });
        return;
      }
      case "check":
        this.#checks.push(action.file);
        return;
      case "wake-at":
        this.wakeAtMs = action.atMs;
        return;
      case "settle":
        this.outcome = action.outcome;
    }
  }

  /** Lets one thing happen. */
  step(): void {
    const { nowMs } = this;
    const checked = this.#checks.shift();
    if (checked !== undefined) return this.check(checked);
    const ids = [...this.#bodies.keys()];
    const id = ids[this.choose(Math.max(1, ids.length))];
    const flight = this.state?.flights.find((one) => one.id === id);
    const body = id === undefined ? undefined : this.#bodies.get(id);
    if (flight === undefined || body === undefined || id === undefined) {
      this.nowMs = Math.max(nowMs + 1, this.wakeAtMs ?? 0);
      return this.tell({ kind: "woke", nowMs: this.nowMs });
    }
    if (!flight.isAnswered) return this.answer(id, flight.path, flight.from, flight.to, body);
    const left = bytesWanted(this.state!, id) ?? this.sizeOf(flight.path) - flight.at;
    const isCut = body.fault === "cut" && flight.at - flight.from >= body.cutAt;
    if (isCut) {
      this.#bodies.delete(id);
      return this.tell({ kind: "broke", flight: id, detail: "cut", nowMs });
    }
    if (left <= 0) {
      this.#bodies.delete(id);
      const kind = body.fault === "overruns" ? "overran" : "ended";
      return this.tell({ kind, flight: id, nowMs });
    }
    const count = Math.min(left, 1 + this.choose(6));
    const bytes = this.disk.get(flight.path) ?? [];
    for (let at = flight.at; at < flight.at + count; at += 1) {
      const isDamaged = body.fault === "damage" && at === flight.from;
      if (isDamaged) this.damaged = true;
      bytes[at] = isDamaged ? -1 : body.version;
    }
    this.disk.set(flight.path, bytes);
    this.tell({ kind: "wrote", flight: id, bytes: count, nowMs });
  }

  sizeOf(path: string): number {
    return this.#world.files[Number(path.slice(1))]?.bytes ?? 0;
  }

  answer(
    flight: number,
    path: string,
    from: number,
    to: number | undefined,
    body: { fault: Fault; version: number },
  ): void {
    const { nowMs } = this;
    if (body.fault === "changes") {
      this.version += 1;
      body.version = this.version;
    }
    if (body.fault === "no-answer") {
      this.#bodies.delete(flight);
      return this.tell({ kind: "broke", flight, detail: "refused", nowMs });
    }
    const total = this.sizeOf(path);
    const end = Math.min(to ?? total, total);
    const statuses: Partial<Record<Fault, number>> = {
      ...{ denied: 403, missing: 404, busy: 429, broken: 500, "out-of-reach": 416 },
      "ignores-range": 200,
    };
    const status = statuses[body.fault] ?? 206;
    const first = body.fault === "shifted" ? from + 1 : from;
    const tells = status === 206 && body.fault !== "hides-range";
    this.tell({
      kind: "answered",
      flight,
      answer: {
        status,
        contentRange: tells ? `bytes ${first}-${end - 1}/${total}` : undefined,
        contentLength: status === 200 ? total : end - from,
        etag: this.#world.hasValidator ? `"${body.version}"` : undefined,
        lastModified: undefined,
        retryAfterS: undefined,
      },
      nowMs,
    });
    if (this.state?.flights.every(({ id }) => id !== flight)) this.#bodies.delete(flight);
  }

  /** The publisher's hash is that of version 0. */
  check(file: ModelFile): void {
    const bytes = [...this.disk.get(file.path) ?? []];
    const { nowMs } = this;
    const isRight = bytes.length === this.sizeOf(file.path) &&
      (file.sha256 === undefined || bytes.every((version) => version === 0));
    if (isRight) this.notes.set(file.path, { kind: "whole", bytes: bytes.length });
    this.tell(
      isRight
        ? { kind: "checked", path: file.path, bytes: bytes.length, nowMs }
        : { kind: "found-wrong", path: file.path, detail: "hash", nowMs },
    );
  }

  isStopped(): boolean {
    return this.outcome?.kind === "stopped";
  }

  /** What must hold after every step. */
  judge(): void {
    const { state } = this;
    if (state === undefined) return;
    if (state.flights.length > limits.lanesMax) this.wrong.push("more than the lanes");
    const { bytesDone, bytesTotal } = downloadAmount(state);
    if (bytesTotal !== undefined && bytesDone > bytesTotal) this.wrong.push("more than all");
    for (const one of state.flights) {
      const twice = state.flights.some((other) =>
        other.id !== one.id && other.path === one.path &&
        other.from < (one.to ?? Infinity) && one.from < (other.to ?? Infinity)
      );
      if (twice) this.wrong.push(`asked twice: ${one.path} ${one.from}`);
    }
  }

  run(stepsMax: number): void {
    this.begin();
    for (let step = 1; step <= stepsMax && this.outcome === undefined; step += 1) {
      const isPause = this.#world.pauseEvery > 0 && step % this.#world.pauseEvery === 0 &&
        step < 200;
      if (!isPause) {
        this.step();
        continue;
      }
      this.tell({ kind: "stop", nowMs: this.nowMs });
      // A reload: only what the notes say is left.
      if (this.isStopped()) this.begin();
    }
  }
}

test("[IN60] [IN61] [IN62] [IN63] [IN64] [IN65] [IN66] [IN67] whatever the host does, a download ends with every file right, or with a named error and no file that is wrong", () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const bench = new Bench(world);
      bench.run(5_000);
      expect(bench.wrong).toEqual([]);
      expect(bench.outcome?.kind).toMatch(/^(done|failed)$/);
      for (const [path, note] of bench.notes) {
        if (note.kind !== "whole") continue;
        const bytes = bench.disk.get(path) ?? [];
        expect(bytes.length).toBe(bench.sizeOf(path));
        const hasHash = bench.files.find((file) => file.path === path)?.sha256 !== undefined;
        if (hasHash) expect(new Set(bytes)).toEqual(new Set([0]));
        // Without a hash, versions are told apart by the validator alone.
        else if (world.hasValidator && !bench.damaged) expect(new Set(bytes).size).toBe(1);
      }
      if (bench.outcome?.kind === "done") {
        expect(bench.notes.size).toBe(world.files.length);
      } else if (bench.outcome?.kind === "failed") {
        expect(bench.outcome.error.kind).toMatch(/^(wrong-bytes|host-unreachable|access-denied)$/);
      }
    }),
    { numRuns: 1_500 },
  );
});

test("[IN64] [IN66] after a failure that passes, trying again ends with every file", () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const bench = new Bench(world);
      bench.run(5_000);
      // The person presses "try again" as often as it takes; the host has calmed down and has the
      // published version.
      bench.version = 0;
      for (let tries = 0; tries < 20 && bench.outcome?.kind === "failed"; tries += 1) {
        bench.version = 0;
        bench.run(5_000);
      }
      expect(bench.outcome).toEqual({ kind: "done" });
    }),
    { numRuns: 600 },
  );
});
