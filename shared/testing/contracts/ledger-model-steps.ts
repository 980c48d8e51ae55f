/** What happens to a ledger in a random history: steps, and the work they ask for. */

import { fc } from "../properties.ts";
import type { InputCandidate } from "../../ledger/admission.ts";
import type { PrivateCandidate } from "../../ledger/private-work.ts";
import type { SessionOperation } from "../../ledger/session-life.ts";
import { candidateOf } from "../fakes/input-records.ts";
import { eventOf, noteOf, privateOf, wakeOf } from "../fakes/private-records.ts";

type PrivateSort = "task" | "ephemeral" | "wake" | "note" | "event" | "result" | "memory";

export type LedgerStep =
  | { readonly kind: "turn"; readonly persona: string; readonly human: boolean }
  /** A key that was used before repeats that request. */
  | {
    readonly kind: "work";
    readonly persona: string;
    readonly sort: PrivateSort;
    readonly key: number;
  }
  | {
    readonly kind: "finish";
    readonly nth: number;
    readonly how: "well" | "retry" | "lost" | "paused";
  }
  | { readonly kind: "withdraw"; readonly nth: number }
  | { readonly kind: "call"; readonly persona: string; readonly operation: SessionOperation }
  /** The page dies at its `atCall`-th call of the store from now, or, for 0, now. */
  | { readonly kind: "crash"; readonly atCall: number; readonly isCommitted: boolean }
  | { readonly kind: "write-fails"; readonly nth: number }
  | { readonly kind: "pass"; readonly ms: number };

const persona = fc.constantFrom("ada", "bo");
const nth = fc.nat({ max: 7 });
const of = <K extends string>(kind: K) => fc.constant(kind);

export const ledgerStep: fc.Arbitrary<LedgerStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: of("turn"), persona, human: fc.boolean() }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: of("work"),
      persona,
      sort: fc.constantFrom<PrivateSort>(
        "task",
        "task",
        "ephemeral",
        "wake",
        "note",
        "event",
        "result",
        "memory",
      ),
      key: fc.nat({ max: 20 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: of("finish"),
      nth,
      how: fc.constantFrom("well", "well", "retry", "lost", "paused"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: of("withdraw"), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: of("call"),
      persona,
      operation: fc.constantFrom<SessionOperation>(
        "retire",
        "reset",
        "reset",
        "recycle",
        "recycle",
        "recycle",
        "stop",
        "forget",
        "pause",
        "resume",
        "resume",
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: of("crash"),
      atCall: fc.nat({ max: 15 }),
      isCommitted: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: of("write-fails"), nth: fc.nat({ max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: of("pass"), ms: fc.nat({ max: 2_000 }) }) },
);

export function turnOf(turn: number, step: LedgerStep & { readonly kind: "turn" }): InputCandidate {
  const { persona: name, human } = step;
  return candidateOf({ turn, persona: name, human, kind: human ? "prompt" : "external" });
}

export function workOf(step: LedgerStep & { readonly kind: "work" }): PrivateCandidate {
  const { sort, persona: name } = step;
  const idempotencyKey = `${sort}-${step.key}`;
  const change = { persona: name, idempotencyKey };
  const said = { segments: [{ note: `${name}/${idempotencyKey}` }] };
  switch (sort) {
    case "task":
      return privateOf(change);
    case "ephemeral":
      return privateOf({ ...change, header: { ...privateOf().header, durability: "ephemeral" } });
    case "wake":
      return wakeOf({ ...change, ...said });
    case "note":
      return noteOf("Hi", { ...change, ...said });
    case "event":
      return eventOf(`scope-${step.key % 2}`, change);
    case "result":
      return wakeOf({ ...change, ...said, kind: "projected" });
    case "memory":
      return wakeOf({ ...change, work: { kind: "memory", job: "extract" } });
  }
}
