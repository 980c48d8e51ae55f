import { expect, test } from "vitest";
import { err } from "#shared/base/mod.ts";
import { cardLimits } from "#shared/personas/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { clientLimits } from "../limits.ts";
import {
  CARD_READER_READY,
  type CardRequest,
  type CardWorker,
  readCardAside,
} from "./card-reader.ts";
import { serveCard } from "./serve-card.ts";

const card = { name: "Ada", description: "Ada keeps a garden." };
const fileOf = (text: string): CardRequest => ({ file: new Blob([text]), hue: 75 });
const request = fileOf(JSON.stringify(card));

/** Answers by what a test tells it. */
class ScriptedWorker implements CardWorker {
  readonly asked: CardRequest[] = [];
  ended = 0;
  readonly #listeners = new Map<string, (event: { data?: unknown; message?: string }) => void>();
  postMessage(asked: CardRequest): void {
    this.asked.push(asked);
  }
  addEventListener(type: string, listener: (event: object) => void): void {
    this.#listeners.set(type, listener);
  }
  terminate(): void {
    this.ended += 1;
  }
  tell(type: "message" | "error", event: { data?: unknown; message?: string }): void {
    this.#listeners.get(type)?.(event);
  }
}

function setup() {
  const clock = new ManualClock();
  const worker = new ScriptedWorker();
  const ending = new AbortController();
  const read = readCardAside({ clock, startWorker: () => worker }, request, ending.signal);
  return { clock, worker, ending, read };
}

test("[SY271] a file is read by a worker of its own, which ends with the answer", async () => {
  const { worker, read } = setup();
  worker.tell("message", { data: CARD_READER_READY });
  const data = await serveCard(worker.asked[0] ?? request);
  worker.tell("message", { data });
  expect(await read).toBe(data);
  expect(data).toMatchObject({ value: { proposal: { card: { name: "Ada", hue: 75 } } } });
  expect(data.ok && data.value.bytes).toEqual(
    new TextEncoder().encode(JSON.stringify(card)),
  );
  expect(worker).toMatchObject({ asked: [request], ended: 1 });
});

test("[SY271] a file that takes longer than stated is refused, and its worker ended", async () => {
  const { clock, worker, read } = setup();
  // Its code comes late: that is not the file's time.
  await clock.advance(clientLimits.cardReaderStartMsMax - 1);
  worker.tell("message", { data: CARD_READER_READY });
  await clock.advance(0);
  await clock.advance(clientLimits.cardReadMsMax - 1);
  expect(worker.ended).toBe(0);
  await clock.advance(1);
  expect(await read).toEqual(
    err({ kind: "card-too-slow", msMax: clientLimits.cardReadMsMax }),
  );
  expect(worker.ended).toBe(1);
});

test("[SY271] a reader that breaks, or cannot be started, is told", async () => {
  const { worker, read } = setup();
  worker.tell("error", { message: "out of memory" });
  expect(await read).toEqual(err({ kind: "card-reader-lost", detail: "out of memory" }));
  expect(worker.ended).toBe(1);
  const silent = setup();
  await silent.clock.advance(clientLimits.cardReaderStartMsMax);
  expect(await silent.read).toMatchObject({ error: { kind: "card-reader-lost" } });
  expect(silent.worker.ended).toBe(1);
  const startWorker = (): CardWorker => {
    throw new Error("no workers");
  };
  const deps = { clock: new ManualClock(), startWorker };
  expect(await readCardAside(deps, request, new AbortController().signal)).toEqual(
    err({ kind: "card-reader-lost", detail: "Error: no workers" }),
  );
});

test("[SY271] whoever needs the answer no longer ends the work", async () => {
  const { worker, ending, read } = setup();
  ending.abort("closed");
  await expect(read).rejects.toBe("closed");
  expect(worker.ended).toBe(1);
});

test("[SY271] [PL46] what is no card, or too large to be looked at, is refused by name", async () => {
  expect(await serveCard(fileOf("hello"))).toEqual(err({ kind: "card-json-malformed" }));
  const bytesMax = cardLimits.fileBytesMax;
  const large = { size: bytesMax + 1 } as Blob;
  expect(await serveCard({ file: large, hue: 0 })).toEqual(
    err({ kind: "card-file-too-large", bytes: bytesMax + 1, bytesMax }),
  );
  const locked = { size: 9, arrayBuffer: () => Promise.reject(new Error("locked")) };
  expect(await serveCard({ file: locked as unknown as Blob, hue: 0 })).toEqual(
    err({ kind: "card-file-unreadable" }),
  );
});
