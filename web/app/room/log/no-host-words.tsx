/** A turn that found no host, as things stand now. */

import type { JSX } from "preact";
import { useOutlook } from "../cast/hostless-line.tsx";
import { adviseHostless } from "../cast/outlook-words.ts";
import type { OutcomeLine } from "./outcome-line.ts";
import { QuietWords } from "./quiet-words.tsx";

export function NoHostWords({ persona, line }: {
  readonly persona: string;
  /** Stands where nothing more is known of her. */
  readonly line: OutcomeLine;
}): JSX.Element {
  const { text = line.text, advice } = adviseHostless(useOutlook(), persona) ?? line;
  return <QuietWords text={text} advice={advice} />;
}
