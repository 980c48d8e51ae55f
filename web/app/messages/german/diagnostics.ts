/** German of `english/diagnostics.ts`, key by key. */

import type { diagnostics as english } from "../english/diagnostics.ts";
import type { Translated } from "../translate.ts";

export const diagnostics: Translated<typeof english> = {
  "storage.title": "Speicher",
  "storage.used": "{used} von {quota} belegt, die dieser Browser erlaubt.",
  "storage.unknown": "Dieser Browser sagt nicht, wie viel belegt ist.",
  "storage.kept": "Der Browser behält es, bis du es löschst.",
  "storage.not-kept":
    "Der Browser darf es löschen, wenn der Platz knapp wird und du lange nicht hier warst.",
  "storage.keep": "Den Browser bitten, es zu behalten",
  "storage.keep-refused":
    "Der Browser hat nicht zugestimmt. Meist hilft es, Conclave zu installieren oder öfter herzukommen.",
  "storage.models": "Modelldateien und wie du sie löschst",
  "storage.where": "Räume, Entwürfe und Schlüssel",
  "storage.where-text":
    "liegen im Speicher dieses Browsers. Wer die Daten dieser Seite löscht, löscht sie hier und endgültig; vorher lässt sich ein Raum in seinen Optionen als Datei sichern.",
  "report.title": "Diagnose",
  "report.what":
    "Ein Bericht für alle, die dir helfen: dieser Browser, seine Grafikkarte, das Modell, Verbindungen und was schiefging. Er enthält keine Worte, Namen, Adressen oder Schlüssel und geht nirgendwohin, bis du ihn sendest.",
  "report.make": "Bericht erstellen",
  "report.label": "Bericht",
  "report.save": "Als Datei speichern",
  "report.check": "Dieses Gerät prüfen",
  "report.log": "Neueste Zeilen des Protokolls",
  "report.log-none": "Seit diese Seite offen ist, ging nichts schief.",
};
