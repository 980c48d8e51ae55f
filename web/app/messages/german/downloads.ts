/** German of `english/downloads.ts`, key by key. */

import type { downloads as english } from "../english/downloads.ts";
import type { Translated } from "../translate.ts";

export const downloads: Translated<typeof english> = {
  "download.progress": "{done} von {total}",
  "download.progress-unknown": "bisher {done}",
  "download.speed": "{speed} pro Sekunde",
  "download.left": "noch etwa {time}",
  "download.left-minutes": "noch etwa {count} min",
  "download.label": "Download von {name}",
  "download.queued": "Wartet, bis ein anderer Download fertig ist.",
  "download.checking": "Alles ist da; geprüft wird, ob es ist, was veröffentlicht wurde.",
  "download.pause": "Anhalten",
  "download.resume-use": "Weiterladen und verwenden ({done} sind da)",
  "download.again": "Noch einmal versuchen",
  "download.smaller": "Stattdessen {name} nehmen ({size})",
  "download.smaller-here": "Stattdessen {name} nehmen (ist schon da)",
  "download.discard": "Abbrechen und wegwerfen",
  "past.crashes.one": "Ist auf diesem Gerät einmal abgestürzt.",
  "past.crashes.other": "Ist auf diesem Gerät {count}-mal abgestürzt.",
  "past.speed": "Tempo hier",
  "past.speed-value": "{speed} Token/s",
  "kept.title": "Auf diesem Gerät aufbewahrt",
  "kept.none": "Kein Modell außer dem Startmodell, das mit der Seite kommt.",
  "kept.sum": "{size} für Modelle.",
  "kept.partial": "nicht vollständig",
  "kept.unlisted": "nicht mehr im Angebot",
  "kept.delete": "{name} von diesem Gerät löschen",
};
