/** German of `english/shell.ts`, key by key. */

import type { shell as english } from "../english/shell.ts";
import type { Translated } from "../translate.ts";

export const shell: Translated<typeof english> = {
  // Shell
  "app.name": "Conclave",
  "app.skip": "Zum Gespräch springen",
  "app.skip-main": "Zum Hauptteil springen",
  "app.loading": "Deine Räume werden geöffnet",
  "app.screen-failed": "Dieser Teil der Seite konnte nicht geladen werden",
  "app.screen-failed-do":
    "Deine Räume sind auf diesem Gerät sicher. Lade die Seite neu, um es noch einmal zu versuchen.",
  "app.reload": "Neu laden",
  "app.rescue": "Meine Räume als Datei sichern",
  "app.rescue-text":
    "Nichts wurde gelöscht. Du kannst alles, was hier geschrieben wurde, als Text sichern.",
  "problem.region": "Hinweise",
  "nav.main": "Hauptmenü",
  "nav.rooms": "Räume",
  "nav.search": "Suchen",
  "nav.models": "Modelle",
  "nav.settings": "Einstellungen",
  "nav.join": "Einem Raum beitreten",
  "nav.home": "Conclave, alle Räume",
  "nav.back": "Räume",
  "rail.other-tab":
    "Das Modell läuft in einem anderen Tab dieses Browsers; dieser hier zeigt dasselbe.",
  "day.today": "Heute",
  "day.yesterday": "Gestern",

  // Start
  "start.title": "Ein eigener Raum, mit Schlüssel",
  "start.what":
    "Conclave ist ein privater Raum, in dem Menschen und KI-Personas miteinander reden. Jede Persona denkt gleich hier, auf deinem eigenen Gerät.",
  "start.where": "Was wo läuft",
  "start.where-page": "Die Seite",
  "start.where-page-text": "Kommt einmal von dieser Adresse und läuft danach auch ohne Netz.",
  "start.where-mind": "Die Personas",
  "start.where-mind-text":
    "Denken in diesem Browser, auf deinem Prozessor oder deiner Grafikkarte.",
  "start.where-log": "Deine Worte",
  "start.where-log-text":
    "Bleiben im Speicher dieses Browsers. Lädst du Leute ein, reisen sie verschlüsselt: kein Konto, kein Server, der mitliest.",
  "start.try": "Lern Ada und Bo kennen",
  "start.try-text": "Zwei Personas warten im Gartenraum. Sag Hallo; sie antworten sofort.",
  "start.begin": "Mit Ada und Bo anfangen",
  "start.beginning": "Der Raum wird geöffnet…",
  "start.honest":
    "Sie beginnen mit dem Startmodell: winzig, eher ein Sprachführer als ein Kopf, und es kann nur Englisch. Dafür läuft es hier und jetzt, ganz ohne Download.",
  "start.honest-models":
    "Richtige Modelle findest du unter „Modelle“, jedes mit Größe, Speicherbedarf und Lizenz, bevor etwas heruntergeladen wird.",
  "start.new-room": "Neuer Raum",
  "start.rooms": "Deine Räume",
  "start.empty-line": "Noch nichts gesagt",
  "start.room-lost": "Etwas von diesem Raum fehlt hier",
  "start.moving": "Zieht um",
  "start.room-with": "mit {names}",
  "start.unread.one": "{count} ungelesen",
  "start.unread.other": "{count} ungelesen",
  "start.ready-room": "Der Gartenraum",
  "start.invited": "Hat dir jemand einen Link geschickt?",
  "start.import": "Raum importieren",
  "start.saved": "Einen Raum als Datei gesichert?",
  "start.look-models": "Modelle ansehen",

  // New room
  "new-room.name": "Name des Raums",
  "room.more": "Raumoptionen",

  // Common
  "do.cancel": "Abbrechen",
  "do.close": "Schließen",
  "do.save": "Speichern",
  "do.dismiss": "Ausblenden",
  "do.copy": "Kopieren",
  "do.copied": "Kopiert",
  "do.details": "Technische Einzelheiten",
  "do.retry": "Noch einmal versuchen",
};
