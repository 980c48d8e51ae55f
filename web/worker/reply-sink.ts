/** A reply that only the back end itself reads. */

import type { GenerateSink } from "#shared/inference/mod.ts";

export interface ReplySink {
  readonly sink: GenerateSink;
  text(): string;
}

export function createReplySink(): ReplySink {
  let all = "";
  return {
    sink: {
      prefilled: () => undefined,
      text(piece) {
        all += piece;
        return Promise.resolve("go-on");
      },
    },
    text: () => all,
  };
}
