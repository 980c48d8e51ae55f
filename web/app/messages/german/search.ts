/** German of `english/search.ts`, key by key. */

import type { search as english } from "../english/search.ts";
import type { Translated } from "../translate.ts";

export const search: Translated<typeof english> = {
  "search.open": "In diesem Raum suchen",
  "search.bar": "In diesem Raum suchen",
  "search.label": "Gesuchte Wörter",
  "search.placeholder": "In diesem Raum suchen",
  "search.speaker": "Gesagt von",
  "search.everyone": "Allen",
  "search.you": "Dir",
  "search.older": "Ältere gefundene Nachricht (Eingabetaste)",
  "search.newer": "Neuere gefundene Nachricht (Umschalt+Eingabetaste)",
  "search.close": "Suche schließen",
  "search.all": "Alle Räume",
  "search.searching": "Es wird gesucht",
  "search.place": "{place} von {count}",
  "search.count.one": "{count} Nachricht",
  "search.count.other": "{count} Nachrichten",
  "search.none": "Keine Nachricht enthält diese Wörter",
  "search.failed": "Die Suche ist abgebrochen. Nichts ging verloren.",
  "search.aside": "beiseitegelegt",

  "search.title": "In allen Räumen suchen",
  "search.hint":
    "Alles, was in den Räumen dieses Geräts gesagt wurde. Gesucht wird hier: Wonach du suchst und was dafür gelesen wird, verlässt dieses Gerät nicht, und nichts davon wird aufbewahrt.",
  "search.all-placeholder": "In allen Räumen suchen",
  "search.progress": "{done} von {total} Räumen durchsucht",
  "search.stop": "Anhalten",
  "search.stopped": "Angehalten. Was bis dahin gefunden wurde, steht unten.",
  "search.found.one": "{count} Nachricht in {rooms}",
  "search.found.other": "{count} Nachrichten in {rooms}",
  "search.rooms.one": "{count} Raum",
  "search.rooms.other": "{count} Räumen",
  "search.more.one": "{count} weitere in diesem Raum",
  "search.more.other": "{count} weitere in diesem Raum",
  "search.unread.one": "{count} Raum konnte nicht gelesen werden: {names}.",
  "search.unread.other": "{count} Räume konnten nicht gelesen werden: {names}.",
  "search.someone": "Jemand, der gegangen ist",
};
