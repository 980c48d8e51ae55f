import { expect, test } from "vitest";
import { ok } from "../base/result.ts";
import type { GenerateRequest } from "../inference/engine.ts";
import { createLedger } from "../ledger/ledger.ts";
import { ledgerLimits } from "../ledger/limits.ts";
import type { PeerStore } from "../ports/peer-store.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { crashingStore } from "../testing/fakes/crashing-store.ts";
import { enginePlaces } from "../testing/fakes/engine-places.ts";
import { candidateOf, everybody } from "../testing/fakes/input-records.ts";
import { ManualClock, settleMicrotasks } from "../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { MemorySessionLog } from "../testing/fakes/memory-session-log.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ScriptedEngine } from "../testing/fakes/scripted-engine.ts";
import { starterProfile } from "../testing/fakes/session-kit.ts";
import { createSession, type StreamFrame } from "./session.ts";

const FULL = "The lamp in the window went out and nobody spoke of it again";
const due = [candidateOf({ turn: 1 }), candidateOf({ turn: 1, persona: "ben" })];

interface PageFaults {
  /** The engine dies so long after the page opened, and comes back half a second later. */
  readonly engineDiesAtMs?: number;
  /** The page ends so long after it opened. */
  readonly pageEndsAtMs?: number;
}

/** One page over `store`: ledger, a session per persona, an engine that supervision brings back. */
async function openPage(store: PeerStore, ids: CountingIds, faults: PageFaults = {}) {
  const clock = new ManualClock();
  const controller = new AbortController();
  const frames: StreamFrame[] = [];
  const words = (request: GenerateRequest): readonly string[] =>
    FULL.slice(request.continueText.length).match(/\s*\S+/g) ?? [];
  const startEngine = async (generation: number): Promise<ScriptedEngine> => {
    const started = new ScriptedEngine({ clock, generation, reply: words, tokenMs: 150 });
    void started.load(starterProfile, () => undefined, controller.signal);
    await clock.advance(100);
    return started;
  };
  let engine: ScriptedEngine | undefined = await startEngine(1);
  const log = new RecordingLog();
  const session = (persona: string) =>
    createSession({
      clock,
      trace: log,
      log: new MemorySessionLog(),
      store,
      engine: () => engine && { engine, modelId: "starter", lane: "cpu", continuesText: true },
      buildRequest: (input) =>
        Promise.resolve(ok({
          request: {
            requestId: `rq-${input.id}-${input.stagedCount}`,
            persona,
            segments: [{ key: "k", role: "script", text: "You: Tell me" }],
            continueText: "",
            stop: [],
            seed: 1,
            temperature: 0,
            topP: 1,
            tokensMax: 64,
          },
          seenSeq: 1,
        })),
      onFrame: (frame) => frames.push(frame),
    });
  const sessions = new Map(["ada", "ben"].map((persona) => [persona, session(persona)]));
  const ledger = createLedger({
    clock,
    store,
    log,
    ids,
    deviceOf: () => "dev",
    perform: (input, signal) => {
      const own = sessions.get(input.persona);
      if (own === undefined) throw new Error("no session");
      return own.run(input, signal);
    },
    places: enginePlaces(clock, () => engine ? 1 : 0),
    newestHumanTurn: () => 1,
    settleFacts: () => ({ fingerprint: "fp", head: 1 }),
    onTrouble: () => undefined,
  });
  const ended = ledger.run(controller.signal).catch(() => undefined);
  ledger.reconcile(everybody, due, () => "settled", controller.signal).catch(() => undefined);
  const { engineDiesAtMs, pageEndsAtMs } = faults;
  if (engineDiesAtMs !== undefined) {
    await clock.advance(engineDiesAtMs);
    const dead = engine;
    engine = undefined;
    dead.kill();
    await clock.advance(500);
    engine = await startEngine(2);
    ledger.wake();
  }
  await clock.advance(pageEndsAtMs ?? 30_000);
  controller.abort("page over");
  await Promise.race([ended, settleMicrotasks()]);
  return { frames };
}

/** Both replies are there once and whole, each input ended once, nothing else was written. */
async function check(store: MemoryPeerStore): Promise<void> {
  const bodies = store.unsent.map((row) => row.entry.body);
  expect(bodies.map((body) => (body as { persona: string }).persona).toSorted())
    .toEqual(["ada", "ben"]);
  for (const body of bodies) {
    expect(body).toMatchObject({
      kind: "settle",
      outcome: { kind: "replied", text: FULL, finish: "stop" },
    });
  }
  expect(store.inputs.map((input) => input.phase)).toEqual(["consumed", "consumed"]);
  expect(store.receipts.length).toBe(2);
}

test.each([false, true])(
  "[LG19] [SC9] a page that dies at any store call goes on in the same bubbles (committed: %s)",
  async (isCommitted) => {
    for (let atCall = 1;; atCall += 1) {
      const store = new MemoryPeerStore();
      const ids = new CountingIds();
      const dying = crashingStore(store, { atCall, isCommitted }, () => undefined);
      await openPage(dying.store, ids);
      const stored = new Map(store.inputs.map((input) => [input.persona, input.partialText]));
      const { frames } = await openPage(store, ids);
      await check(store);
      for (const persona of ["ada", "ben"]) {
        const first = frames.find((frame) => frame.persona === persona);
        // What people saw before the crash is what the new page begins with.
        if (first !== undefined) {
          expect(first.offset).toBe(0);
          expect(first.text.startsWith(stored.get(persona) ?? "")).toBe(true);
        }
      }
      if (!dying.hasCrashed()) {
        expect(atCall).toBeGreaterThan(15);
        return;
      }
    }
  },
);

test("[SC7] [LG18] an engine that dies at any moment of two replies costs no word", async () => {
  for (let engineDiesAtMs = 0; engineDiesAtMs <= 4_500; engineDiesAtMs += 90) {
    const store = new MemoryPeerStore();
    await openPage(store, new CountingIds(), { engineDiesAtMs });
    await check(store);
    const counts = store.inputs.map((input) => input.stagedCount);
    expect(Math.max(...counts)).toBeLessThanOrEqual(2);
  }
});

test("[SC9] [LG11] a page that ends twice at any moment of a reply costs no word", async () => {
  for (let pageEndsAtMs = 0; pageEndsAtMs <= 2_400; pageEndsAtMs += 120) {
    const store = new MemoryPeerStore();
    const ids = new CountingIds();
    for (let ends = 1; ends < ledgerLimits.attemptsMax; ends += 1) {
      await openPage(store, ids, { pageEndsAtMs });
    }
    await openPage(store, ids);
    await check(store);
  }
});
