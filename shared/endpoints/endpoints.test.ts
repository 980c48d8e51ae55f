import { expect, test } from "vitest";
import { protocolLimits } from "../protocol/mod.ts";
import { isLoopback, placeOf, readBase } from "./address.ts";
import { decideReach, type ReachEvidence, refuseAddress } from "./decide-reach.ts";
import { wireLimits } from "./limits.ts";
import { decodeModels } from "./list-models.ts";

test("[IN93] a list gives each model once, in its order, with the context that it serves", () => {
  const data = [
    { id: "b", max_model_len: 8192 },
    { id: "a", context_length: 131_072 },
    { id: "b", max_model_len: 1 },
    { id: "trained", meta: { n_ctx_train: 40_960 } },
    { id: "odd", max_model_len: -1, context_length: 2.5 },
    { id: "huge", context_length: wireLimits.contextTokensMax + 1 },
    { id: " spaced" },
    { id: "x".repeat(protocolLimits.idCharsMax + 1) },
    { id: 7 },
    null,
  ];
  expect(decodeModels({ object: "list", data })).toEqual([
    { name: "b", contextTokens: 8192 },
    { name: "a", contextTokens: 131_072 },
    { name: "trained", contextTokens: undefined },
    { name: "odd", contextTokens: undefined },
    { name: "huge", contextTokens: undefined },
  ]);
  const many = Array.from(
    { length: wireLimits.listedModelsMax + 9 },
    (_, at) => ({ id: `m${at}` }),
  );
  expect(decodeModels({ data: many })).toHaveLength(wireLimits.listedModelsMax);
});

test.each([undefined, null, [], "models", {}, { data: {} }])(
  "[IN93] %j is no list of models",
  (value) => expect(decodeModels(value)).toBeUndefined(),
);

test("[RM57] a listed model sees where its list says so, in either form that lists have", () => {
  const data = [
    { id: "router", architecture: { input_modalities: ["text", "image"] } },
    { id: "blind-router", architecture: { input_modalities: ["text"] } },
    { id: "mistral", capabilities: { vision: true } },
    { id: "blind-mistral", capabilities: { vision: false } },
    { id: "odd", architecture: "image", capabilities: ["vision"] },
  ];
  const seeing = decodeModels({ data })?.filter((one) => one.seesImages);
  expect(seeing?.map(({ name }) => name)).toEqual(["router", "mistral"]);
});

const urlOf = (text: string): URL => {
  const read = readBase(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

test.each<[address: string, isLocal: boolean]>([
  ["http://localhost:11434/v1", true],
  ["http://127.0.0.1:8080/v1", true],
  ["http://127.9.9.9/v1", true],
  ["http://[::1]:8080/v1", true],
  ["http://ollama.localhost/v1", true],
  ["http://192.168.0.4:11434/v1", false],
  ["https://localhost.example/v1", false],
  ["https://127.0.0.1.example/v1", false],
  ["https://models.example/v1", false],
])("[HO180] what is sent to %s stays on this machine: %s", (address, isLocal) => {
  const url = urlOf(address);
  expect([isLoopback(url), placeOf(url).isLocal]).toEqual([isLocal, isLocal]);
});

test("[IN35] a host that is longer than an announcement takes is no address", () => {
  expect(readBase(`https://${"a".repeat(60)}.${"b".repeat(60)}.example/`).ok).toBe(false);
});

test.each<[address: string, isPageSecure: boolean, kind: string | undefined]>([
  ["https://models.example/v1", true, undefined],
  ["http://localhost:1234/v1", true, undefined],
  ["http://127.0.0.1:1234/v1", false, undefined],
  ["http://192.168.0.4:1234/v1", true, "mixed-content"],
  ["http://192.168.0.4:1234/v1", false, "address-in-clear"],
  ["http://[::1]:1234/v1", true, "address-in-clear"],
])("[IN94] the address %s of a page over TLS (%s) is refused as %s", (address, secure, kind) => {
  expect(refuseAddress({ url: urlOf(address), isPageSecure: secure })?.kind).toBe(kind);
});

const local = urlOf("http://127.0.0.1:11434/v1");
const cloud = urlOf("https://models.example/v1");
const failed = { kind: "failed", detail: "" } as const;
const seen: ReachEvidence = {
  url: local,
  isPageSecure: false,
  isPageLocal: false,
  hasKey: false,
  answer: failed,
  isSomebodyThere: false,
  permission: undefined,
};

test.each<[means: string, change: Partial<ReachEvidence>, kind: string]>([
  ["nobody listens on this machine", {}, "not-running"],
  ["nobody, though it may", { permission: "granted" }, "not-running"],
  ["somebody who does not allow this page", { isSomebodyThere: true }, "cors-refused"],
  ["CORS, also of a cloud", { url: cloud, isSomebodyThere: true }, "cors-refused"],
  [
    "CORS behind a question answered",
    { isSomebodyThere: true, permission: "granted" },
    "cors-refused",
  ],
  ["the browser refused", { permission: "denied" }, "permission-denied"],
  ["the browser asks", { permission: "prompt", answer: { kind: "late" } }, "permission-open"],
  ["its question was closed", { permission: "prompt" }, "permission-open"],
  [
    "no question to a page of this machine",
    { permission: "prompt", isPageLocal: true },
    "not-running",
  ],
  ["a permission that is not about a cloud", { url: cloud, permission: "denied" }, "no-answer"],
  ["a cloud that does not answer", { url: cloud }, "no-answer"],
  ["slow", { answer: { kind: "late" } }, "late"],
  ["no key", { answer: { kind: "answered", status: 401 } }, "key-missing"],
  ["a wrong key", { answer: { kind: "answered", status: 403 }, hasKey: true }, "key-refused"],
  ["loading", { answer: { kind: "answered", status: 503 } }, "busy"],
  ["another path", { answer: { kind: "answered", status: 404 } }, "no-model-list"],
  ["a page", { answer: { kind: "answered", status: 200 } }, "no-model-list"],
])("[IN94] %s", (_means, change, kind) => {
  expect(decideReach({ ...seen, ...change }).kind).toBe(kind);
});

test("[IN94] a browser that blocks pages over TLS is thought of only there", () => {
  expect(decideReach(seen)).toEqual({ kind: "not-running", isBlockable: false });
  expect(decideReach({ ...seen, isPageSecure: true }))
    .toEqual({ kind: "not-running", isBlockable: true });
});
