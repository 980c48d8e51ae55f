import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import type { RoomEvent, UsageRecord } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import { planOf } from "#shared/turns/mod.ts";
import { sumTokens, tokensOf } from "./turn-tokens.ts";

function createRoom() {
  let state: RoomState = emptyState();
  const append = (body: RoomEvent): number => {
    const seq = state.head + 1;
    const ts = toRoomMs(1_000_000 + seq * 1_000);
    state = foldEntries(state, [{ seq, ts, id: `en_${seq}`, device: "dv_1", body }]);
    return seq;
  };
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  append({ kind: "genesis", rules: 2, roomId: "rm_1", name: "Room", recipe });
  append({ kind: "device", name: "Mika" });
  const lane = { engine: "transformers", modelId: "m", lane: "cpu", contextTokens: 512, slots: 1 };
  append({ kind: "announce", hostsForOthers: false, lanes: [{ ...lane, lane: "cpu" }] });
  for (const persona of ["pe_ada", "pe_bo"]) {
    const card = { name: persona, gist: "g", description: "", greeting: "", hue: 1 };
    const requirement = { contextTokensMin: 0 };
    append({ kind: "persona", persona, card, requirement, hosts: "any", removed: false });
    append({ kind: "assign", persona });
  }
  return {
    say: () => append({ kind: "say", text: "hello", addressed: [] }),
    tokens: (turn: number) => {
      const found = state.turns.get(turn);
      if (found === undefined) throw new Error("No such turn");
      return tokensOf(found);
    },
    reply(turn: number, persona: string, usage: UsageRecord) {
      append({
        kind: "settle",
        ...{ turn, persona, attempt: 0, modelId: "m", lane: "cpu", usage },
        assign: state.personas.get(persona)?.assignment?.seq ?? 0,
        outcome: { kind: "replied", text: "hi", finish: "stop" },
        seenSeq: state.head,
        fingerprint: planOf(state, turn)?.fingerprint ?? "",
      });
    },
  };
}

const used = (promptTokens: number, cachedTokens: number): UsageRecord => ({
  ...{ promptTokens, cachedTokens, generatedTokens: 10, prefillMs: 100, decodeMs: 200 },
});

test("[SY258] nothing is expected before a first reply, and the next turn expects what it took", () => {
  const room = createRoom();
  const first = room.say();
  expect(room.tokens(first).get("pe_ada")).toEqual({
    ...{ expected: undefined, computed: undefined, remembered: undefined, made: undefined },
  });
  room.reply(first, "pe_ada", used(100, 20));
  room.reply(first, "pe_bo", used(90, 90));
  const told = room.tokens(first);
  expect(told.get("pe_ada")).toEqual({
    ...{ expected: undefined, computed: 80, remembered: 20, made: 10 },
  });
  expect(told.get("pe_bo")).toMatchObject({ computed: 0, remembered: 90 });
  expect(sumTokens(told.values())).toEqual({
    ...{ expected: undefined, computed: 80, remembered: 110, made: 20 },
  });
  const next = room.say();
  expect(room.tokens(next).get("pe_ada")).toMatchObject({ expected: 80, computed: undefined });
  expect(sumTokens(room.tokens(next).values()).expected).toBe(160);
});
