/** German of `english/talk.ts`, key by key. */

import type { talk as english } from "../english/talk.ts";
import type { Translated } from "../translate.ts";

export const talk: Translated<typeof english> = {
  "talk.reply": "Antworten",
  "talk.reply-to": "{name} antworten",
  "talk.in-reply": "Antwort auf {name}:",
  "talk.in-reply-own": "Antwort auf dich:",
  "talk.strip": "Du antwortest auf {name}:",
  "talk.strip-own": "Du antwortest auf deine eigene Nachricht:",
  "talk.drop": "Nicht auf diese Nachricht antworten",
  "talk.picture": "ein Bild",
  "talk.aside": "beiseitegelegt",
  "talk.earlier": "eine frühere Nachricht",
  "talk.unknown": "eine Nachricht, die nicht hier ist",
  "talk.not-here":
    "Diese Nachricht ist nicht auf diesem Gerät: Sie blieb zurück, wo der Raum begann.",
  "pins.region": "Angeheftete Nachrichten",
  "pins.count.one": "{count} angeheftete Nachricht",
  "pins.count.other": "{count} angeheftete Nachrichten",
  "pins.pin": "Für alle anheften",
  "pins.unpin": "Lösen",
  "pins.unpin-of": "Die Nachricht von {name} lösen",
  "pins.unpin-own": "Deine Nachricht lösen",
  "pins.pinned": "Für alle angeheftet.",
  "pins.unpinned": "Nicht mehr angeheftet.",
  "undo.bring-back": "Zurückholen",
  "undo.do": "Rückgängig",
  "undo.rewound": "Zurückgespult. Was beiseitegelegt wurde, lässt sich noch lesen und kopieren.",
  "undo.restored": "Was beiseitegelegt wurde, ist wieder da.",
  "undo.under-way": "Unterwegs: Der Raum hat es noch nicht übernommen.",
  "undo.removed": "{name} hat den Raum verlassen.",
  "undo.persona-back": "{name} ist wieder da.",
  "undo.deleted": "{name} wurde gelöscht.",
  "undo.room-back": "{name} ist wieder da, mit allem darin.",
  "rewind.title": "Bis hierher zurückspulen?",
  "rewind.text.one":
    "{count} Nachricht nach dieser wird beiseitegelegt. Sie bleibt zusammengeklappt im Raum, und keine Persona liest sie mehr. Nichts wird gelöscht.",
  "rewind.text.other":
    "{count} Nachrichten nach dieser werden beiseitegelegt. Sie bleiben zusammengeklappt im Raum, und keine Persona liest sie mehr. Nichts wird gelöscht.",
  "rewind.confirm": "Zurückspulen",
};
