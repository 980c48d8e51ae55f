import { expect, test } from "vitest";
import type { ModelProfile } from "#shared/inference/mod.ts";
import { emptyState, type PersonaState } from "#shared/room/mod.ts";
import type { ModelRow } from "../../../client/app-client.ts";
import {
  adviseHostless,
  describeHostless,
  listHostless,
  type OutlookContext,
} from "./outlook-words.ts";

const large: ModelProfile = {
  id: "large-f16",
  engine: "web-llm",
  name: "Large",
  goodFor: "",
  licence: "",
  parameters: 3e9,
  downloadBytes: 2e9,
  memoryBytes: 2.3e9,
  contextTokens: 4_096,
  requiredFeatures: ["shader-f16"],
  needsWebGpu: true,
  promptFormat: "chat",
  embedded: false,
  replyTokensMax: 512,
  temperature: 1,
  topP: 1,
};

const unfit: ModelRow = {
  profile: large,
  fit: "will-not",
  reasons: [{ key: "needs-webgpu", values: {} }],
  downloaded: false,
  keptBytes: 0,
};

function persona(id: string, change: Partial<PersonaState> = {}): PersonaState {
  const card = { name: id, gist: "", description: "", greeting: "", hue: 0 };
  const requirement = { modelId: "large-f16", contextTokensMin: 0 };
  return { id, owner: "dv_mika", card, requirement, hosts: "any", removed: false, ...change };
}

/** Noor looks; Mika, whose personas these are, is away. */
function context(
  personas: readonly PersonaState[],
  change: Partial<OutlookContext> = {},
  lanes: readonly string[] = ["starter"],
): OutlookContext {
  const announced = {
    hostsForOthers: true,
    lanes: lanes.map((modelId) => ({
      ...{ engine: "transformers", modelId, slots: 1, contextTokens: 384, lane: "cpu" as const },
    })),
  };
  const state = {
    ...emptyState(),
    devices: new Map([
      ["dv_mika", { id: "dv_mika", name: "Mika" }],
      ["dv_noor", { id: "dv_noor", name: "Noor", announced }],
    ]),
    personas: new Map(personas.map((one) => [one.id, one])),
  };
  return {
    ...{ state, ownDevice: "dv_noor", canWrite: true },
    models: { phase: "loaded", rows: [unfit] },
    isDeviceKnown: true,
    ...change,
  };
}

test("[HO150] nobody can host her: what her model needs, each device, and where to go", () => {
  expect(listHostless(context([persona("Ada"), persona("Bo")]))).toEqual([{
    personas: ["Ada", "Bo"],
    happened: "Nobody can host Ada and Bo: needs the model Large, 2.3 GB of memory, " +
      "WebGPU with shader-f16",
    step: "Open Conclave on a device with 2.3 GB of memory, WebGPU with shader-f16, " +
      "or choose a smaller model for Ada and Bo.",
    devices: [
      "This device: runs starter. Needs WebGPU, which this browser does not offer.",
      "Mika's computer: away",
    ],
  }]);
});

test("[HO150] what her model needs is said of devices that can have it: choose it here", () => {
  const models = { phase: "loaded", rows: [{ ...unfit, fit: "tight", reasons: [] }] } as const;
  const [group] = listHostless(context([persona("Ada")], { models }));
  expect(group?.step).toBe("Choose Large under Models on this device.");
  const unknown = context([persona("Ada")], { models, isDeviceKnown: false });
  expect(listHostless(unknown)[0]?.step).toMatch(/^Open Conclave on a device with/);
  const [reader] = listHostless(context([persona("Ada")], { models, canWrite: false }));
  expect(reader?.step).toMatch(/^Open Conclave on a device with/);
});

test("[HO150] an unknown model is named by its id, nothing is invented about it", () => {
  const ada = persona("Ada", { requirement: { modelId: "gguf-70b", contextTokensMin: 8_000 } });
  const [group] = listHostless(context([ada]));
  expect(group?.happened).toBe(
    "Nobody can host Ada: needs the model gguf-70b, which is not in this app's list, " +
      "8,000 tokens of context",
  );
  expect(group?.step).toBe(
    "Open Conclave on a device that runs it, or choose another model for Ada.",
  );
});

test("[HO151] each thing that is missing has a next step of its own", () => {
  const any = { modelId: undefined, contextTokensMin: 0 };
  const stepOf = (given: OutlookContext) => listHostless(given)[0]?.step;
  const ada = persona("Ada", { requirement: any });
  expect(stepOf(context([ada], {}, []))).toMatch(/^Start a model under Models/);
  const narrow = persona("Ada", { requirement: { contextTokensMin: 1_000 } });
  expect(stepOf(context([narrow]))).toMatch(/longer context/);
  const mine = persona("Ada", { requirement: any, hosts: ["dv_mika"] });
  expect(stepOf(context([mine]))).toBe("Only Mika's computer may host Ada: open Conclave there.");
  const closed = context([ada]);
  const noor = closed.state.devices.get("dv_noor");
  const announced = { lanes: noor?.announced?.lanes ?? [], hostsForOthers: false };
  const devices = new Map([["dv_noor", { id: "dv_noor", name: "Noor", announced }]]);
  expect(stepOf({ ...closed, state: { ...closed.state, devices }, ownDevice: "dv_x" }))
    .toMatch(/^Noor's computer thinks only for its own personas now/);
  const away = { ...closed.state, devices: new Map() };
  expect(stepOf({ ...closed, state: away })).toMatch(/^Open the room on a device/);
  expect(stepOf({ ...closed, state: away, canWrite: false })).toMatch(/^Your link lets you only/);
});

test("[HO150] in the cast: who takes her over, or what she needs; nothing while she is hosted", () => {
  const any = { contextTokensMin: 0 };
  const free = persona("Ada", { requirement: any });
  expect(describeHostless(context([free]), free)).toBe("this device takes Ada over");
  expect(describeHostless(context([free], { ownDevice: "dv_x" }), free))
    .toBe("Noor's computer takes Ada over");
  expect(describeHostless(context([persona("Ada")]), persona("Ada")))
    .toMatch(/^nobody can host Ada: needs the model Large/);
  const hosted = persona("Ada", { assignment: { device: "dv_noor", seq: 3 } });
  expect(describeHostless(context([hosted]), hosted)).toBeUndefined();
  expect(listHostless(context([free, hosted, persona("Bo", { removed: true })]))).toEqual([]);
});

test("[HO150] a turn that found no host says what to do now, also when somebody came since", () => {
  const none = context([persona("Ada")]);
  expect(adviseHostless(none, "Ada")).toEqual({
    text: expect.stringMatching(/^Nobody can host Ada: needs.*\.$/),
    advice: expect.stringMatching(/^Open Conclave on .* Then ask again\.$/),
  });
  const some = context([persona("Ada", { requirement: { contextTokensMin: 0 } })]);
  expect(adviseHostless(some, "Ada"))
    .toEqual({ advice: "This device can think for Ada now. Ask again." });
  expect(adviseHostless(some, "gone")).toBeUndefined();
});
