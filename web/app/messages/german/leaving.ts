/** German of `english/leaving.ts`, key by key. */

import type { leaving as english } from "../english/leaving.ts";
import type { Translated } from "../translate.ts";

export const leaving: Translated<typeof english> = {
  "leave.title": "{name} verlassen?",
  "leave.text":
    "Der Schlüssel des Raums wird von diesem Gerät gelöscht; zum Zurückkommen brauchst du einen Einladungslink. Die anderen behalten den Raum und was du darin gesagt hast.",
  "leave.hosted.one":
    "{names} denkt auf diesem Gerät. Etwa eine Viertelminute später übernimmt ein anderes Gerät, das es kann; bis dahin antwortet niemand als {names}.",
  "leave.hosted.other":
    "{names} denken auf diesem Gerät. Etwa eine Viertelminute später übernehmen andere Geräte, die es können; bis dahin antworten sie nicht.",
  "leave.unsent.one":
    "{count} Nachricht von dir ist noch nicht gesendet und wird es dann nicht mehr.",
  "leave.unsent.other":
    "{count} Nachrichten von dir sind noch nicht gesendet und werden es dann nicht mehr.",
  "leave.here": "Was gesagt wurde, auf diesem Gerät",
  "leave.erase": "Löschen",
  "leave.erase-text": "Nichts von dem Raum bleibt hier.",
  "leave.copy": "Eine Kopie behalten",
  "leave.copy-text":
    "Sie wird ein Raum nur dieses Geräts, zum Lesen und Weitermachen. Von Bildern bleibt die Beschreibung.",
  "leave.do": "Verlassen",
  "leave.copied": "Du hast den Raum verlassen. Dies ist deine eigene Kopie.",
  "leave.copy-failed":
    "Die Kopie ließ sich nicht anlegen, also bist du noch im Raum. Nichts wurde geändert.",
  "leave.copy-short":
    "Du bist noch im Raum. Drücke noch einmal auf Verlassen, wenn dir eine Kopie ohne sie reicht.",
};
