import { expect, test } from "vitest";
import { assert } from "../../base/assert.ts";
import { planTurn } from "./plan-turn.ts";
import { knownProviders } from "./providers.ts";
import { candidate, request } from "../../testing/planning/turn-kit.ts";
import type { TurnPlan } from "./turn-plan.ts";
import type { PersonaCandidate, TurnRequest } from "./turn-request.ts";

function planOf(personas: PersonaCandidate[], patch: Partial<TurnRequest> = {}): TurnPlan {
  const plan = planTurn(request(personas, patch));
  assert(plan.ok, "Cannot plan: the request was refused");
  return plan.value;
}

const FIXTURE = {
  trigger: {
    roomId: "aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa",
    messageId: "bbbbbbbb-bbbb-4bbb-bbbb-bbbbbbbbbbbb",
    text: "explain the smoke failure",
    timestampMs: 1_778_200_000,
  },
  ragSources: ["semantic-memory", "conversation-history"].map((sourceName) => ({
    sourceName,
    sharedAcrossPersonas: true,
    weight: 0,
    contentHash: undefined,
  })),
};
const fixturePersona = (personaId: string) =>
  candidate(personaId, {
    model: "continuum-ai/qwen3.5-4b-code-forged",
    contextWindow: 262_144,
    maxOutputTokens: 32_768,
  });

test("[TP6] the study's vectors hold for turn and source keys, with and without a message id", () => {
  const plan = planOf([], FIXTURE);
  expect(plan.turnKey).toBe("2f6ee80e03b41c4dbcbbaced");
  expect(plan.sharedSources.map(({ sourceName, cacheKey }) => [sourceName, cacheKey])).toEqual([
    ["conversation-history", "8ecaac40676a2be1fefafadb"],
    ["semantic-memory", "568090204f0316da0ab0b3e6"],
  ]);
  const without = { ...FIXTURE, trigger: { ...FIXTURE.trigger, messageId: undefined } };
  expect(planOf([], without).turnKey).toBe("0a25e858a02ce49adf0c6487");
});

test("[TP6] the study's vectors hold for persona keys", () => {
  const ids = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
  const plans = planOf(ids.map(fixturePersona), FIXTURE).personaPlans;
  expect(plans.map((one) => [one.personaContextKey, one.ragCacheKey])).toEqual([
    ["1fb590cbb1e1b634919045b4", "8a23716e9e767289d5c02929"],
    ["d92072abae3e34445e2656c3", "37d6b10bbebce15bf1646575"],
  ]);
});

test("[TP6] content keys hit in a later turn, turn keys do not", () => {
  const ragSources = [{
    sourceName: "recall",
    sharedAcrossPersonas: true,
    weight: 1,
    contentHash: "c1",
  }];
  const of = (messageId: string, contentHash: string, text = "hi") =>
    planOf([candidate("a")], {
      trigger: { roomId: "rm_1", messageId, text, timestampMs: 5 },
      ragSources: ragSources.map((one) => ({ ...one, contentHash })),
      totalInputBudgetTokens: 100,
    });
  const [one, later, changed, asked] = [
    of("1", "c1"),
    of("2", "c1"),
    of("2", "c2"),
    of(
      "2",
      "c1",
      "ho",
    ),
  ];
  const contentOf = (plan: TurnPlan) => plan.sharedSources[0]?.contentKey;
  expect(contentOf(later)).toBe(contentOf(one));
  expect(later.sharedSources[0]?.cacheKey).not.toBe(one.sharedSources[0]?.cacheKey);
  expect(contentOf(changed)).not.toBe(contentOf(one));
  expect(contentOf(asked)).not.toBe(contentOf(one));
  const [a, b] = [one.personaPlans[0], later.personaPlans[0]];
  expect(b?.personaContentKey).toBe(a?.personaContentKey);
  expect(b?.personaContextKey).not.toBe(a?.personaContextKey);
});

test("[TP6] text is trimmed as ECMAScript does: a byte order mark goes, U+0085 stays", () => {
  const keyOf = (text: string) =>
    planOf([], { trigger: { roomId: "r", messageId: "1", text, timestampMs: 0 } }).turnKey;
  expect(keyOf(" \ufeffhi\u2029\n")).toBe(keyOf("hi"));
  expect(keyOf("hi\u0085")).not.toBe(keyOf("hi"));
});

test("[TP1] equal requests give equal plans; another text gives another fingerprint", () => {
  const one = planOf([candidate("a"), candidate("b")]);
  expect(planOf([candidate("a"), candidate("b")])).toEqual(one);
  const other = { trigger: { roomId: "rm_1", messageId: "6", text: "ho", timestampMs: 1_000 } };
  expect(planOf([candidate("a"), candidate("b")], other).fingerprint).not.toBe(one.fingerprint);
});

test("[TP4] a repeated id is listed once for each repetition, and the first counts", () => {
  const plan = planOf([
    candidate("a", { model: "first" }),
    candidate("a", { model: "second" }),
    candidate("b"),
    candidate("a"),
  ]);
  expect(plan.personaPlans.map(({ personaId, model }) => [personaId, model]))
    .toEqual([["a", "first"], ["b", "m"]]);
  expect(plan.skippedDuplicatePersonaIds).toEqual(["a", "a"]);
});

test("[TP10] weights 2 and 1 share 12,000 tokens as 8,000 and 4,000, sources sorted by name", () => {
  const ragSources = [["semantic-memory", 2], ["conversation-history", 1]] as const;
  const plan = planOf([candidate("a"), candidate("b")], {
    ragSources: ragSources.map(([sourceName, weight]) => ({
      sourceName,
      weight,
      sharedAcrossPersonas: true,
      contentHash: undefined,
    })),
    totalInputBudgetTokens: 12_000,
  });
  expect(plan.sharedSources.map((one) => [one.sourceName, one.budgetTokens]))
    .toEqual([["conversation-history", 4_000], ["semantic-memory", 8_000]]);
  for (const one of plan.personaPlans) {
    expect(one.sourceNames).toEqual(["conversation-history", "semantic-memory"]);
  }
});

test("[TP3] one slot runs in waves, two slots run side by side", () => {
  const times = (slots: number) =>
    planOf(["a", "b", "c"].map((id) => candidate(id, { slots }))).personaPlans.map((one) => [
      one.generationOrder,
      one.generationWave,
      one.estimatedStartMs,
      one.estimatedFirstTextMs,
      one.estimatedFinishMs,
    ]);
  expect(times(1)).toEqual([
    [0, 0, 0, 1_000, 3_000],
    [1, 1, 3_000, 4_000, 6_000],
    [2, 2, 6_000, 7_000, 9_000],
  ]);
  expect(times(2)).toEqual([
    [0, 0, 0, 1_000, 3_000],
    [1, 0, 0, 1_000, 3_000],
    [2, 1, 3_000, 4_000, 6_000],
  ]);
});

test("[TP5] the estimates are the first and the last finish, and both budgets are inclusive", () => {
  const plan = planOf([candidate("a"), candidate("b")], {
    firstResponseBudgetMs: 3_000,
    allResponsesBudgetMs: 6_000,
  });
  expect(plan).toMatchObject({
    maxConcurrentLocalGenerations: 1,
    estimatedFirstResponseMs: 3_000,
    estimatedAllResponsesMs: 6_000,
    meetsFirstResponseBudget: true,
    meetsAllResponsesBudget: true,
    verdictReasons: [],
  });
});

test("[TP7] budgets of 1 ms are both missed, and by whom is said", () => {
  const plan = planOf([candidate("a"), candidate("b")], {
    firstResponseBudgetMs: 1,
    allResponsesBudgetMs: 1,
  });
  expect(plan).toMatchObject({ meetsFirstResponseBudget: false, meetsAllResponsesBudget: false });
  expect(plan.verdictReasons).toEqual([
    { kind: "first-late", personaId: "a", byMs: 2_999 },
    { kind: "all-late", personaId: "b", byMs: 5_999 },
  ]);
});

test("[TP5] budgets of 0 mean the defaults; 16 tokens at 12 tokens a second take 1,334 ms", () => {
  const plan = planOf([
    candidate("a", { decodeMilliTokensPerS: 12_000, replyTokens: 0, maxOutputTokens: 16 }),
  ], { firstResponseBudgetMs: 0, allResponsesBudgetMs: 0 });
  const one = plan.personaPlans[0];
  expect((one?.estimatedFinishMs ?? 0) - (one?.estimatedFirstTextMs ?? 0)).toBe(1_334);
  expect(plan).toMatchObject({ meetsFirstResponseBudget: true, meetsAllResponsesBudget: true });
});

test("[TP8] local, cloud, local: waves 0, 0, 1; the cloud has a lane of its own", () => {
  const plan = planOf([
    candidate("a"),
    candidate("b", { provider: "anthropic", model: "claude", slots: 9 }),
    candidate("c"),
  ]);
  expect(plan.personaPlans.map((one) => [one.localModel, one.generationWave]))
    .toEqual([[true, 0], [false, 0], [true, 1]]);
  expect(plan.maxConcurrentLocalGenerations).toBe(1);
});

test("[TP8] the declared kind decides, whatever the model's name; unknown providers are cloud", () => {
  const isLocal = (provider: string, model = "qwen3.5-4b") =>
    planOf([candidate("a", { provider, model })], {
      providers: [...knownProviders, { providerId: "mine", kind: "local", callsMax: undefined }],
    }).personaPlans[0]?.localModel;
  expect([isLocal("openai"), isLocal("never-heard-of"), isLocal("")]).toEqual([
    false,
    false,
    false,
  ]);
  expect([isLocal("mine"), isLocal("mine", "gpt-9"), isLocal("transformers")]).toEqual([
    true,
    true,
    true,
  ]);
});

test("[TP9] five personas on one key of deepseek run two at once, on openai four", () => {
  const waves = (provider: string) =>
    planOf(["a", "b", "c", "d", "e"].map((id) => candidate(id, { provider })))
      .personaPlans.map((one) => one.generationWave);
  expect(waves("deepseek")).toEqual([0, 0, 1, 1, 2]);
  expect(waves("openai")).toEqual([0, 0, 0, 0, 1]);
  expect(waves("unheard-of")).toEqual([0, 0, 0, 0, 1]);
  const capped = planOf(["a", "b", "c"].map((id) => candidate(id, { provider: "deepseek" })))
    .personaPlans[2]?.reasons;
  expect(capped).toContainEqual({ kind: "provider-cap", provider: "deepseek", callsMax: 2 });
});

test("[TP5] the cloud counts in the verdicts: a slow cloud alone misses both budgets", () => {
  const plan = planOf([candidate("a", { provider: "openai", decodeMilliTokensPerS: 1_000 })]);
  expect(plan).toMatchObject({ meetsFirstResponseBudget: false, meetsAllResponsesBudget: false });
  expect(plan.estimatedFirstResponseMs).toBe(41_000);
});

test("[TP5] with nobody to plan both verdicts are false, and say so", () => {
  const plan = planOf([candidate("a", { device: undefined })]);
  expect(plan).toMatchObject({
    meetsFirstResponseBudget: false,
    meetsAllResponsesBudget: false,
    estimatedFirstResponseMs: undefined,
    withoutHostPersonaIds: ["a"],
    verdictReasons: [{ kind: "nobody-planned" }, { kind: "without-host", personaIds: ["a"] }],
  });
  expect(planOf([]).verdictReasons).toEqual([{ kind: "nobody-planned" }]);
});

test("[TP2] who is addressed goes first, the others from the rotation's place on", () => {
  const orderOf = (rotation: number, addressed: string[]) =>
    planOf(["a", "b", "c"].map((id) => candidate(id)), { rotation, addressed })
      .personaPlans.map((one) => one.personaId).join("");
  expect(orderOf(6, ["c", "c", "nobody"])).toBe("cab");
  expect([0, 1, 2, 3, -1].map((rotation) => orderOf(rotation, [])))
    .toEqual(["abc", "bca", "cab", "abc", "cab"]);
});

test("[TP13] earlier turns go first, a cold model is loaded first, and both are said", () => {
  const { personaPlans } = planOf([
    candidate("a"),
    candidate("b", { device: "dv_2", isCold: true }),
  ], {
    ahead: [candidate("x"), candidate("y", { device: "dv_3" })],
  });
  expect(personaPlans.map((one) => one.estimatedStartMs)).toEqual([3_000, 4_000]);
  expect(personaPlans[0]?.reasons).toContainEqual({ kind: "lane-busy", busyMs: 3_000 });
  expect(personaPlans[1]?.reasons).toContainEqual({ kind: "model-loads", loadMs: 4_000 });
});

test("[TP7] who waits for whom and what was assumed is said", () => {
  const { personaPlans } = planOf([
    candidate("a"),
    candidate("b", { decodeMilliTokensPerS: 0 }),
  ], { addressed: ["a"] });
  expect(personaPlans.map((one) => one.reasons)).toEqual([
    [{ kind: "addressed" }],
    [{ kind: "rotated", from: 0 }, { kind: "waits-for", personaId: "a" }, {
      kind: "speed-assumed",
    }],
  ]);
});

test("[TP3] a host that announces 2^53 - 1 slots costs no more than the slots that are used", () => {
  const plan = planOf(
    Array.from(
      { length: 50 },
      (_, index) => candidate(`p${index}`, { slots: Number.MAX_SAFE_INTEGER }),
    ),
  );
  expect(plan.maxConcurrentLocalGenerations).toBe(50);
  expect(plan.estimatedAllResponsesMs).toBe(3_000);
});

test("a prompt's budget is the window without reply and frame", () => {
  const budgetOf = (contextWindow: number, maxOutputTokens: number) =>
    planOf([candidate("a", { contextWindow, maxOutputTokens })]).personaPlans[0]?.inputBudgetTokens;
  expect([budgetOf(262_144, 32_768), budgetOf(2_048, 80), budgetOf(512, 512)])
    .toEqual([228_352, 1_712, 0]);
});
