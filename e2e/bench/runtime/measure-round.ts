/**
 * One round of the area `runtime` on one store, wherever it runs: a page, Deno, Node. Product and
 * plain store take turns, operation by operation.
 */

import { createLedger } from "../../../shared/ledger/mod.ts";
import type { Log, PeerStore } from "../../../shared/ports/mod.ts";
import { CountingIds } from "../../../shared/testing/fakes/counting-ids.ts";
import { enginePlaces } from "../../../shared/testing/fakes/engine-places.ts";
import { candidateOf } from "../../../shared/testing/fakes/input-records.ts";
import { createBrowserClock } from "../../../web/adapters/browser-clock.ts";
import { endInput, prepareAppend, readLog } from "./store-calls.ts";

/** A store under measurement, and the plain operation it stands on. */
export interface Place {
  readonly store: PeerStore;
  /** One bare durable write of a row. */
  putPlain(key: string, row: object): Promise<void>;
  /** Makes a persona's log `count` entries long, in one go, past the store. */
  fillLog(persona: string, count: number): Promise<void>;
  /** One bare read of as many rows as the persona's log has; resolves to their number. */
  readPlain(persona: string): Promise<number>;
  /** Gives back what the place holds open. */
  close(): Promise<void>;
}

export interface RoundSamples {
  readonly admitMs: readonly number[];
  readonly plainMs: readonly number[];
  /** With `IN_FLIGHT` at once. */
  readonly admitsPerS: number;
  readonly plainPerS: number;
  /** From the admission to the committed end of an input whose work takes no time. */
  readonly turnMs: readonly number[];
}

export interface LogSamples {
  /** Length when it was filled; a kept one is `APPENDS` longer after each round. */
  readonly entries: number;
  /** Length when it was read. */
  readonly entriesRead: number;
  readonly appendMs: readonly number[];
  readonly plainMs: readonly number[];
  readonly readMs: readonly number[];
  readonly plainReadMs: readonly number[];
}

export const IN_FLIGHT = 16;
const ADMITS = 60;
const BATCHES = 4;
const TURNS = 30;
const APPENDS = 15;
const READS = 3;
/** Not counted: code and caches get warm. */
const WARM = 10;

const never = new AbortController().signal;
const silent: Log = { write: () => undefined, with: () => silent };

/** The store is fresh: what ended before costs some stores time. */
export async function measureInputs(place: Place): Promise<RoundSamples> {
  const ledger = openLedger(place.store);
  const [admitMs, plainMs]: [number[], number[]] = [[], []];
  let turn = 0;
  const admit = async () => {
    const admitted = await ledger.admit(candidateOf({ turn: ++turn }), never);
    if (!admitted.ok) throw new Error(`Not admitted: ${admitted.error.kind}`);
    return admitted.value.input;
  };
  for (let count = -WARM; count < ADMITS; count += 1) {
    const startMs = performance.now();
    const input = await admit();
    const admittedMs = performance.now();
    await place.putPlain(input.id, input);
    const putMs = performance.now();
    if (count >= 0) {
      admitMs.push(admittedMs - startMs);
      plainMs.push(putMs - admittedMs);
    }
    await endInput(place.store, input);
  }
  let [admittingMs, puttingMs] = [0, 0];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const startMs = performance.now();
    const inputs = await Promise.all(Array.from({ length: IN_FLIGHT }, admit));
    const admittedMs = performance.now();
    await Promise.all(inputs.map((input) => place.putPlain(`at once ${input.id}`, input)));
    admittingMs += admittedMs - startMs;
    puttingMs += performance.now() - admittedMs;
    for (const input of inputs) await endInput(place.store, input);
  }
  const perS = (ms: number): number => BATCHES * IN_FLIGHT / ms * 1000;
  return {
    ...{ admitMs, plainMs, admitsPerS: perS(admittingMs), plainPerS: perS(puttingMs) },
    turnMs: await measureTurns(ledger, () => ++turn),
  };
}

function openLedger(store: PeerStore) {
  const clock = createBrowserClock();
  return createLedger({
    ...{ clock, store, log: silent, ids: new CountingIds(), deviceOf: () => "dv_bench" },
    perform: () =>
      Promise.resolve({
        kind: "done",
        settled: { outcome: { kind: "replied", text: "Yes.", finish: "stop" }, seenSeq: 1 },
      }),
    places: enginePlaces(clock, () => 1),
    newestHumanTurn: () => 0,
    settleFacts: () => ({ fingerprint: "fp", head: 1 }),
    onTrouble: (error) => {
      if (error !== undefined) throw new Error(`The store fails: ${error.kind}`);
    },
  });
}

async function measureTurns(
  ledger: ReturnType<typeof openLedger>,
  nextTurn: () => number,
): Promise<readonly number[]> {
  const life = new AbortController();
  const running = ledger.run(life.signal).catch((error: unknown) => error);
  const turnMs: number[] = [];
  for (let count = -WARM; count < TURNS; count += 1) {
    const startMs = performance.now();
    const admitted = await ledger.admit(candidateOf({ turn: nextTurn() }), never);
    if (!admitted.ok) throw new Error(`Not admitted: ${admitted.error.kind}`);
    const ended = await ledger.completion(admitted.value.input, never);
    if (!ended.ok || ended.value.kind !== "ended") throw new Error("The input did not end");
    if (count >= 0) turnMs.push(performance.now() - startMs);
  }
  life.abort("measured");
  await running;
  return turnMs;
}

/** `round` makes the keys of the appends new; `entries` is how long the log was filled. */
export async function measureLog(
  place: Place,
  persona: string,
  { entries, round }: { readonly entries: number; readonly round: number },
): Promise<LogSamples> {
  const [appendMs, plainMs]: [number[], number[]] = [[], []];
  const entriesRead = await readLog(place.store, persona) + APPENDS;
  for (let count = 0; count < APPENDS; count += 1) {
    const turn = round * APPENDS + count + 1_000_000;
    const append = await prepareAppend(place.store, persona, turn);
    const startMs = performance.now();
    await append();
    const appendedMs = performance.now();
    await place.putPlain(`${persona} ${turn}`, { persona, turn });
    appendMs.push(appendedMs - startMs);
    plainMs.push(performance.now() - appendedMs);
  }
  const [readMs, plainReadMs]: [number[], number[]] = [[], []];
  for (let count = 0; count < READS; count += 1) {
    const startMs = performance.now();
    const length = await readLog(place.store, persona);
    const readAtMs = performance.now();
    const plainLength = await place.readPlain(persona);
    readMs.push(readAtMs - startMs);
    plainReadMs.push(performance.now() - readAtMs);
    if (length !== entriesRead || plainLength !== length) {
      throw new Error(`The log has ${length} entries, ${plainLength} by the plain read`);
    }
  }
  return { entries, entriesRead, appendMs, plainMs, readMs, plainReadMs };
}
