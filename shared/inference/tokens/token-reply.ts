/** What the decoding of a free reply and that of a choice have in common. */

import type { GenerateRequest, Usage } from "../engine.ts";
import type { BackEndOutcome, GenerateSink } from "../back-end.ts";
import type { TokenPrompt } from "./prefill-plan.ts";
import type { PrefixStore } from "./prefix-store.ts";
import type { TokenModel, TokenRun } from "./token-model.ts";

export interface GenerateDeps {
  readonly model: TokenModel;
  readonly prefixes: PrefixStore;
  readonly now: () => number;
  /** Lets messages in between two runs. */
  readonly yieldTurn: () => Promise<void>;
}

/** A reply whose prompt has been run. */
export interface TokenReply {
  readonly prompt: TokenPrompt;
  readonly prefilled: TokenRun;
  readonly request: GenerateRequest;
  readonly sink: GenerateSink;
  readonly usageOf: (generatedTokens: number) => Usage;
}

/** A broken kernel or a lost device: nothing can run in this worker any more. */
export const badLogitsOutcome: BackEndOutcome = {
  kind: "failed",
  error: { kind: "internal", detail: "the model computed no number" },
  isFatal: true,
};

/** The prompt's last tokens, which tell the detokeniser where a space belongs. */
export function detokeniseContext(prompt: TokenPrompt): readonly number[] {
  return prompt.ids.slice(-8);
}
