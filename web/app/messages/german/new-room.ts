/** German of `english/new-room.ts`, key by key. */

import type { newRoom as english } from "../english/new-room.ts";
import type { Translated } from "../translate.ts";

export const newRoom: Translated<typeof english> = {
  "new-room.title": "Neuer Raum",
  "new-room.name-hint": "Worüber wollt ihr reden?",
  "new-room.name-missing": "Gib dem Raum einen Namen.",
  "new-room.cast": "Wer dabei ist",
  "new-room.cast-hint": "Du kannst Personas jederzeit hinzufügen, ändern und entfernen.",
  "new-room.create": "Raum anlegen",
  "new-room.creating": "Wird angelegt…",
};
