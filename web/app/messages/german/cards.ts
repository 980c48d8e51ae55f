/** German of `english/cards.ts`, key by key. */

import type { cards as english } from "../english/cards.ts";
import type { Translated } from "../translate.ts";

export const cards: Translated<typeof english> = {
  "cards.import": "Karte importieren",
  "cards.import-hint":
    "Eine Charakterkarte als PNG, JSON oder CHARX. Zieh sie hierher oder wähle sie aus; die Datei bleibt auf diesem Gerät.",
  "cards.drop": "Lass die Karte los, um sie zu lesen",
  "cards.reading": "Die Karte wird gelesen",
  "cards.read": "{name} aus {file} gelesen. Schau alles durch und speichere dann.",
  "cards.read-nameless":
    "{file} ist gelesen. Gib der Persona einen Namen, schau sie durch und speichere sie.",
  "cards.export": "{name} als Karte mitnehmen",
  "cards.export-json": "Als JSON speichern",
  "cards.export-png": "Als Bild speichern",
  "cards.export-charx": "Als CHARX speichern",
  "cards.exported": "{name} ist als {file} gespeichert.",
  "cards.exported-room":
    "{name} ist als {file} gespeichert, mit dem, was dieser Raum hat: Die Datei, aus der die Karte kam, liegt nicht hier.",
  "cards.no-picture":
    "Dieser Browser konnte kein Bild zeichnen. Speichere die Karte stattdessen als JSON.",

  // What becomes of a card
  "cards.enters": "Was das Modell lesen wird",
  "cards.stays": "Was es nicht lesen wird",
  "cards.stays-hint":
    "Nichts davon geht verloren: Die Datei bleibt hier und kommt beim Export wieder mit.",
  "cards.part": "{part}: {chars}",
  "cards.chars.one": "{count} Zeichen",
  "cards.chars.other": "{count} Zeichen",
  "cards.field-name": "Name",
  "cards.field-nickname": "Spitzname",
  "cards.field-description": "Beschreibung",
  "cards.field-personality": "Persönlichkeit",
  "cards.field-scenario": "Szenario",
  "cards.field-first_mes": "Erster Satz in einem neuen Raum",
  "cards.field-mes_example": "Beispiele für Gespräche",
  "cards.field-system_prompt": "Anweisungen der Karte, vor der Beschreibung",
  "cards.field-post_history_instructions": "Anweisungen der Karte, am Ende",
  "cards.lore.one":
    "{count} Lorebook-Eintrag, wenn er in den neuesten {lines} Zeilen vorkommt, höchstens {tokens} Token",
  "cards.lore.other":
    "{count} Lorebook-Einträge, wenn sie in den neuesten {lines} Zeilen vorkommen, höchstens {tokens} Token",
  "cards.lore-kept": "Lorebook: {entries}",
  "cards.lore-remove": "Lorebook entfernen",
  "cards.left-part": "{part}: passt nicht hinein ({chars})",
  "cards.left-first-line":
    "Erster Satz in einem neuen Raum ({chars}): Die Persona hat ihn, das Modell liest ihn nicht",
  "cards.left-middle":
    "Die Mitte einer so langen Beschreibung ({chars}): Kürze sie, damit alles gelesen wird",
  "cards.left-greetings.one": "{count} weiterer erster Satz",
  "cards.left-greetings.other": "{count} weitere erste Sätze",
  "cards.left-assets.one": "{count} Bild oder Klang; nichts wird geholt",
  "cards.left-assets.other": "{count} Bilder und Klänge; nichts wird geholt",
  "cards.left-scripts.one": "{count} Skript; wird nie ausgeführt",
  "cards.left-scripts.other": "{count} Skripte; werden nie ausgeführt",
  "cards.left-remote.one": "{count} Link oder Stück HTML bleibt bloßer Text",
  "cards.left-remote.other": "{count} Links und Stücke HTML bleiben bloßer Text",
  "cards.left-about": "Über die Karte: {names}",
  "cards.left-extensions": "Aus anderen Programmen: {names}",
  "cards.left-unknown": "Hier unbekannt: {names}",
  "cards.left-lore-off.one": "{count} Lorebook-Eintrag, der ausgeschaltet oder leer ist",
  "cards.left-lore-off.other": "{count} Lorebook-Einträge, die ausgeschaltet oder leer sind",
  "cards.left-lore-over.one":
    "{count} Lorebook-Eintrag, der für einen Raum zu viel oder zu lang ist",
  "cards.left-lore-over.other":
    "{count} Lorebook-Einträge, die für einen Raum zu viele oder zu lang sind",
  "cards.left-lore-patterns.one":
    "{count} Lorebook-Eintrag, dessen Muster hier nicht verstanden werden",
  "cards.left-lore-patterns.other":
    "{count} Lorebook-Einträge, deren Muster hier nicht verstanden werden",
  "cards.more": "{names} und {count} weitere",
  "cards.notice-version":
    "Die Karte nennt sich Version {version}, und das ist neuer als alles, was diese Seite kennt. Schau sie genau durch.",
  "cards.notice-numbers.one":
    "{count} Zahl in der Karte hat mehr Stellen, als Programme behalten; ein Export enthält sie gerundet.",
  "cards.notice-numbers.other":
    "{count} Zahlen in der Karte haben mehr Stellen, als Programme behalten; ein Export enthält sie gerundet.",
  "cards.notice-field":
    "„{field}“ in der Karte ist nicht, wie es sein soll, und wurde weggelassen.",

  // Why a file was not read
  "cards.bad-nothing": "Nichts wurde verändert. {why}",
  "cards.bad-too-large": "Die Datei hat {size}; höchstens {max} lassen sich lesen.",
  "cards.bad-json-too-large": "Die Karte darin hat {size}; höchstens {max} lassen sich lesen.",
  "cards.bad-not-utf8":
    "Der Text in der Datei ist kein UTF-8. Speichere ihn als UTF-8 und versuch es noch einmal.",
  "cards.bad-json": "Das ist keine Karte: Die Datei ist weder PNG noch CHARX noch gültiges JSON.",
  "cards.bad-deep": "Die Karte ist tiefer verschachtelt, als Karten es sind.",
  "cards.bad-number": "Die Karte hat eine Zahl, die größer ist als jede Zahl eines Programms.",
  "cards.bad-unknown": "Das ist JSON, aber keine Charakterkarte.",
  "cards.bad-lorebook": "Das ist ein Lorebook ohne Charakter. Importiere die Karte des Charakters.",
  "cards.bad-nameless": "Die Karte hat keinen Namen.",
  "cards.bad-text": "„{field}“ in der Karte ist zu lang zum Lesen.",
  "cards.bad-list": "„{field}“ in der Karte hat mehr als {max} Einträge.",
  "cards.bad-base64": "Die Karte in dem Bild ist beschädigt.",
  "cards.bad-png-without":
    "In diesem Bild steckt keine Karte. Manche Seiten entfernen sie beim Herunterladen.",
  "cards.bad-png": "Das Bild ist beschädigt. Lade es noch einmal herunter.",
  "cards.bad-zip-without": "In diesem Archiv steckt keine Karte.",
  "cards.bad-zip": "Das Archiv ist beschädigt. Lade es noch einmal herunter.",
  "cards.bad-zip-unsafe": "Das Archiv ist so gebaut, dass es sich nicht sicher lesen lässt.",
  "cards.bad-slow":
    "Die Karte ist so gebaut, dass es länger als {seconds} Sekunden dauert, sie zu lesen. Für eine übliche reicht eine.",
  "cards.bad-reader": "Das Lesen der Karte brach ab. Versuch es noch einmal.",
  "cards.bad-file": "Der Browser konnte die Datei nicht lesen.",
};
