/** German of `english/attention.ts`, key by key. */

import type { attention as english } from "../english/attention.ts";
import type { Translated } from "../translate.ts";

export const attention: Translated<typeof english> = {
  "attention.title": "Benachrichtigungen",
  "attention.text":
    "Wenn jemand in einem Raum schreibt, den du gerade nicht ansiehst, kann dieser Browser es melden. Die Meldung nennt den Raum und wer geschrieben hat.",
  "attention.turn-on": "Benachrichtigungen einschalten",
  "attention.turn-off": "Ausschalten",
  "attention.on": "Benachrichtigungen sind an.",
  "attention.denied":
    "Dieser Browser lässt die Seite nichts melden. Öffne dafür seine Einstellungen für diese Website (das Zeichen vor der Adresse), erlaube dort Benachrichtigungen und komm zurück.",
  "attention.unsupported":
    "Dieser Browser bietet hier keine Benachrichtigungen. Auf einem iPhone oder iPad leg die Seite auf den Home-Bildschirm und öffne sie von dort; private Fenster haben keine.",
  "attention.only-open":
    "Sie kommen nur, solange Conclave in einem Tab oder als installierte App offen ist: Kein Server beobachtet deine Räume, also kann nichts einen geschlossenen wecken.",
  "attention.show-words": "Worte in Benachrichtigungen zeigen",
  "attention.show-words-hint":
    "Dein Gerät zeigt dann die ersten Worte von Nachrichten außerhalb dieser Seite, auch auf dem Sperrbildschirm, und behält sie vielleicht.",
  "attention.not-kept":
    "Gilt jetzt, aber dieser Browser ließ es nicht behalten: Nach dem Neuladen ist es wie vorher.",
  "attention.room": "Dieser Raum darf dich rufen bei",
  "attention.level-all": "Allem",
  "attention.level-mentions": "Meinem Namen",
  "attention.level-none": "Nichts",
  "attention.level-all-text": "Jede Nachricht zählt hier als ungelesen und kann gemeldet werden.",
  "attention.level-mentions-text":
    "Nachrichten zählen als ungelesen; gemeldet wird nur, was dich beim Namen nennt oder dir antwortet.",
  "attention.level-none-text":
    "Der Raum ist stumm: Er meldet nichts, und Titel und Symbol zählen ihn nicht.",
  "attention.from": "Neues von {names}",
  "attention.to-you": "{name} hat dir geschrieben",
  "attention.words": "{name}: {text}",
  "attention.mute": "{name} stummschalten",
  "attention.unmute": "{name} wieder hören",
  "attention.mute-hint":
    "Nachrichten sind dann hier eingeklappt und rufen dich nicht. Nur auf diesem Gerät; niemand erfährt davon.",
  "attention.muted-room": "Stumm",
  "attention.muted-line": "{name} ist hier stumm",
  "attention.show-of": "Die Nachricht von {name} zeigen",
  "attention.hide-of": "Die Nachricht von {name} verbergen",
};
