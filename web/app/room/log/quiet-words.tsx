/** What became of a persona's turn, and what to do about it. */

import type { JSX } from "preact";

export function QuietWords({ text, advice }: {
  readonly text: string;
  /** Empty when nothing needs doing. */
  readonly advice: string;
}): JSX.Element {
  return (
    <>
      {text}
      {advice !== "" && <span class="quiet-advice">{" "}{advice}</span>}
    </>
  );
}
