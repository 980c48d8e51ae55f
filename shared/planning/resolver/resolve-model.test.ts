import { expect, test } from "vitest";
import type { DeviceFacts } from "../../inference/fit-model.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import type { Result } from "../../base/result.ts";
import type { ModelQuery, QueryProblem } from "./check-query.ts";
import { resolverLimits } from "./limits.ts";
import { inPageProvider, type ModelOffer, type ModelProvider, profileOffer } from "./offer.ts";
import { type Capability, type RequirementProfile, requirementProfiles } from "./requirement.ts";
import { type ModelChoice, type ResolveError, resolveModel } from "./resolve-model.ts";

const GIB = 1024 ** 3;

const profile = (id: string, patch: Partial<ModelProfile> = {}): ModelProfile => ({
  id,
  engine: "web-llm",
  name: id,
  goodFor: "Tests.",
  licence: "MIT",
  parameters: 4e9,
  downloadBytes: 2 * GIB,
  memoryBytes: 3 * GIB,
  contextTokens: 32_768,
  requiredFeatures: ["shader-f16"],
  needsWebGpu: true,
  promptFormat: "chat",
  embedded: false,
  replyTokensMax: 512,
  temperature: 0.8,
  topP: 0.95,
  ...patch,
});

const served = (
  modelId: string,
  providerId: string,
  more: readonly Capability[],
): ModelOffer => ({
  kind: "served",
  modelId,
  providerId,
  architecture: "closed",
  capabilities: ["text-generation", "chat", "streaming", ...more],
  contextTokens: 200_000,
  parameters: undefined,
});

// Two in the cloud and four local ones, in the order of the study's fixture.
const offers: readonly ModelOffer[] = [
  served("cloud-text", "far", ["tool-use"]),
  served("cloud-audio", "far", ["audio-input", "audio-output"]),
  profileOffer(profile("text-4b"), "qwen"),
  profileOffer(profile("vision-7b", { parameters: 7e9, contextTokens: 8_192 }), "llama", [
    "vision",
  ]),
  profileOffer(profile("omni-7b", { parameters: 7e9, memoryBytes: 3.5 * GIB }), "qwen", [
    "vision",
    "audio-input",
  ]),
  profileOffer(profile("embed-small", { parameters: 1e8, needsWebGpu: false }), "bert", [
    "embedding",
  ]),
];
const providers: readonly ModelProvider[] = [inPageProvider, { id: "far", kind: "cloud" }];

const gpu: DeviceFacts = {
  webgpu: "hardware",
  adapter: "Card",
  features: ["shader-f16"],
  bufferBytesMax: 2 * GIB,
  storageBytesFree: 100 * GIB,
  memoryGiB: 8,
};
const cpu: DeviceFacts = { ...gpu, webgpu: "none", features: [], bufferBytesMax: 0 };

const need = (
  capabilities: readonly Capability[],
  patch: Partial<RequirementProfile> = {},
): RequirementProfile => ({
  capabilities,
  architectures: [],
  contextTokensMin: 0,
  providerPolicy: "local-only",
  silicon: "any",
  fit: "required",
  rank: [],
  ...patch,
});
const resolve = (
  requirement: RequirementProfile,
  patch: Partial<ModelQuery> = {},
  device = gpu,
  loadedModelIds: readonly string[] = [],
) => resolveModel({ requirement, offers, providers, host: { device, loadedModelIds }, ...patch });

type Answer = Result<ModelChoice, ResolveError>;
function chosen(answer: Answer): ModelChoice {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
}
function refused<K extends ResolveError["kind"]>(answer: Answer, kind: K) {
  if (answer.ok || answer.error.kind !== kind) throw new Error(JSON.stringify(answer));
  return answer.error as Extract<ResolveError, { readonly kind: K }>;
}

const allSenses: readonly Capability[] = ["vision", "audio-input", "audio-output"];
const complete = profileOffer(profile("whole"), "qwen", allSenses);

test.each<[string, RequirementProfile, string]>([
  ["chat", need(["chat"], { rank: ["listed-first"] }), "text-4b"],
  ["vision", need(["vision"], { rank: ["listed-first"] }), "vision-7b"],
  ["vision and audio input", need(["vision", "audio-input"]), "omni-7b"],
  ["embedding", need(["embedding"]), "embed-small"],
  ["a context minimum", need(["vision"], { contextTokensMin: 8_193 }), "omni-7b"],
  [
    "a context minimum just met",
    need(["vision"], {
      contextTokensMin: 8_192,
      rank: ["listed-first"],
    }),
    "vision-7b",
  ],
  ["an architecture", need(["vision"], { architectures: ["llama"] }), "vision-7b"],
  ["one of two architectures", need(["vision"], { architectures: ["x", "qwen"] }), "omni-7b"],
  ["cloud only", need(["chat"], { providerPolicy: "cloud-only" }), "cloud-audio"],
  ["tool use anywhere", need(["tool-use"], { providerPolicy: "any" }), "cloud-text"],
])("[TP60] %s decides, not a name", (_title, requirement, modelId) => {
  const choice = chosen(resolve(requirement));
  expect(choice.modelId).toBe(modelId);
  expect(choice.silicon).toBe(choice.locality === "cloud" ? "cloud" : "gpu");
});

test("[TP61] the provider's kind decides locality, not its id or the model's name", () => {
  const named: ModelProvider[] = [{ id: "local", kind: "cloud" }];
  const offer = [served("qwen-in-the-cloud", "local", [])];
  const answer = resolve(need(["chat"]), { offers: offer, providers: named });
  expect(refused(answer, "no-model-matches").emptiedBy).toBe("provider");
  const mine: ModelProvider[] = [{ id: "local", kind: "own-machine", silicon: "unified-memory" }];
  const choice = chosen(resolve(need(["chat"]), { offers: offer, providers: mine }));
  expect([choice.locality, choice.silicon]).toEqual(["local", "unified-memory"]);
  expect(choice.memoryBytesMore).toBeUndefined();
});

test("[TP61] a provider nobody declared counts as cloud, and local-only refuses it", () => {
  const error = refused(resolve(need(["chat"]), { providers: [] }), "no-model-matches");
  expect(error.candidates.map(({ unmet }) => unmet)).toContainEqual([
    { kind: "provider", locality: "cloud", isDeclared: false },
  ]);
  const anywhere = need(["vision", "audio-input"], { providerPolicy: "any" });
  const choice = chosen(resolve(anywhere, { providers: [] }));
  expect([choice.silicon, choice.memoryBytesMore]).toEqual(["cloud", 0]);
  expect(choice.candidates[0]?.fit).toBeUndefined();
});

test("[TP62] a preference orders and does not exclude", () => {
  const both = (providerPolicy: RequirementProfile["providerPolicy"], capability: Capability) =>
    chosen(resolve(need([capability], { providerPolicy, rank: ["more-parameters"] })));
  expect(both("prefer-local", "chat").modelId).toBe("omni-7b");
  expect(both("prefer-cloud", "chat").modelId).toBe("cloud-audio");
  expect(both("prefer-cloud", "vision").locality).toBe("local");
  expect(both("prefer-local", "tool-use").locality).toBe("cloud");
  expect(both("prefer-local", "chat").rankedBy).toEqual(["local-first", "more-parameters"]);
  const named = need(["chat"], { providerPolicy: "prefer-local", rank: ["local-first"] });
  expect(chosen(resolve(named)).rankedBy).toEqual(["local-first"]);
});

test("[TP62] without a provider preference the list decides only where that is named", () => {
  const local = profileOffer(profile("audio-3b", { parameters: 3e9 }), "qwen", ["audio-input"]);
  const audio = (rank: RequirementProfile["rank"]) =>
    chosen(resolve(need(["audio-input"], { providerPolicy: "any", rank }), {
      offers: [...offers, local],
    })).modelId;
  expect(audio(["listed-first"])).toBe("cloud-audio");
  expect(audio(["more-parameters"])).toBe("omni-7b");
  expect(audio([])).toBe("audio-3b");
});

test("[TP62] five personas on one machine: each gets what she asks for", () => {
  const asks: readonly RequirementProfile[] = [
    requirementProfiles["text-persona"],
    need(["vision"], { rank: ["listed-first"] }),
    need(["audio-input"], { providerPolicy: "any", rank: ["listed-first"] }),
    need(["tool-use"], { providerPolicy: "cloud-only" }),
    requirementProfiles.embedding,
  ];
  expect(asks.map((ask) => chosen(resolve(ask)).modelId))
    .toEqual(["omni-7b", "vision-7b", "cloud-audio", "cloud-text", "embed-small"]);
});

test("[TP63] each offer is reported with its rank and reason, or with all that it fails", () => {
  const rank = ["more-parameters", "less-memory"] as const;
  const { candidates } = chosen(resolve(need(["chat"], { rank, contextTokensMin: 8_193 })));
  expect(candidates.map((one) => [one.modelId, one.rank, one.behindBy])).toEqual([
    ["omni-7b", 0, undefined],
    ["text-4b", 1, "more-parameters"],
    ["embed-small", 2, "more-parameters"],
    ["vision-7b", undefined, undefined],
    ["cloud-audio", undefined, undefined],
    ["cloud-text", undefined, undefined],
  ]);
  expect(candidates[0]?.scores).toEqual([
    { criterion: "more-parameters", value: -7e9 },
    { criterion: "less-memory", value: 3.5 * GIB },
  ]);
  expect(candidates[3]?.unmet).toEqual([
    { kind: "context", contextTokens: 8_192, contextTokensMin: 8_193 },
  ]);
});

test("[TP64] a missing capability is named, with the filter and the nearest offer", () => {
  const error = refused(resolve(need(["chat", "reranking"])), "no-model-matches");
  expect(error).toMatchObject({
    offersCount: 6,
    candidatesAfterFilter: 0,
    emptiedBy: "capabilities",
    left: [{ filter: "capabilities", offersCount: 0 }],
    capabilitiesMissing: ["reranking"],
  });
  expect(error.candidates[0]?.unmet).toEqual([{ kind: "capabilities", missing: ["reranking"] }]);
});

test("[TP64] the filters are told in their order, and an empty list as such", () => {
  const ask = need(["chat"], { architectures: ["bert"], contextTokensMin: 50_000 });
  const error = refused(resolve(ask), "no-model-matches");
  expect(error.left).toEqual([
    { filter: "capabilities", offersCount: 6 },
    { filter: "architecture", offersCount: 1 },
    { filter: "context", offersCount: 0 },
  ]);
  const empty = refused(resolve(need(["chat"]), { offers: [] }), "no-model-matches");
  expect(empty).toMatchObject({ offersCount: 0, emptiedBy: undefined, left: [], candidates: [] });
});

test("[TP65] senses that no local model has together are a missing multimodal base", () => {
  const error = refused(resolve(need(["chat", ...allSenses])), "no-multimodal-base");
  expect(error.sensoryCapabilities).toEqual(allSenses);
  expect(error.capabilitiesMissing).toEqual(["audio-output"]);
  expect(error.candidates[0]?.modelId).toBe("omni-7b");
  const other = need(["vision", "audio-input"], { architectures: ["none-such"] });
  expect(refused(resolve(other), "no-multimodal-base").emptiedBy).toBe("architecture");
  const blind = need(["audio-input", "audio-output"]);
  expect(refused(resolve(blind), "no-model-matches").emptiedBy).toBe("provider");
});

test("[TP66] a CPU host refuses the standard persona by name, not by falling to a cloud", () => {
  const list = [...offers, complete];
  const standard = requirementProfiles["standard-persona"];
  expect(refused(resolve(standard, { offers: list }, cpu), "silicon-refused"))
    .toMatchObject({ modelId: "whole", silicon: "cpu" });
  const far = served("cloud-whole", "far", allSenses);
  expect(refused(resolve(standard, { offers: [...offers, far] }), "silicon-refused"))
    .toMatchObject({ modelId: "cloud-whole", silicon: "cloud" });
  expect(refused(resolve(standard, { offers: [complete, far] }, cpu), "silicon-refused").modelId)
    .toBe("whole");
});

test("[TP66] an offer on refused silicon does not hide a worse one that is allowed", () => {
  const far = served("cloud-whole", "far", allSenses);
  const ask: RequirementProfile = {
    ...requirementProfiles["standard-persona"],
    providerPolicy: "prefer-cloud",
  };
  expect(chosen(resolve(ask, { offers: [far, complete] })).modelId).toBe("whole");
});

test("[TP66] a software adapter is not a GPU, and what needs none runs beside it", () => {
  const software: DeviceFacts = { ...gpu, webgpu: "software" };
  const ask = (capability: Capability) =>
    need([capability], { silicon: "gpu-or-unified-memory", fit: "advisory" });
  expect(refused(resolve(ask("vision"), {}, software), "silicon-refused").silicon)
    .toBe("software-gpu");
  expect(refused(resolve(ask("embedding"), {}, software), "silicon-refused").silicon).toBe("cpu");
});

test("[TP67] what will not run here is excluded where fit is required, else reported", () => {
  const error = refused(resolve(need(["vision"]), {}, cpu), "nothing-fits");
  expect(error.reasons.map(({ key }) => key)).toEqual(["needs-webgpu"]);
  const choice = chosen(
    resolve(need(["vision"], { fit: "advisory", rank: ["listed-first"] }), {}, cpu),
  );
  expect([choice.modelId, choice.silicon]).toEqual(["vision-7b", "cpu"]);
  expect(choice.candidates[0]?.fit?.fit).toBe("will-not");
  expect(chosen(resolve(need(["chat"]), {}, cpu)).modelId).toBe("embed-small");
});

test("[TP67] a loaded model fits and takes no more memory", () => {
  const full: DeviceFacts = { ...gpu, storageBytesFree: 0 };
  expect(refused(resolve(need(["vision"]), {}, full), "nothing-fits").reasons[0]?.key)
    .toBe("needs-storage");
  const choice = chosen(resolve(need(["vision"]), {}, full, ["vision-7b", "cloud-text"]));
  expect([choice.modelId, choice.memoryBytesMore]).toEqual(["vision-7b", 0]);
  expect(choice.candidates.filter(({ isLoaded }) => isLoaded)).toHaveLength(1);
});

test("[TP69] each part that no answer could be right for is refused by field", () => {
  const bad = (patch: Record<string, unknown>, at: "requirement" | "query" | "device") => {
    const requirement = { ...need(["chat"]), ...(at === "requirement" ? patch : {}) };
    const device = { ...gpu, ...(at === "device" ? patch : {}) };
    const { field, problem } = refused(
      resolve(requirement, at === "query" ? patch : {}, device),
      "query-invalid",
    );
    return `${field} ${problem}`;
  };
  const offer = (patch: object) => ({ offers: [{ ...served("m", "far", []), ...patch }] });
  const many = Array.from({ length: resolverLimits.offersMax + 1 }, () => complete);
  const long = "x".repeat(resolverLimits.idCharsMax + 1);
  expect([
    bad({ capabilities: [] }, "requirement"),
    bad({ capabilities: ["telepathy"] }, "requirement"),
    bad({ capabilities: ["chat", "chat"] }, "requirement"),
    bad({ contextTokensMin: Number.NaN }, "requirement"),
    bad({ contextTokensMin: -1 }, "requirement"),
    bad({ contextTokensMin: 1.5 }, "requirement"),
    bad({ rank: ["luck"] }, "requirement"),
    bad({ architectures: [""] }, "requirement"),
    bad({ providerPolicy: "free" }, "requirement"),
    bad({ offers: many }, "query"),
    bad({ offers: [complete, complete] }, "query"),
    bad(offer({ contextTokens: Number.POSITIVE_INFINITY }), "query"),
    bad(offer({ parameters: -7 }), "query"),
    bad(offer({ modelId: long }), "query"),
    bad(offer({ kind: "loadable", profile: profile("m") }), "query"),
    bad({ providers: [inPageProvider, inPageProvider] }, "query"),
    bad({ memoryGiB: Number.NaN }, "device"),
    bad({ bufferBytesMax: Number.POSITIVE_INFINITY }, "device"),
  ]).toEqual([
    "requirement.capabilities empty",
    "requirement.capabilities[0] unknown",
    "requirement.capabilities[1] duplicate",
    "requirement.contextTokensMin not-a-count",
    "requirement.contextTokensMin not-a-count",
    "requirement.contextTokensMin not-a-count",
    "requirement.rank[0] unknown",
    "requirement.architectures[0] empty",
    "requirement.providerPolicy unknown",
    "offers too-many",
    "offers[1] duplicate",
    "offers[0].contextTokens not-a-count",
    "offers[0].parameters not-a-count",
    "offers[0].modelId too-long",
    "offers[0].providerId loadable-from-cloud",
    "providers[1] duplicate",
    "host.device.memoryGiB not-a-count",
    "host.device.bufferBytesMax not-a-count",
  ]);
});

test("[TP69] a refusal repeats the value, but never at length", () => {
  const architectures = ["y".repeat(1_000_000)];
  const problem: QueryProblem = refused(
    resolve(need(["chat"], { architectures })),
    "query-invalid",
  );
  expect(problem.value).toBe("y".repeat(resolverLimits.refusedValueCharsMax));
});

test("[TP70] text and embedding stay on the person's machines", () => {
  const far = [served("a-cloud", "far", ["embedding"])];
  for (const name of ["text-persona", "embedding"] as const) {
    const error = refused(resolve(requirementProfiles[name], { offers: far }), "no-model-matches");
    expect(error.emptiedBy).toBe("provider");
  }
});

test("[TP70] the starter carries a text persona without WebGPU; the catalogue has no standard", () => {
  const starter = profile("starter", {
    needsWebGpu: false,
    requiredFeatures: [],
    promptFormat: "starter-script",
    parameters: 3e6,
    contextTokens: 384,
    embedded: true,
    memoryBytes: GIB / 16,
  });
  const list = [profileOffer(starter, "starter"), ...offers.slice(2, 5)];
  const text = requirementProfiles["text-persona"];
  expect(chosen(resolve(text, { offers: list }, cpu)).modelId).toBe("starter");
  expect(chosen(resolve(text, { offers: list })).modelId).toBe("omni-7b");
  for (const name of ["standard-persona", "standard-persona-local"] as const) {
    const { capabilities, silicon, contextTokensMin } = requirementProfiles[name];
    expect(capabilities).toEqual(["chat", ...allSenses]);
    expect([silicon, contextTokensMin]).toEqual(["gpu-or-unified-memory", 0]);
    refused(resolve(requirementProfiles[name]), "no-multimodal-base");
    expect(chosen(resolve(requirementProfiles[name], { offers: [complete] })).modelId)
      .toBe("whole");
  }
});

test("who is to see gets a local model that declares it, and blind ones say what they lack", () => {
  const seeing = profileOffer(profile("eye-1b", { parameters: 1e9, seesImages: true }), "llama");
  const blind = profileOffer(profile("blind-9b", { parameters: 9e9 }), "llama");
  const need = requirementProfiles["seeing-persona"];
  const choice = chosen(resolve(need, { offers: [blind, seeing] }));
  expect(choice.modelId).toBe("eye-1b");
  const { candidates } = refused(resolve(need, { offers: [blind] }), "no-model-matches");
  expect(candidates.map(({ unmet }) => unmet))
    .toEqual([[{ kind: "capabilities", missing: ["vision"] }]]);
});

test("[TP71] an unknown size ranks behind a known one, however small", () => {
  const rank = ["more-parameters"] as const;
  const { candidates } = chosen(resolve(need(["chat"], { providerPolicy: "any", rank })));
  expect(candidates.map(({ modelId }) => modelId).slice(-3))
    .toEqual(["embed-small", "cloud-audio", "cloud-text"]);
});
