/** German of `english/people.ts`, key by key. */

import type { people as english } from "../english/people.ts";
import type { Translated } from "../translate.ts";

export const people: Translated<typeof english> = {
  "device.own": "Das ist das Gerät, das du gerade benutzt.",
  "device.here": "Jetzt da",
  "device.away": "Nicht da",
  "device.since": "In diesem Raum seit: {when}",
  "device.last": "Zuletzt gehört: {when}",
  "device.hosts": "Denkt für {names}",
  "device.hosts-none": "Denkt für keine Persona",
  "device.reading": "Was darüber bekannt ist, wird gelesen…",
  "device.rename": "Deinen Namen in den Einstellungen ändern",
  "device.others": "{name} hat noch andere Geräte hier",
  "device.fingerprint": "Fingerabdruck seiner Schlüssel",
  "device.fingerprint-none": "Seine Schlüssel sind noch nicht angekommen.",
  "device.copy-fingerprint": "Fingerabdruck kopieren",

  "words.title": "Sicherheitswörter",
  "words.lead":
    "Ruf {name} an oder trefft euch. Öffnet hier den Namen des anderen und lest euch diese Wörter vor. Sind sie gleich, steht niemand zwischen euren Geräten.",
  "words.list": "Wörter zum Vergleichen",
  "words.digits": "Dasselbe als Zahlen",
  "words.match": "Sie sind gleich",
  "words.differ": "Sie sind verschieden",
  "words.own":
    "Zum Vergleichen öffne den Namen der anderen Person. Jedes Paar von Geräten hat seine eigenen Wörter.",
  "words.reader":
    "Du liest hier nur, deshalb hat kein Gerät einen Schlüssel von dir zum Vergleichen.",
  "words.same": "Verglichen: {when}. Dieses Gerät hat seither dieselben Schlüssel.",
  "words.changed":
    "Dieses Gerät hat andere Schlüssel als bei deinem Vergleich ({when}). Vergleiche noch einmal, bevor du ihm vertraust.",
  "words.none": "Du hast dieses Gerät noch nicht verglichen.",
  "words.new-device": "{name} hat ein neues Gerät, das du noch nicht verglichen hast.",
  "words.marked": "Auf diesem Gerät vermerkt: Die Wörter sind gleich.",
  "words.taken-back": "Vermerkt: Dieses Gerät gilt nicht als verglichen.",
  "words.differ-title": "Was es heißt, wenn Wörter verschieden sind",
  "words.differ-text":
    "Mindestens einer von euch sieht nicht die echten Schlüssel des anderen. Schaut zuerst, ob ihr beide das Gerät geöffnet habt, das der andere gerade benutzt. Wenn ja, steht jemand, der den Link hat, zwischen euch und kann lesen und ändern, was ihr schreibt.",
  "words.differ-do":
    "Schreib hier nichts, was andere nicht lesen dürfen. Leg mit Leuten, denen du vertraust, einen neuen Raum an und gib ihnen den Link persönlich.",
  "words.mark": "verglichen",

  "history.title": "Derselbe Verlauf",
  "history.lead":
    "Ein Server, der jedem von euch etwas anderes zeigt, kann das nur verbergen, solange ihr nicht auf anderem Weg redet. Stellt auf beiden Geräten dieselbe Zahl ein: Dann sind die vier Wörter gleich.",
  "history.up-to": "Bis zum Eintrag",
  "history.unknown": "Hier nicht bekannt. Wähle einen der neuesten 256.",

  "fork.title": "Der Server hat dir und {name} verschiedene Verläufe gezeigt",
  "fork.text":
    "Ab Eintrag {from} hat das Gerät von {name} etwas anderes als deines, oder behauptet es. Nichts ging verloren: Was hier ist, bleibt hier.",
  "fork.do":
    "Frag {name} auf anderem Weg, was gesagt wurde. Bis du weißt, woran es liegt, verlass dich nicht darauf, dass hier alle dasselbe lesen; ein neuer Raum auf einem anderen Server fängt sauber an.",
  "fork.more.one": "Dasselbe gilt für {count} weiteres Gerät.",
  "fork.more.other": "Dasselbe gilt für {count} weitere Geräte.",
  "fork.compare": "Mit {name} vergleichen",
  "fork.dismiss": "Ausblenden",
};
