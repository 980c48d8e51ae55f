import { expect, test } from "vitest";
import { ok } from "../../base/result.ts";
import type { GenerateRequest } from "../../inference/engine.ts";
import { createLedger } from "../../ledger/ledger.ts";
import type { PeerStore } from "../../ports/peer-store.ts";
import { CountingIds } from "../../testing/fakes/counting-ids.ts";
import { crashingStore } from "../../testing/fakes/crashing-store.ts";
import { enginePlaces } from "../../testing/fakes/engine-places.ts";
import { candidateOf, everybody } from "../../testing/fakes/input-records.ts";
import { ManualClock, settleMicrotasks } from "../../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../../testing/fakes/memory-peer-store.ts";
import { RecordingLog } from "../../testing/fakes/recording-log.ts";
import { toolOf } from "../../testing/fakes/run-kit.ts";
import { ScriptedEngine } from "../../testing/fakes/scripted-engine.ts";
import { starterProfile } from "../../testing/fakes/session-kit.ts";
import { createSessionLog } from "../log/create-session-log.ts";
import { decodeSegment } from "../log/decode-segment.ts";
import { createSession } from "../session.ts";
import { toolLimits } from "../tools/limits.ts";
import { createNoteTools } from "../tools/note-tools.ts";

const never = (): AbortSignal => new AbortController().signal;
const REMEMBER = '{"tool":"remember","args":{"text":"Mika likes tea"}}';
const SEND = '{"tool":"send","args":{"about":"once"}}';

/** One page over `store`: Ada remembers, sends, then answers. `sent` outlives the page. */
async function openPage(store: PeerStore, ids: CountingIds, sent: string[]) {
  const clock = new ManualClock();
  const controller = new AbortController();
  const trace = new RecordingLog();
  const log = createSessionLog({
    roomId: "room",
    session: "ada",
    store,
    clock,
    trace,
    describe: () => ({
      greeting: {
        session: "ada",
        name: "Ada",
        parent: undefined,
        modelId: undefined,
        lane: undefined,
        contextTokens: 0,
        tools: [],
      },
      status: session.status(),
      inputs: [],
      rules: [],
    }),
  });
  const say = (request: GenerateRequest): readonly string[] => {
    if (request.segments[0]?.key === "speak") {
      return "Noted.".slice(request.continueText.length).match(/\w+|\./g) ?? [];
    }
    const steps = log.state().entries.filter(({ body }) => body.kind === "call").length;
    return [[REMEMBER, SEND][steps] ?? '{"tool":"none"}'];
  };
  const engine = new ScriptedEngine({ clock, reply: say });
  void engine.load(starterProfile, () => undefined, never());
  await clock.advance(100);
  const send = toolOf("send", {
    isRepeatable: false,
    run({ callId }) {
      sent.push(callId);
      return Promise.resolve(ok("Sent."));
    },
  });
  const session = createSession({
    clock,
    trace,
    log,
    store,
    engine: () => ({ engine, modelId: "starter", lane: "cpu", continuesText: true }),
    buildRequest: (input, { decide, call }) =>
      Promise.resolve(ok({
        request: {
          requestId: `rq-${input.id}-${input.stagedCount}-${call}`,
          persona: "ada",
          segments: [{ key: decide ? "decide" : "speak", role: "script", text: "What?" }],
          continueText: "",
          stop: [],
          seed: 1,
          temperature: 0,
          topP: 1,
          tokensMax: 64,
        },
        seenSeq: 1,
      })),
    onFrame: () => undefined,
    tools: () => ({
      tools: [...createNoteTools(log, toolLimits), send],
      rules: [{ tool: "*", decision: "allow" }],
    }),
  });
  const ledger = createLedger({
    clock,
    store,
    log: trace,
    ids,
    deviceOf: () => "dev",
    perform: (input, signal) => session.run(input, signal),
    places: enginePlaces(clock, () => 1),
    newestHumanTurn: () => 1,
    settleFacts: () => ({ fingerprint: "fp", head: 1 }),
    onTrouble: () => undefined,
  });
  const ended = ledger.run(controller.signal).catch(() => undefined);
  ledger.reconcile(everybody, [candidateOf()], () => "settled", controller.signal)
    .catch(() => undefined);
  await clock.advance(10_000);
  controller.abort("page over");
  await Promise.race([ended, settleMicrotasks()]);
}

test.each([false, true])(
  "[SC103] [SC110] a page that dies at any store call of a run with tools goes on (committed: %s)",
  async (isCommitted) => {
    for (let atCall = 1;; atCall += 1) {
      const store = new MemoryPeerStore();
      const ids = new CountingIds();
      const sent: string[] = [];
      const dying = crashingStore(store, { atCall, isCommitted }, () => undefined);
      await openPage(dying.store, ids, sent);
      await openPage(store, ids, sent);
      const rows = await store.segments("room", "ada", 0, 500, never());
      const bodies = rows.ok ? rows.value.map((row) => decodeSegment(row.body).body) : [];
      const kinds = bodies.map((body) => body.kind);
      const count = (kind: string): number => kinds.filter((one) => one === kind).length;
      // Each call once, each with one result; one note; nothing sent twice; settled once, at last.
      expect([count("call"), count("result"), count("memory"), count("settled")])
        .toEqual([2, 2, 1, 1]);
      expect([...new Set(sent)]).toEqual(sent);
      expect([count("run-start"), count("run-end")]).toEqual([1, 1]);
      expect(kinds.at(-1)).toBe("run-end");
      expect(store.unsent.map((row) => row.entry.body)).toMatchObject([
        { kind: "settle", outcome: { kind: "replied", text: "Noted." } },
      ]);
      expect(store.receipts).toHaveLength(1);
      if (!dying.hasCrashed()) {
        expect(atCall).toBeGreaterThan(15);
        expect(sent).toHaveLength(1);
        return;
      }
    }
  },
);
