import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import type { DeviceFacts } from "../../inference/fit-model.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import type { ModelQuery } from "./check-query.ts";
import type { ModelOffer, ModelProvider } from "./offer.ts";
import { capabilities, rankCriteria, type RequirementProfile } from "./requirement.ts";
import { type ModelCandidate, resolveModel } from "./resolve-model.ts";

const GIB = 1024 ** 3;
const some = fc.subarray([...capabilities.slice(0, 6)], { minLength: 1 });

const modelProfile = fc.record({
  id: fc.constantFrom("a", "b", "c", "d"),
  engine: fc.constant("web-llm" as const),
  name: fc.constant("n"),
  goodFor: fc.constant("Tests."),
  licence: fc.constant("MIT"),
  parameters: fc.nat(3),
  downloadBytes: fc.nat(4 * GIB),
  memoryBytes: fc.nat(9 * GIB),
  contextTokens: fc.nat(3),
  requiredFeatures: fc.subarray(["shader-f16"]),
  needsWebGpu: fc.boolean(),
  promptFormat: fc.constant("chat" as const),
  embedded: fc.boolean(),
  replyTokensMax: fc.constant(1),
  temperature: fc.constant(0),
  topP: fc.constant(1),
}) satisfies fc.Arbitrary<ModelProfile>;

const about = {
  providerId: fc.constantFrom("page", "own", "far", "stray"),
  architecture: fc.constantFrom("x", "y"),
  capabilities: some,
};
const offer: fc.Arbitrary<ModelOffer> = fc.oneof(
  fc.record({ kind: fc.constant("loadable" as const), profile: modelProfile, ...about }),
  fc.record({
    kind: fc.constant("served" as const),
    modelId: fc.constantFrom("a", "b", "e"),
    contextTokens: fc.nat(3),
    parameters: fc.option(fc.nat(3), { nil: undefined }),
    ...about,
  }),
).filter((one) => one.kind === "served" || one.providerId !== "far");

const idOf = (one: ModelOffer): string =>
  `${one.providerId}/${one.kind === "loadable" ? one.profile.id : one.modelId}`;

const providers: readonly ModelProvider[] = [
  { id: "page", kind: "in-page" },
  { id: "own", kind: "own-machine", silicon: "cpu" },
  { id: "far", kind: "cloud" },
];
const device: fc.Arbitrary<DeviceFacts> = fc.record({
  webgpu: fc.constantFrom("hardware", "software", "none"),
  adapter: fc.constant("Card"),
  features: fc.subarray(["shader-f16"]),
  bufferBytesMax: fc.nat(2 * GIB),
  storageBytesFree: fc.option(fc.nat(4 * GIB), { nil: undefined }),
  memoryGiB: fc.option(fc.nat(8), { nil: undefined }),
});
const requirement: fc.Arbitrary<RequirementProfile> = fc.record({
  capabilities: fc.subarray([...capabilities.slice(0, 6)], { minLength: 1, maxLength: 2 }),
  architectures: fc.subarray(["x", "y"]),
  contextTokensMin: fc.nat(2),
  providerPolicy: fc.constantFrom(
    "local-only",
    "cloud-only",
    "prefer-local",
    "prefer-cloud",
    "any",
  ),
  silicon: fc.constantFrom("gpu-or-unified-memory", "any"),
  fit: fc.constantFrom("required", "advisory"),
  rank: fc.shuffledSubarray(rankCriteria.filter((one) => one !== "listed-first")),
});
const query: fc.Arbitrary<ModelQuery> = fc.record({
  requirement,
  offers: fc.uniqueArray(offer, { maxLength: 6, selector: idOf }),
  providers: fc.constant(providers),
  host: fc.record({ device, loadedModelIds: fc.subarray(["a", "e"]) }),
});
const RUNS = { numRuns: 10_000 };

/** The candidates of any answer to a question that was not refused as such. */
function candidatesOf(one: ModelQuery): readonly ModelCandidate[] {
  const answer = resolveModel(one);
  if (answer.ok) return answer.value.candidates;
  if (answer.error.kind === "query-invalid") throw new Error(JSON.stringify(answer.error));
  return answer.error.candidates;
}

test("[TP68] equal questions get equal answers, whatever the order of their lists", () => {
  fc.assert(
    fc.property(query, (one) => {
      const turned: ModelQuery = {
        requirement: one.requirement,
        offers: one.offers.toReversed(),
        providers: one.providers.toReversed(),
        host: { ...one.host, loadedModelIds: one.host.loadedModelIds.toReversed() },
      };
      const answer = JSON.stringify(resolveModel(one));
      return JSON.stringify(resolveModel(turned)) === answer &&
        JSON.stringify(resolveModel(one)) === answer;
    }),
    RUNS,
  );
});

test("[TP63] the report is a partition of the offers, ranked before failed", () => {
  fc.assert(
    fc.property(query, (one) => {
      const candidates = candidatesOf(one);
      const ids = candidates.map(({ providerId, modelId }) => `${providerId}/${modelId}`);
      const passed = candidates.filter(({ unmet }) => unmet.length === 0).length;
      return ids.toSorted().join() === one.offers.map(idOf).toSorted().join() &&
        candidates.every(({ rank, unmet }, at) =>
          rank === (at < passed ? at : undefined) && (unmet.length === 0) === (at < passed)
        );
    }),
    RUNS,
  );
});

test("[TP60, TP66, TP67] a choice meets every part of its requirement", () => {
  fc.assert(
    fc.property(query, (one) => {
      const answer = resolveModel(one);
      const first = candidatesOf(one)[0];
      expect(answer.ok).toBe(first?.rank === 0);
      if (!answer.ok) return;
      const { modelId, providerId, locality, silicon } = answer.value;
      const ask = one.requirement;
      const source = one.offers.find((other) => idOf(other) === `${providerId}/${modelId}`);
      expect(ask.capabilities.filter((word) => !source?.capabilities.includes(word))).toEqual([]);
      expect([...ask.architectures, ...ask.architectures.length === 0 ? ["x", "y"] : []])
        .toContain(source?.architecture);
      expect(ask.providerPolicy).not.toBe(locality === "local" ? "cloud-only" : "local-only");
      expect(locality === "local").toBe(providerId === "page" || providerId === "own");
      if (ask.silicon !== "any") expect(silicon).toBe("gpu");
      if (ask.fit === "required") expect(first?.fit?.fit).not.toBe("will-not");
    }),
    RUNS,
  );
});

test("[TP62, TP71] ranked candidates stand in the order of their figures, unknown ones last", () => {
  fc.assert(
    fc.property(query, (one) => {
      const ranked = candidatesOf(one).filter(({ rank }) => rank !== undefined);
      ranked.slice(1).forEach((later, at) => {
        const pairs = later.scores.map((score, index) => ({
          criterion: score.criterion,
          figures: [ranked[at]?.scores[index]?.value ?? Infinity, score.value ?? Infinity],
        }));
        const deciding = pairs.find(({ figures: [before, after] }) => before !== after);
        expect(later.behindBy).toBe(deciding?.criterion ?? "id");
        if (deciding) expect(deciding.figures[0]).toBeLessThan(deciding.figures[1] ?? 0);
      });
    }),
    RUNS,
  );
});

test("[TP69] numbers that count nothing are refused wherever they stand", () => {
  const wrong = fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 2 ** 60);
  fc.assert(
    fc.property(query, wrong, fc.nat(4), (one, value, where) => {
      const device = { ...one.host.device };
      const changed: ModelQuery[] = [
        { ...one, requirement: { ...one.requirement, contextTokensMin: value } },
        { ...one, host: { ...one.host, device: { ...device, bufferBytesMax: value } } },
        { ...one, host: { ...one.host, device: { ...device, memoryGiB: value } } },
        { ...one, host: { ...one.host, device: { ...device, storageBytesFree: value } } },
      ];
      const answer = resolveModel(changed[where % changed.length] ?? one);
      expect(answer).toMatchObject({ error: { kind: "query-invalid", problem: "not-a-count" } });
    }),
    RUNS,
  );
});
