/** The engine processes of one device: scripted, with faults in them, one life after another. */

import type { Clock } from "#shared/ports/mod.ts";
import type { EngineChild } from "#shared/supervision/mod.ts";
import { ScriptedEngine, type ScriptedFault } from "#shared/testing/fakes/scripted-engine.ts";
import type { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { MARKER } from "../invariants-view.ts";
import type { HostingNews } from "./hosting-trace.ts";

const TIMING = { loadMs: 400, tokenMs: 250 };
const SLOWNESS = 8;
/** Part of the engines that come with a fault in them, while faults are on. */
const FAULTY_SHARE = 0.5;

const REPLIES: readonly (readonly string[])[] = [
  [MARKER, " yes", "."],
  ["P", "ASS"],
  [MARKER, " ask", " C", "."],
  [MARKER, " one", " two", " three", "."],
  [""],
];

export class EngineRoom {
  isSlow = false;
  /** Every engine that starts dies at once, as with a driver that crashes. */
  isBroken = false;
  /** The next engine finds the model's file damaged, which no restart cures. */
  isDamaged = false;
  isHostile = true;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #note: (news: HostingNews) => void;
  #engine: ScriptedEngine | undefined;
  #page = 0;

  constructor(
    name: string,
    clock: Clock,
    random: SeededRandom,
    note: (news: HostingNews) => void,
  ) {
    [this.#name, this.#clock, this.#random, this.#note] = [name, clock, random, note];
  }

  start(page: number, generation: number, signal: AbortSignal): Promise<EngineChild> {
    signal.throwIfAborted();
    this.#page = page;
    this.#tell("start");
    const random = this.#random.fork(`${page}.${generation}`);
    const clock: Clock = {
      epochNow: () => this.#clock.epochNow(),
      now: () => this.#clock.now(),
      sleep: (ms, inner) => this.#clock.sleep(this.isSlow ? ms * SLOWNESS : ms, inner),
    };
    const engine = new ScriptedEngine({
      ...{ clock, generation, ...TIMING, constrainsChoice: random.next() < 0.5 },
      reply: ({ seed }) => REPLIES[seed % REPLIES.length] ?? [],
    });
    this.#engine = engine;
    if (this.isDamaged) engine.inject({ kind: "wrong-bytes", file: "model" });
    this.isDamaged = false;
    if (this.isBroken) engine.kill("worker-error");
    else if (this.isHostile && random.next() < FAULTY_SHARE) {
      for (let faults = 1 + random.integer(2); faults > 0; faults -= 1) {
        engine.inject(drawFault(random));
      }
    }
    return Promise.resolve({
      engine,
      exited: engine.exited,
      stop: () => Promise.resolve(engine.kill("stopped")),
      kill: () => engine.kill("reaped"),
    });
  }

  /** The engine that runs, if any, meets `fault` at its next work. */
  inject(fault: ScriptedFault): void {
    this.#engine?.inject(fault);
  }

  /** The process dies now. */
  end(kind: string): void {
    this.#engine?.kill(kind);
  }

  help(): void {
    this.#tell("helped");
  }

  #tell(what: "start" | "helped"): void {
    this.#note({ kind: "engine", engine: `${this.#name}.${this.#page}`, what });
  }
}

function drawFault(random: SeededRandom): ScriptedFault {
  const token = 1 + random.integer(4);
  return random.pick<ScriptedFault>([
    ...[{ kind: "die-at-token", token }, { kind: "lose-device", token }] as const,
    ...[{ kind: "hang-in-prefill" }, { kind: "refuse-busy" }, { kind: "hang-in-load" }] as const,
    ...[{ kind: "host-unreachable", host: "sim" }] as const,
    ...[{ kind: "late-event-after-cancel", lateMs: 300 }] as const,
    { kind: "fail-at-token", token, error: { kind: "internal", detail: "sim" } },
  ]);
}
