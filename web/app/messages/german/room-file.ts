/** German of `english/room-file.ts`, key by key. */

import type { roomFile as english } from "../english/room-file.ts";
import type { Translated } from "../translate.ts";

export const roomFile: Translated<typeof english> = {
  "room-file.save": "Als Datei sichern",
  "room-file.save-hint":
    "Alles, was hier gesagt wurde, die Besetzung mit ihren Karten und wer antwortet. Wer die Datei hat, kann sie lesen.",
  "room-file.save-hint-shared":
    "Alles, was hier gesagt wurde, die Besetzung mit ihren Karten und wer antwortet. Wer die Datei hat, kann sie lesen, diesem Raum damit aber nicht beitreten.",
  "room-file.saving": "Der Raum wird gesichert",
  "room-file.saved": "„{name}“ ist als {file} gesichert: {messages}.",
  "room-file.messages.one": "{count} Nachricht",
  "room-file.messages.other": "{count} Nachrichten",
  "room-file.open": "Was gerade noch beantwortet wird, ist nicht dabei.",
  "room-file.pictures-out.one": "{count} Bild ist nicht dabei, nur seine Beschreibung.",
  "room-file.pictures-out.other": "{count} Bilder sind nicht dabei, nur ihre Beschreibungen.",
  "room-file.older.one": "{count} ältere Nachricht passte nicht hinein und ist nicht dabei.",
  "room-file.older.other": "{count} ältere Nachrichten passten nicht hinein und sind nicht dabei.",
  "room-file.cards-out.one":
    "{count} Kartendatei passte nicht hinein und ist nicht dabei; die Persona selbst schon.",
  "room-file.cards-out.other":
    "{count} Kartendateien passten nicht hinein und sind nicht dabei; die Personas selbst schon.",
  "room-file.fallback": "raum",

  "room-file.title": "Raum importieren",
  "room-file.choose": "Datei wählen",
  "room-file.choose-hint":
    "Ein Raum, der aus Conclave gesichert wurde, als Datei, die auf .conclave oder .jsonl endet. Zieh sie hierher oder wähle sie aus. Daraus wird ein neuer Raum auf diesem Gerät.",
  "room-file.drop": "Lass den Raum los, um ihn zu importieren",
  "room-file.reading": "Der Raum wird gelesen",
  "room-file.imported": "„{name}“ ist da: {messages}.",
  "room-file.not-kept.one":
    "{count} Kartendatei konnte hier nicht behalten werden; die Persona hat, was der Raum hat.",
  "room-file.not-kept.other":
    "{count} Kartendateien konnten hier nicht behalten werden; die Personas haben, was der Raum hat.",

  "room-file.bad-nothing": "Nichts wurde verändert. {why}",
  "room-file.bad-large": "Der Raum hat {size}; höchstens {max} lassen sich lesen.",
  "room-file.bad-unknown":
    "Das ist kein gesicherter Raum. Eine Charakterkarte importierst du in einem Raum, über „Persona hinzufügen“.",
  "room-file.bad-newer":
    "Der Raum wurde mit einem neueren Conclave gesichert. Lade diese Seite neu, um zu aktualisieren.",
  "room-file.bad-damaged":
    "Die Datei ist beschädigt. Sichere den Raum noch einmal oder kopiere die Datei noch einmal.",
  "room-file.bad-save": "Der Raum ist zu groß für eine Datei: {size}, höchstens {max} gehen.",

  "export.title": "Für andere Programme sichern",
  "export.jsonl": "Nachrichten als JSON-Zeilen",
  "export.markdown": "Mitschrift als Markdown",
  "export.hint":
    "JSON-Zeilen: eine Nachricht je Zeile, hier wieder importierbar, ohne Karten und Bilder. Markdown: zum Lesen. Beide enthalten alles, was hier gesagt wurde.",
  "export.writing": "Nachricht {done} von {total} wird geschrieben",
  "export.saved": "„{name}“ ist als {file} gesichert: {messages}.",
  "export.cancelled": "Abgebrochen. Es wurde keine Datei gesichert.",
  "export.about":
    "Gesichert aus Conclave am {at}: {messages}. Personas sind als KI gekennzeichnet.",
  "export.persona": "KI",
  "export.edited": "bearbeitet",
  "export.stopped": "angehalten",
  "export.aside": "beiseitegelegt",
  "export.picture": "Bild",
  "export.nobody": "Jemand",

  "room-file.bad-line": "Zeile {line} lässt sich nicht lesen: {problem}.",
  "room-file.bad-empty": "Es ist keine Nachricht darin.",
  "room-file.bad-many": "Sie hat mehr als {max} Zeilen.",
  "room-file.line-not-json": "Sie ist kein JSON",
  "room-file.line-no-object": "Sie ist kein Objekt",
  "room-file.line-field": "Das Feld {field} fehlt oder ist falsch",
  "room-file.line-too-long": "Sie ist zu lang",
  "room-file.line-id-twice": "Ihre id gab es schon",
  "room-file.line-people": "Mit ihr sind es zu viele Sprechende und Geräte",
  "room-file.cards-none":
    "Karten sind in einer solchen Datei nicht enthalten: Öffne eine Persona, um ihr eine zu geben.",

  "branch.title": "In einen neuen Raum abzweigen",
  "branch.text.one":
    "Ein neuer Raum auf diesem Gerät beginnt mit {count} Nachricht, bis zu dieser hier, mit der Besetzung, wer antwortet und was Personas wissen. Dieser Raum bleibt, wie er ist.",
  "branch.text.other":
    "Ein neuer Raum auf diesem Gerät beginnt mit {count} Nachrichten, bis zu dieser hier, mit der Besetzung, wer antwortet und was Personas wissen. Dieser Raum bleibt, wie er ist.",
  "branch.shared":
    "Niemand in diesem Raum erfährt davon, und niemand sieht den neuen, außer du lädst dazu ein.",
  "branch.pictures": "Bilder kommen als ihre Beschreibungen mit.",
  "branch.name": "Name des neuen Raums",
  "branch.default": "{name}, anders weiter",
  "branch.confirm": "Abzweigen",
  "branch.done": "Das ist der neue Raum. Der bisherige steht unverändert in deinen Räumen.",
};
