/** German of `english/connection.ts`, key by key. */

import type { connection as english } from "../english/connection.ts";
import type { Translated } from "../translate.ts";

export const connection: Translated<typeof english> = {
  "link.connecting": "Verbindet",
  "link.catching-up": "Holt auf, {done} von {total}",
  "link.catching-label": "Geholte Nachrichten",
  "link.offline": "Ohne Netz",
  "link.offline-text": "Du bist nicht mit dem Netz verbunden.",
  "link.unreachable-text": "Der Server des Raums ist nicht zu erreichen.",
  "link.busy-text": "Der Server des Raums ist beschäftigt.",
  "link.restarting-text": "Der Server des Raums startet neu.",
  "link.misbehaves-text": "Der Server des Raums antwortet mit etwas Unverständlichem.",
  "link.storage-text":
    "Der Speicher dieses Browsers antwortet nicht, deshalb kann nichts empfangen werden.",
  "link.kept":
    "Was du schreibst, bleibt hier und wird gesendet, sobald die Verbindung wieder steht.",
  "link.kept-read": "Neue Nachrichten kommen, sobald die Verbindung wieder steht.",
  "link.again-in": "Neuer Versuch in {time}",
  "link.again-now": "Neuer Versuch läuft",
  "link.try-now": "Jetzt versuchen",
  "link.back": "Wieder verbunden. Alles ist auf dem neuesten Stand.",
  "link.refused": "Nicht verbunden",
  "link.refused-key": "Der Schlüssel dieses Links wurde nicht angenommen",
  "link.refused-key-do":
    "Der Raum bleibt hier zum Lesen. Bitte jemanden aus dem Raum um einen neuen Link.",
  "link.refused-version": "Der Server des Raums spricht eine andere Version",
  "link.refused-version-do": "Lade neu, um zu aktualisieren und weiterzumachen.",
  "link.refused-full": "Der Raum ist voll",
  "link.refused-full-do": "Warte, bis jemand geht, und versuch es dann noch einmal.",
  "link.refused-replaced": "Dieser Raum ist in einem anderen Tab oder Fenster verbunden",
  "link.refused-replaced-do": "Mach dort weiter oder hol die Verbindung hierher.",
  "link.refused-closed": "Dieser Raum wurde auf seinem Server geschlossen",
  "link.refused-closed-do": "Was gesagt wurde, bleibt hier zum Lesen.",
  "link.refused-origin": "Der Server des Raums bedient diese Seite nicht",
  "link.refused-origin-do": "Öffne den Link unter der Adresse, unter der der Raum angelegt wurde.",
  "link.refused-crypto":
    "Dieser Browser kann nicht so verschlüsseln, wie geteilte Räume es brauchen",
  "link.refused-crypto-do":
    "Nimm ein aktuelles Chrome, Edge, Firefox oder Safari, unter einer Adresse, die mit https:// beginnt.",
  "link.refused-space": "Der Server des Raums hat keinen Platz mehr für diesen Raum",
  "link.refused-space-do":
    "Mach in einem neuen Raum weiter. Was gesagt wurde, bleibt hier zum Lesen.",
  "link.refused-size": "Das ist zu groß für den Server des Raums",
  "link.refused-size-do": "Kürze es oder sende es in Teilen.",
  "link.refused-read": "Mit diesem Link kannst du nur lesen",
  "link.refused-read-do": "Bitte jemanden, der hier schreibt, um einen Link zum Mitreden.",
  "link.refused-trimmed": "Der Server des Raums hat nicht mehr, was hier verpasst wurde",
  "link.refused-trimmed-do":
    "Was hier ist, bleibt zum Lesen. Bitte um den Link zu einem neuen Raum, um weiterzumachen.",
  "link.refused-other": "Der Server des Raums hat abgelehnt",
  "link.refused-other-do":
    "Versuch es noch einmal. Bleibt es so, kopiere die Einzelheiten und melde sie.",
  "link.take-over": "Hier verbinden",
  "link.kept-refused": "Was du geschrieben hast, bleibt auf diesem Gerät erhalten.",
};
