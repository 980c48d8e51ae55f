/** German of `english/moving.ts`, key by key. */

import type { moving as english } from "../english/moving.ts";
import type { Translated } from "../translate.ts";

export const moving: Translated<typeof english> = {
  "move.action": "Mit dem Raum ohne {name} umziehen…",
  "move.title": "Mit dem Raum ohne {name} umziehen?",
  "move.new": "Ein neuer Raum mit neuem Schlüssel",
  "move.new-text":
    "Er beginnt mit dem, was hier gesagt wurde, der Besetzung und der Regel, wer antwortet. {name} bekommt keinen Schlüssel dazu.",
  "move.follow": "Die anderen kommen mit",
  "move.follow-text":
    "Ihre Geräte gehen von selbst dorthin, sobald sie das nächste Mal offen sind. Wer nur lesen kann, braucht von dir einen neuen Link.",
  "move.unreachable":
    "Schick den neuen Link an {names}: Dieses Gerät hat in diesem Raum keinen Schlüssel von dort bekommen, deshalb kommen sie nicht von selbst mit.",
  "move.old": "Der alte Link führt zu nichts Neuem",
  "move.old-text":
    "Unter ihm lässt sich nichts mehr sagen. Was vorher gesagt wurde, bleibt für alle lesbar, die ihn haben, auch für {name}.",
  "move.confirm": "Mit dem Raum umziehen",
  "move.moving": "Zieht um…",
  "move.moving-text":
    "Dieses Gerät legt den neuen Raum an und sagt den anderen Bescheid. Bleib einen Moment.",
  "move.waiting": "Der Raum zieht um, sobald der Server zu erreichen ist.",
  "move.unfinished": "Der Umzug dieses Raums wurde nicht fertig.",
  "move.unfinished-text": "Niemand hat etwas bemerkt, und nichts hat sich geändert.",
  "move.again": "Noch einmal versuchen",
  "move.forget": "Sein lassen",
  "move.following": "Dieser Raum ist umgezogen. Du kommst mit…",
  "move.left-out": "{name} ist mit diesem Raum ohne dieses Gerät umgezogen.",
  "move.left-out-someone": "Jemand ist mit diesem Raum ohne dieses Gerät umgezogen.",
  "move.dead-end":
    "{name} ist mit diesem Raum umgezogen, aber dieses Gerät hat keinen passenden Schlüssel bekommen.",
  "move.dead-end-someone":
    "Jemand ist mit diesem Raum umgezogen, aber dieses Gerät hat keinen passenden Schlüssel bekommen.",
  "move.dead-end-text":
    "Bitte {name} um den neuen Link. Was hier gesagt wurde, bleibt dir zum Lesen.",
  "move.dead-end-text-someone":
    "Bitte um den neuen Link. Was hier gesagt wurde, bleibt dir zum Lesen.",
  "move.left-out-text":
    "Was hier gesagt wurde, bleibt dir zum Lesen und Sichern. Neues kommt nicht mehr an.",
};
