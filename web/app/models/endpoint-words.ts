/** What a server is, and why it is not reached, in words. */

import "./endpoints-text.ts";
import type { EndpointCheck } from "../../client/app-client.ts";
import { endpointsLimits } from "../../client/endpoints/endpoint.ts";
import { formatNumber, isMessageKey, t, tData } from "../messages/translate.ts";

/** Servers that people run on their machine, at the addresses that they have by themselves. */
export const presets = [
  { id: "ollama", name: "Ollama", baseUrl: "http://127.0.0.1:11434/v1" },
  { id: "lm-studio", name: "LM Studio", baseUrl: "http://127.0.0.1:1234/v1" },
  { id: "llama-server", name: "llama-server", baseUrl: "http://127.0.0.1:8080/v1" },
  { id: "vllm", name: "vLLM", baseUrl: "http://127.0.0.1:8000/v1" },
] as const;

export interface CheckWords {
  readonly happened: string;
  readonly advice: readonly string[];
  /** A line for a terminal. */
  readonly command?: string;
}

/** `presetId` of one that is not a preset gives the general advice. */
export function describeCheck(
  check: Exclude<EndpointCheck, { readonly kind: "reached" }>,
  presetId: string,
  address: string,
): CheckWords {
  if (check.kind === "refused") {
    const max = formatNumber(endpointsLimits.modelsMax);
    const min = formatNumber(endpointsLimits.contextTokensMin);
    return { happened: tData(`reach.refused-${check.reason}`, { max, min }), advice: [] };
  }
  const { why } = check;
  switch (why.kind) {
    case "cors-refused":
      return {
        happened: t("reach.cors"),
        advice: [t("reach.cors-do", { origin: location.origin })],
        ...commandOf("cors", presetId),
      };
    case "not-running":
      return {
        happened: t("reach.not-running", { address }),
        advice: [
          t("reach.not-running-do"),
          ...why.isBlockable ? [t("reach.not-running-blocked")] : [],
        ],
        ...commandOf("start", presetId),
      };
    case "no-model-list":
      return {
        happened: t("reach.no-model-list"),
        advice: [t("reach.no-model-list-do", { status: why.status })],
      };
    default:
      return {
        happened: tData(`reach.${why.kind}`, { address }),
        advice: [t(`reach.${why.kind}-do`)],
      };
  }
}

function commandOf(verb: "cors" | "start", presetId: string): Pick<CheckWords, "command"> {
  const key = `reach.${verb}-${presetId}`;
  return isMessageKey(key) ? { command: tData(key, { origin: location.origin }) } : {};
}
