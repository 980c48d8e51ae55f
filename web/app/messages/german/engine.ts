/** German of `english/engine.ts`, key by key. */

import type { engine as english } from "../english/engine.ts";
import type { Translated } from "../translate.ts";

export const engine: Translated<typeof english> = {
  "engine.idle": "Schläft, bis jemand gefragt wird",
  "engine.stopped": "Angehalten",
  "engine.starting": "Startet",
  "engine.loading": "Modell wird geladen",
  "engine.downloading": "Wird heruntergeladen",
  "engine.warming": "Läuft sich mit einem ersten Token warm",
  "engine.ready": "Bereit",
  "engine.restarting": "Startet neu",
  "engine.given-up": "Versucht es nicht mehr",
  "engine.failed": "Du musst etwas entscheiden",
  "engine.speed-value": "{speed} Token pro Sekunde",
  "engine.retry": "Jetzt neu versuchen",
  "engine.progress": "{done} von {total}",
  "engine.progress-unknown": "bisher {done}",
  "engine.progress-label": "Fortschritt des Modells",
  "engine.safe":
    "Nichts ging verloren: Jede Nachricht und jede offene Frage ist auf diesem Gerät bewahrt.",
};
