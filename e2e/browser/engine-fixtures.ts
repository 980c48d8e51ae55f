/**
 * The `test` of the engine's browser specs: the harness page, under the guard of every browser
 * test.
 *
 * One build and one server per Playwright worker; `modelsFolder` puts another folder in the place
 * of
 * `/models/`.
 */

import type { GenerateRequest, ModelProfile } from "#shared/inference/mod.ts";
import { starterProfile } from "../../web/models/catalogue.ts";
import type { WorkerSettings } from "../../web/worker/protocol.ts";
import { expect, test as base } from "../support/fixtures.ts";
import { type EngineSite, openEngineSite } from "./engine-site.ts";
import type { ContractReport } from "./harness/harness-contract.ts";
import type { Harness } from "./harness/harness.ts";

export { expect, starterProfile };

declare global {
  // oxlint-disable-next-line no-var -- a property of the page's global object
  var harness: Harness;
}

interface WorkerFixtures {
  /** Folder of another web-llm package; empty for the installed one. */
  readonly webLlm: string;
  readonly site: EngineSite;
}

export const test = base.extend<{ readonly opened: void }, WorkerFixtures>({
  webLlm: ["", { scope: "worker", option: true }],
  site: [
    async ({ webLlm }, use) => {
      const site = await openEngineSite(webLlm === "" ? undefined : webLlm);
      await use(site);
      await site.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ site }, use) => await use(site.url),
  opened: [
    async ({ page }, use) => {
      await page.goto("/");
      await page.waitForFunction(() => globalThis.harness !== undefined);
      await use();
    },
    { auto: true },
  ],
});

/** Prints how many cases `engine` passed, and fails on any that failed. */
export function reportContract(engine: string, { cases }: ContractReport): void {
  const passed = cases.filter(({ outcome }) => outcome === "passed");
  console.log(`engine contract on ${engine}: ${passed.length} of ${cases.length} cases passed`);
  expect(cases.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
  expect(cases.length).toBeGreaterThan(10);
}

export const defaultSettings: WorkerSettings = {
  modelHost: { weights: "", libraries: "" },
  force: undefined,
};

/** A transcript of over 64 tokens: the length at which fused kernels once went wrong. */
export const ROOM_TEXT = "<|room|>Here: Rhoda, Mirko and Ulrike.\n" +
  "Ulrike: good morning to you all, what did you do today?\n" +
  "Mirko: Hey Rhoda, I got up early today and drank a cup of tea.\n" +
  "Rhoda: Very good. A cup of tea is nice in the morning.\n" +
  "Ulrike: tell me, do you like a long walk in the garden?\n" +
  "Mirko: yes, I like the garden and the old trees there.\n";

export function starterRequest(
  ask: string,
  overrides: Partial<GenerateRequest> = {},
): GenerateRequest {
  const cue =
    `Mirko: ${ask}\n<|cue|>Rhoda: a household robot that blinks a lot | for all\n<|reply|>`;
  return {
    requestId: "rq_1",
    persona: "ps_rhoda",
    segments: [
      { key: "room", role: "script", text: ROOM_TEXT },
      { key: `cue:${ask}`, role: "script", text: cue },
    ],
    continueText: "",
    stop: [],
    seed: 3,
    temperature: 0.9,
    topP: 0.95,
    tokensMax: 24,
    ...overrides,
  };
}

/** A chat model that only the scripted library knows. */
export const scriptedProfile: ModelProfile = {
  ...starterProfile,
  id: "scripted-chat",
  engine: "web-llm",
  embedded: false,
  needsWebGpu: true,
  promptFormat: "chat",
  contextTokens: 4096,
};

/** A chat whose last message is the scripted library's script. */
export function chatRequest(
  script: string,
  overrides: Partial<GenerateRequest> = {},
): GenerateRequest {
  return {
    requestId: "rq_1",
    persona: "ps_1",
    segments: [
      { key: "system", role: "system", text: "Two people and Ada talk." },
      { key: script, role: "user", text: script },
    ],
    continueText: "",
    stop: [],
    seed: 1,
    temperature: 0,
    topP: 1,
    tokensMax: 64,
    ...overrides,
  };
}
