/** German of `english/handed-in.ts`, key by key. */

import type { handedIn as english } from "../english/handed-in.ts";
import type { Translated } from "../translate.ts";

export const handedIn: Translated<typeof english> = {
  "in.title": "An Conclave übergeben",
  "in.what":
    "Eine andere App hat das hier mit dir geteilt. Es ist nur auf diesem Gerät. Wohin soll es?",
  "in.none": "Nichts wartet. Was du mit Conclave teilst oder öffnest, erscheint hier.",
  "in.full":
    "Ein Teil wurde nicht behalten, weil schon {max} Stücke warten. Bring sie irgendwo unter oder entferne sie und teile dann noch einmal.",
  "in.failed":
    "Was du geteilt hast, konnte nicht behalten werden: Auf diesem Gerät fehlt der Platz. Schaff welchen unter „Modelle“ und teile dann noch einmal.",
  "in.room": "Raum",
  "in.no-room": "Leg erst einen Raum an; was gekommen ist, bleibt so lange hier.",
  "in.text": "Worte",
  "in.text-do": "Ins Nachrichtenfeld setzen",
  "in.card-do": "Als Persona lesen",
  "in.picture-do": "An eine Nachricht anhängen",
  "in.import-do": "Als Raum importieren",
  "in.unknown":
    "Mit so einer Datei kann Conclave nichts anfangen. Es liest Karten (PNG, JSON, CHARX), Bilder und gespeicherte Räume.",
  "in.too-large": "{name} hat {size}; höchstens {max} gehen. Nichts davon wurde behalten.",
  "in.remove": "{name} entfernen",
  "update.ready": "Eine neue Version von Conclave ist bereit.",
  "update.ready-text": "Nichts Geschriebenes wird angerührt; alle Tabs laden gemeinsam neu.",
  "update.take": "Jetzt verwenden",
  "update.later": "Später",
  "update.waits": "Die neue Version kommt, sobald niemand mehr antwortet.",
  "update.now": "Nicht warten",
};
