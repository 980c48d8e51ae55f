/** German of `english/reads.ts`, key by key. */

import type { reads as english } from "../english/reads.ts";
import type { Translated } from "../translate.ts";

export const reads: Translated<typeof english> = {
  "reads.title": "Wer liest, was du schreibst",
  "reads.people-local": "Du, auf diesem Gerät, und diese Personas:",
  "reads.people-shared":
    "Alle mit dem Link können hier alles lesen, der Server zwischen euch kann es nicht. Die Personas:",
  "reads.nobody": "Liest zurzeit nichts: Kein Gerät denkt für {name}.",
  "reads.here": "Denkt auf diesem Gerät, mit {model}.",
  "reads.elsewhere":
    "Denkt auf dem Gerät von {host}, mit {model}; dort ist zur Hand, was sie liest.",
  "reads.model-unknown": "einem Modell, das hier nicht bekannt ist",
  "reads.leaves": "Was sie liest, verlässt diesen Raum und geht an {host}.",
  "reads.everything":
    "Bekommt das Neueste von allem, was hier gesagt wurde, soweit ihr Modell es fasst.",
  "reads.since-joining": "Bekommt nur, was gesagt wurde, während sie in der Besetzung war.",
  "reads.sees": "Sieht Bilder.",
  "reads.alt-only": "Sieht keine Bilder und liest, wie du sie beschreibst.",
  "reads.line.one": "Was {names} liest, verlässt diesen Raum und geht an {hosts}.",
  "reads.line.other": "Was {names} lesen, verlässt diesen Raum und geht an {hosts}.",
};
