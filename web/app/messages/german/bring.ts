/** German of `english/bring.ts`, key by key. */

import type { bring as english } from "../english/bring.ts";
import type { Translated } from "../translate.ts";

export const bring: Translated<typeof english> = {
  "bring.title": "Ein eigenes Modell mitbringen",
  "bring.choose": "GGUF-Datei wählen",
  "bring.hint":
    "Ein Modell für llama.cpp, als eine Datei, die auf .gguf endet. Wähle sie aus oder zieh sie hierher: Sie wird in diesen Browser kopiert und geht sonst nirgendwohin.",
  "bring.drop": "Loslassen, um dieses Modell mitzubringen",
  "bring.reading": "Was die Datei sagt, wird gelesen.",
  "bring.copying": "{done} von {size} kopiert.",
  "bring.url": "Oder seine Adresse",
  "bring.url-hint":
    "Die Adresse der Datei selbst. Ihr Anfang wird jetzt gelesen; der Rest kommt, wenn du das Modell verwendest.",
  "bring.url-add": "Über die Adresse hinzufügen",
  "bring.listed": "{name} steht jetzt in der Liste.",
  "bring.done": "{name} steht jetzt in der Liste und liegt auf diesem Gerät.",
  "bring.cancel": "Abbrechen",
  "bring.cancelled": "Abgebrochen; nichts wurde behalten.",
  "bring.refused": "Nichts wurde behalten. {why}",
  "bring.gguf-not": "Das ist keine GGUF-Datei.",
  "bring.gguf-version":
    "Ihr Format hat die Version {version}; bekannt sind hier die Versionen 2 und 3.",
  "bring.gguf-malformed": "Ihr Anfang ist beschädigt: {detail}.",
  "bring.gguf-cut": "Sie endet zu früh: {bytes} statt mindestens {bytesMin}.",
  "bring.gguf-split": "Sie ist einer von {parts} Teilen. Füge sie erst zu einer Datei zusammen.",
  "bring.gguf-not-text":
    "Damit entsteht kein Text ({architecture}): Sie ist Teil eines anderen Modells oder für einen anderen Zweck.",
  "bring.gguf-no-chat":
    "Sie nennt keine Gesprächsvorlage: Das Modell setzt Text fort und ist nicht für Gespräche gemacht.",
  "fit.reason-cpu-slow":
    "Hier gibt es keine GPU, die dieses Modell nutzen kann: Auf dem Prozessor sind es weniger als fünf Wörter pro Sekunde.",
  "bring.good-for": "Von dir mitgebracht; wozu es taugt, weiß nur, wer es gemacht hat.",
  "bring.no-licence": "die Datei nennt keine Lizenz",
};
