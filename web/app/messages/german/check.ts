/** German of `english/check.ts`, key by key. */

import type { check as english } from "../english/check.ts";
import type { Translated } from "../translate.ts";

export const check: Translated<typeof english> = {
  "check.title": "Dieses Gerät prüfen",
  "check.lead":
    "Eine Frage an fertige Personas in einem eigenen Raum. Die erste Antwort soll innerhalb von {first} kommen, alle innerhalb von {all}. Bleib so lange auf dieser Seite; der Raum bleibt, bis du ihn löschst.",
  "check.count": "Personas, 1 bis {max}",
  "check.run": "Prüfung starten",
  "check.running": "Gefragt: Die Antworten stehen noch aus.",
  "check.room": "Geräteprüfung",
  "check.question": "Good morning, everybody! How are you today?",
  "check.ok":
    "Alle {count} haben geantwortet oder lieber geschwiegen. Die erste nach {first}, die letzte nach {last}.",
  "check.broke": "Die Prüfung selbst konnte nicht nachsehen: {detail}.",
  "check.too-few": "{count} der Personas hatten ein Gerät. Eine Prüfung braucht {min}.",
  "check.not-kept": "Die Frage wurde nicht gespeichert: {detail}.",
  "check.not-in-log": "Die Frage wurde gesendet und kam nie aus dem Verlauf des Raums zurück.",
  "check.no-reply":
    "Niemand sagte ein Wort: {silent} schwiegen lieber, {unanswered} endeten ohne Antwort, {open} sind nach {all} noch offen.",
  "check.first-late": "Die erste Antwort brauchte {first} statt höchstens {max}.",
  "check.unfair":
    "{answered} von {count} haben geantwortet oder lieber geschwiegen; {unanswered} endeten ohne Antwort, {open} sind noch offen.",
  "check.all-late": "{open} von {count} sind nach {max} noch offen.",
  "check.last-late": "Die letzte brauchte {last} statt höchstens {max}.",
  "check.table": "Antwortzeiten",
  "check.settled": "Nach",
  "check.copy": "Als JSON kopieren",
  "check.open-room": "Den Raum der Prüfung öffnen",
};
