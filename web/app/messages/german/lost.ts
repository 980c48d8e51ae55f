/** German of `english/lost.ts`, key by key. */

import type { lost as english } from "../english/lost.ts";
import type { Translated } from "../translate.ts";

export const lost: Translated<typeof english> = {
  "lost.messages": "Die Nachrichten dieses Raums sind nicht mehr in diesem Browser",
  "lost.messages-text":
    "Der Raum steht noch in der Liste, aber nichts von dem, was darin gesagt wurde, ist noch da. Browser löschen, was Seiten speichern, wenn der Platz knapp wird oder Websitedaten gelöscht werden.",
  "lost.messages-do":
    "Hast du den Raum als Datei gesichert, dann importiere sie am Anfang: Daraus wird ein neuer Raum. Nimm danach diesen aus der Liste.",
  "lost.keys": "Dieser Browser hat seinen Schlüssel zu diesem Raum verloren",
  "lost.keys-text":
    "Was gesagt wurde, ist noch hier, aber ohne den Schlüssel lässt es sich nicht als das dieses Geräts zeigen, und nichts kann gesendet oder empfangen werden.",
  "lost.keys-do":
    "Öffne wieder einen Einladungslink dieses Raums: Er kommt mit allen Nachrichten zurück. Wer im Raum ist, kann dir einen geben.",
  "lost.to-start": "Zum Anfang",
  "lost.forget": "Aus der Liste nehmen",
};
