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
  "preview.title": "Was dann geschieht",
  "preview.empty": "Noch ist niemand in der Besetzung, also antwortet niemand.",
  "preview.nobody": "Niemand aus der Besetzung hat ein Gerät zum Denken, also antwortet niemand.",
  "preview.everybody.one": "Wenn du schreibst, hört {names} es und antwortet.",
  "preview.everybody.other": "Wenn du schreibst, hören {names} es und antworten.",
  "preview.may-be-silent.one": "Sie entscheidet selbst, ob sie spricht, und darf schweigen.",
  "preview.may-be-silent.other": "Jede entscheidet selbst, ob sie spricht, und darf schweigen.",
  "preview.at-once": "Sie denken gleichzeitig.",
  "preview.one-by-one":
    "Sie denken nacheinander, weil sie sich ein Gerät teilen; die Reihenfolge rückt mit jeder Nachricht weiter.",
  "preview.some-at-once": "Bis zu {count} denken gleichzeitig, die anderen danach.",
  "preview.first-of-cast":
    "Wenn du schreibst und niemanden nennst, antwortet {name}, die erste der Besetzung.",
  "preview.longest.one": "Wenn du schreibst, antwortet als Nächstes {names}: am längsten gewartet.",
  "preview.longest.other":
    "Wenn du schreibst, antworten als Nächstes {names}: am längsten gewartet.",
  "preview.drawn.one": "Wenn du schreibst, ist {names} in der ausgelosten Runde dran.",
  "preview.drawn.other": "Wenn du schreibst, sind {names} in der ausgelosten Runde dran.",
  "preview.vote":
    "Wenn du schreibst, liest {director} es und wählt aus, wer antwortet: jemand von {names}.",
  "preview.only-one": "Wenn du schreibst, antwortet {name}: Sonst kann niemand.",
  "preview.overdue":
    "Wenn du schreibst, antwortet als Nächstes {name}, ohne Wahl: zu oft übergangen.",
  "preview.no-vote":
    "Wenn du schreibst, antwortet als Nächstes {name}, am längsten gewartet: Niemand ist da, der entscheidet.",
  "preview.debate":
    "Wenn du schreibst, sprechen sie eine nach der anderen, in dieser Reihenfolge: {names}. Zusammen {count} Beiträge.",
  "preview.your-turn": "Dann bist wieder du dran.",
  "preview.react.one":
    "Danach gibt es für {names} eine Runde, um auf das einzugehen, was andere gesagt haben.",
  "preview.react.other":
    "Danach gibt es für {names} bis zu {count} Runden, um auf das einzugehen, was andere gesagt haben.",
  "preview.react-vote.one": "Danach wählt {director} noch einmal, wer darauf eingeht.",
  "preview.react-vote.other":
    "Danach wählt {director} noch bis zu {count} Mal, wer darauf eingeht.",
  "preview.react-others.one": "Danach dürfen die anderen einmal darauf eingehen.",
  "preview.react-others.other":
    "Danach dürfen die anderen darauf eingehen, bis zu {count} Runden lang.",
  "preview.named-first": "Wen du mit @ nennst, kommt zuerst; die anderen hören es auch.",
  "preview.named-alone": "Nennst du jemanden mit @, antworten nur die Genannten.",
  "preview.named-debate": "Nennst du zwei oder mehr mit @, debattieren nur sie.",
  "preview.hostless.one":
    "{names} hat kein Gerät zum Denken und wird übergangen, bis es eins gibt.",
  "preview.hostless.other":
    "{names} haben kein Gerät zum Denken und werden übergangen, bis es eins gibt.",
};
