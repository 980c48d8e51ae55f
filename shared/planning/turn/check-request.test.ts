import { expect, test } from "vitest";
import { planTurn } from "./plan-turn.ts";
import { candidate, request } from "../../testing/planning/turn-kit.ts";
import type { PersonaCandidate, RagSourcePolicy, TurnRequest } from "./turn-request.ts";

const source = (patch: Partial<RagSourcePolicy> = {}): RagSourcePolicy => ({
  sourceName: "recall",
  sharedAcrossPersonas: true,
  weight: 1,
  contentHash: undefined,
  ...patch,
});
const trigger = (patch: object) => ({ trigger: { ...request([]).trigger, ...patch } });
const notCounts = [NaN, -1, Infinity, -Infinity, 0.5, Number.MAX_SAFE_INTEGER + 1];

test.each<[string, Partial<TurnRequest>, object]>([
  ["room id", trigger({ roomId: "" }), { kind: "field-malformed", field: "trigger.roomId" }],
  ["message id", trigger({ messageId: "" }), { field: "trigger.messageId" }],
  ["text", trigger({ text: "x".repeat(32_769) }), { field: "trigger.text" }],
  ["time", trigger({ timestampMs: NaN }), { field: "trigger.timestampMs" }],
  ["rotation", { rotation: 0.5 }, { field: "rotation" }],
  ["budget", { totalInputBudgetTokens: -1 }, { field: "totalInputBudgetTokens" }],
  ["first budget", { firstResponseBudgetMs: Infinity }, { field: "firstResponseBudgetMs" }],
  ["all budget", { allResponsesBudgetMs: 86_400_001 }, { field: "allResponsesBudgetMs" }],
  ["address", { addressed: ["a", ""] }, { kind: "item-malformed", list: "addressed", index: 1 }],
  ["ahead", { ahead: [candidate("a", { slots: 0 })] }, { list: "ahead", index: 0 }],
  ["provider cap", { providers: [{ providerId: "p", kind: "cloud", callsMax: 0 }] }, {
    list: "providers",
  }],
  ["provider kind", { providers: [{ providerId: "p", kind: "moon" as "cloud", callsMax: 1 }] }, {
    list: "providers",
  }],
  ["source with a bar", { ragSources: [source({ sourceName: "a|b" })] }, { list: "ragSources" }],
  ["untrimmed source", { ragSources: [source({ sourceName: " a" })] }, { list: "ragSources" }],
  ["empty source", { ragSources: [source({ sourceName: "" })] }, { list: "ragSources" }],
  ["negative weight", { ragSources: [source({ weight: -1 })] }, { list: "ragSources" }],
  ["infinite weight", { ragSources: [source({ weight: Infinity })] }, { list: "ragSources" }],
  ["repeated source", { ragSources: [source(), source()] }, { kind: "duplicate", id: "recall" }],
  ["repeated provider", {
    providers: [1, 2].map(() => ({ providerId: "p", kind: "local", callsMax: undefined } as const)),
  }, { kind: "duplicate", list: "providers" }],
  ["too many personas", { personas: Array.from({ length: 2_049 }, () => candidate("a")) }, {
    kind: "too-many",
    list: "personas",
    countMax: 2_048,
  }],
])("[TP11] %s: the whole request is refused by field", (_, patch, error) => {
  expect(planTurn(request([candidate("a")], patch))).toMatchObject({ ok: false, error });
});

const counts: readonly (keyof PersonaCandidate)[] = [
  "contextWindow",
  "maxOutputTokens",
  "slots",
  "prefillMilliTokensPerS",
  "decodeMilliTokensPerS",
  "replyTokens",
  "promptTokens",
];

test.each(counts)("[TP12] a persona whose %s counts nothing is refused alone", (field) => {
  for (const value of [...notCounts, "7" as unknown as number]) {
    if (field === "slots" && value > 2 ** 53) continue;
    const planned = planTurn(request([candidate("a", { [field]: value }), candidate("b")]));
    expect(planned).toMatchObject({
      ok: true,
      value: {
        refusedPersonas: [{ personaId: "a", field }],
        personaPlans: [{ personaId: "b", generationOrder: 0 }],
        meetsAllResponsesBudget: false,
        verdictReasons: [{ kind: "refused", personaIds: ["a"] }],
      },
    });
  }
});

test("[TP12] an empty id, an empty device or a window of 0 tokens is refused by its field", () => {
  const fieldOf = (patch: Partial<PersonaCandidate>) => {
    const plan = planTurn(request([candidate("a", patch)]));
    return plan.ok ? plan.value.refusedPersonas[0]?.field : undefined;
  };
  expect(fieldOf({ personaId: "" })).toBe("personaId");
  expect(fieldOf({ device: "" })).toBe("device");
  expect(fieldOf({ contextWindow: 0 })).toBe("contextWindow");
  expect(fieldOf({ model: "m".repeat(40_000) })).toBe("model");
});
