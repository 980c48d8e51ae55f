/** German of `english/spoken.ts`, key by key. */

import type { spoken as english } from "../english/spoken.ts";
import type { Translated } from "../translate.ts";

export const spoken: Translated<typeof english> = {
  "spoken.again": "{name} antwortet noch einmal: {text}",
  "spoken.many.one": "{count} neue Zeile",
  "spoken.many.other": "{count} neue Zeilen",
  "spoken.title": "Bildschirmleser",
  "spoken.legend": "Von dem, was andere sagen, vorlesen",
  "spoken.answers": "Ganze Antworten",
  "spoken.sentences": "Satz für Satz",
  "spoken.nothing": "Nichts",
  "spoken.hint":
    "Immer nur eine Stimme, jede mit Namen. Satz für Satz beginnt früher; die anderen warten, bis die Stimme fertig ist.",
  "log.announcements": "Neue Nachrichten",
  "log.says": "{name} sagt: {text}",
  "log.replies": "{name} antwortet auf {to}: {text}",
  "log.shows": "{name} zeigt ein Bild.",
};
