import { expect, test } from "vitest";
import { toEpochMs } from "../base/brands.ts";
import { candidateOf, inputOf } from "../testing/fakes/input-records.ts";
import { decideAdmission, inputKey, reconcileInputs } from "./admission.ts";
import { ledgerLimits as limits } from "./limits.ts";

const born = { id: "in-9", createdAt: toEpochMs(50) };

test("[LG2] the key tells apart room, turn, persona, attempt and assignment", () => {
  const keys = [
    candidateOf(),
    candidateOf({ roomId: "other" }),
    candidateOf({ turn: 2 }),
    candidateOf({ persona: "ben" }),
    candidateOf({ attempt: 1 }),
    candidateOf({ assign: 2 }),
  ].map(inputKey);
  expect(keys[0]).toBe("room/1/ada/0/1");
  expect(new Set(keys).size).toBe(keys.length);
});

test("[LG3] a full ledger refuses with its limit, per host and per persona", () => {
  const full = Array.from(
    { length: limits.inputsLiveMax },
    (_, turn) => inputOf({ turn, persona: `p${turn}` }),
  );
  expect(decideAdmission(full, candidateOf(), born, limits)).toEqual({
    ok: false,
    error: { kind: "ledger-full", scope: "host", entriesMax: limits.inputsLiveMax },
  });
  const own = Array.from(
    { length: limits.inputsLivePerPersonaMax },
    (_, turn) => inputOf({ turn: turn + 2 }),
  );
  expect(decideAdmission(own, candidateOf(), born, limits)).toEqual({
    ok: false,
    error: { kind: "ledger-full", scope: "persona", entriesMax: limits.inputsLivePerPersonaMax },
  });
  expect(decideAdmission(own, candidateOf({ persona: "ben" }), born, limits).ok).toBe(true);
  expect(decideAdmission(own, candidateOf({ roomId: "other" }), born, limits).ok).toBe(true);
});

test("[LG4] an input under a new assignment takes over text, count and age of the old one", () => {
  const old = inputOf({ assign: 1, partialText: "Half a", stagedCount: 2 });
  const decided = decideAdmission([old], candidateOf({ assign: 7 }), born, limits);
  expect(decided).toMatchObject({
    ok: true,
    value: {
      id: "in-9",
      assign: 7,
      phase: "queued",
      partialText: "Half a",
      stagedCount: 2,
      createdAt: 0,
    },
  });
  const fresh = decideAdmission([old], candidateOf({ turn: 5 }), born, limits);
  expect(fresh).toMatchObject({ ok: true, value: { partialText: "", stagedCount: 0 } });
});

test("[LG5] of whom is asked about, what is due is admitted; what is live and not due withdrawn", () => {
  const kept = inputOf({ turn: 1 });
  const over = inputOf({ turn: 2 });
  const reassigned = inputOf({ turn: 3, assign: 1 });
  const elsewhere = inputOf({ turn: 4, roomId: "other" });
  const due = [candidateOf({ turn: 1 }), candidateOf({ turn: 3, assign: 8 })];
  const another = inputOf({ turn: 5, persona: "ben" });
  const adas = { roomId: "room", covers: (persona: string) => persona === "ada" };
  const live = [kept, over, reassigned, elsewhere, another];
  const changes = reconcileInputs(live, adas, due);
  expect(changes.admit).toEqual([due[1]]);
  expect(changes.withdraw).toEqual([over, reassigned]);
});
