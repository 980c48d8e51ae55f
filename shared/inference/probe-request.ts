/** The smallest request that makes one real token: readiness and health are never a ping. */

import type { GenerateRequest } from "./engine.ts";
import type { ModelProfile } from "./model-profile.ts";

export function probeRequest(profile: ModelProfile): GenerateRequest {
  const isScript = profile.promptFormat === "starter-script";
  return {
    requestId: "probe",
    persona: "probe",
    segments: [
      isScript
        ? { key: "probe", role: "script", text: "<|room|>" }
        : { key: "probe", role: "user", text: "Hi" },
    ],
    continueText: "",
    stop: [],
    seed: 1,
    temperature: 0,
    topP: 1,
    tokensMax: 1,
  };
}
