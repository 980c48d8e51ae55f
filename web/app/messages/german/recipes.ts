/** German of `english/recipes.ts`, key by key. */

import type { recipes as english } from "../english/recipes.ts";
import type { Translated } from "../translate.ts";

export const recipes: Translated<typeof english> = {
  "recipe.title": "Wer antwortet",
  "recipe.panel": "Alle antworten",
  "recipe.panel-text": "Jede Persona hört jede Nachricht und entscheidet, ob sie spricht.",
  "recipe.addressed": "Nur, wen du ansprichst",
  "recipe.addressed-text":
    "Sprich eine Persona mit @ an, und sie antwortet. Ohne Namen antwortet die erste der Besetzung.",
  "recipe.round-robin": "Reihum",
  "recipe.round-robin-text":
    "Es antwortet, wer am längsten gewartet hat. Sprich jemanden mit @ an, um nur diese Persona zu fragen.",
  "recipe.pooled": "Alle einmal, in zufälliger Folge",
  "recipe.pooled-text":
    "Niemand antwortet zweimal, bevor alle dran waren. Sprich jemanden mit @ an, um nur diese Persona zu fragen.",
  "recipe.debate": "Eine Debatte",
  "recipe.debate-text":
    "Du stellst die Frage; sie sprechen nacheinander, und jede antwortet der vorigen. Sprich zwei oder mehr mit @ an, damit nur sie debattieren.",
  "recipe.director": "Eine Persona entscheidet",
  "recipe.director-text":
    "Sie liest deine Nachricht und wählt aus, wer spricht. Sprich jemanden mit @ an, um nur diese Persona zu fragen. Niemand wird für immer übergangen.",
  "recipe.director-named": "{name} entscheidet",
  "recipe.director-nobody": "Niemand entscheidet",
  "recipe.director-pick": "Wähle eine Persona",
  "recipe.director-missing": "Wähle, wer entscheidet.",
  "recipe.director-gone":
    "{name} hat bisher entschieden und ist nicht mehr in der Besetzung. Bis es jemand anders tut, spricht, wer am längsten gewartet hat.",
  "recipe.director-away":
    "{name} entscheidet, hat aber kein Gerät zum Denken. Bis es eines gibt, spricht, wer am längsten gewartet hat.",
  "recipe.director-unnamed":
    "Noch soll niemand entscheiden. Bis sich das ändert, spricht, wer am längsten gewartet hat.",
  "recipe.seats": "Wie viele auf jede Nachricht antworten",
  "recipe.rounds": "Wie oft jede Persona spricht",
  "recipe.director-who": "Wer entscheidet",
  "recipe.director-later": "Damit eine Persona entscheidet, wer spricht, leg den Raum zuerst an.",
  "recipe.followups": "Danach dürfen sie unter sich weiterreden",
  "recipe.followups-0": "Gar nicht",
  "recipe.followups-1": "Einen Durchgang",
  "recipe.followups-2": "Zwei Durchgänge",
  "recipe.followups-hint": "Eine Nachricht von dir geht immer vor und beendet ihren Durchgang.",
};
