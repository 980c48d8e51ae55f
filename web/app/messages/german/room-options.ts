/** German of `english/room-options.ts`, key by key. */

import type { roomOptions as english } from "../english/room-options.ts";
import type { Translated } from "../translate.ts";

export const roomOptions: Translated<typeof english> = {
  "room.heard": "Personas wissen nur, was sie gehört haben",
  "room.heard-hint":
    "Jede Persona erfährt dann nur, was gesagt wurde, während sie in der Besetzung war. Vor Menschen verbirgt das nichts: Alle Mitglieder des Raums haben seinen Schlüssel und können alles lesen.",
  "room.leave": "Raum verlassen",
  "room.rename-save": "Namen speichern",
  "room.delete": "Raum löschen",
  "room.delete-title": "„{name}“ löschen?",
  "room.delete-text":
    "Alle Nachrichten und Personas dieses Raums werden von diesem Gerät gelöscht. Zehn Sekunden lang kannst du das danach zurücknehmen.",
};
