/** Untrusted words with their line breaks; a persona's own are set as in the room. */

import type { JSX } from "preact";
import { PlainText } from "../text/plain-text.tsx";

export function Prose({ text, isPersona = false }: {
  readonly text: string;
  readonly isPersona?: boolean;
}): JSX.Element {
  return (
    <p class={isPersona ? "prose prose-persona" : "prose"} dir="auto">
      <PlainText text={text} />
    </p>
  );
}
