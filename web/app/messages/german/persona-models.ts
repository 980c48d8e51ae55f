/** German of `english/persona-models.ts`, key by key. */

import type { personaAndModels as english } from "../english/persona-models.ts";
import type { Translated } from "../translate.ts";

export const personaAndModels: Translated<typeof english> = {
  // Persona editor
  "persona.new": "Neue Persona",
  "persona.edit": "{name} bearbeiten",
  "persona.name": "Name",
  "persona.gist": "In wenigen Worten",
  "persona.gist-hint": "Wesen, Vorlieben und Abneigungen. Diese Zeile liest das Modell jedes Mal.",
  "persona.description": "Längere Beschreibung",
  "persona.description-hint": "Für Modelle mit längerem Kontext. Das Startmodell liest sie nicht.",
  "persona.greeting": "Erster Satz in einem neuen Raum",
  "persona.model": "Denkt mit",
  "persona.model-any": "Jedem Modell, das auf einem Gerät hier läuft",
  "persona.model-option": "{name} ({size} Arbeitsspeicher)",
  "persona.model-hint":
    "Mit einem eigenen Modell wartet eine Persona auf ein Gerät, auf dem genau dieses läuft.",
  "persona.hue": "Farbe",
  "persona.hue-value": "Farbton {degrees} Grad",
  "persona.preview": "Was das Modell liest",
  "persona.preview-empty": "Hier erscheinen der Name und die wenigen Worte.",
  "persona.name-missing": "Eine Persona braucht einen Namen.",
  "persona.gist-missing": "Sag in wenigen Worten, wer das ist.",
  "persona.too-long": "Zu lang: Kürze es vor dem Speichern.",
  "persona.file-not-kept":
    "Die Persona ist gespeichert. Ihre Datei konnte hier nicht behalten werden: Ein Export enthält, was dieser Raum hat, ohne den Rest der Datei.",
  "persona.add": "In die Besetzung aufnehmen",
  "persona.save": "Speichern",
  "persona.remove": "Aus dem Raum entfernen",
  "persona.remove-title": "{name} entfernen?",
  "persona.remove-text": "{name} hört nicht mehr zu. Was gesagt wurde, bleibt im Verlauf.",
  "persona.not-owner":
    "{owner} hat {name} hinzugefügt; die Karte lässt sich nur von dort aus ändern.",

  // Models and engine
  "models.title": "Modelle",
  "models.lead":
    "Eine Persona denkt mit dem Modell, das hier gewählt ist. Alles Folgende siehst du, bevor etwas heruntergeladen wird.",
  "models.list": "Modelle für dieses Gerät",
  "models.loading": "Es wird geprüft, was zu diesem Gerät passt",
  "models.size": "Download",
  "models.memory": "Speicherbedarf",
  "models.licence": "Lizenz",
  "models.context": "Kontext",
  "models.context-value": "{count} Token",
  "models.parameters": "Parameter",
  "models.embedded": "Kommt mit der Seite",
  "models.kept": "Auf diesem Gerät",
  "models.suggested": "Empfohlen",
  "models.suggested-well": "Von diesen das fähigste, das auf diesem Gerät gut läuft.",
  "models.suggested-tight": "Keines von diesen läuft hier gut; dieses kommt dem am nächsten.",
  "models.in-use": "In Gebrauch",
  "models.chosen": "Gewählt",
  "models.use": "Dieses Modell verwenden",
  "models.download": "{size} herunterladen und verwenden",
  "models.delete": "Von diesem Gerät löschen",
  "models.delete-title": "{name} von diesem Gerät löschen?",
  "models.delete-text":
    "Gibt {size} frei. Räume und Nachrichten bleiben. Das lässt sich nicht rückgängig machen, aber es lässt sich wieder herunterladen.",
  "models.cancel": "Abbrechen",
  "models.large": "{name} hat {size}",
  "fit.runs-well": "Läuft hier gut",
  "fit.tight": "Knapp",
  "fit.will-not": "Läuft hier nicht",
  "fit.reason-needs-webgpu": "Braucht WebGPU, und das bietet dieser Browser nicht.",
  "fit.reason-software-webgpu":
    "Hier gibt es nur eine Software-GPU ({adapter}): Ein Wort würde Minuten dauern.",
  "fit.reason-needs-feature": "Braucht die Grafikfunktion {feature}.",
  "fit.reason-buffer-small":
    "Der größte Puffer der Grafikkarte hat {bytes}; das Laden könnte scheitern.",
  "fit.reason-gpu-memory-small":
    "Braucht {bytes} Grafikspeicher; auf Anfrage gab die GPU {memory}. Schließ andere Programme, die sie nutzen.",
  "fit.reason-needs-storage": "Braucht {bytes} Speicherplatz; frei sind {free}.",
  "fit.reason-storage-tight": "Braucht {bytes} Speicherplatz; frei sind nur {free}.",
  "fit.reason-needs-memory": "Braucht {bytes} Arbeitsspeicher; dieses Gerät hat etwa {memory}.",
  "fit.reason-memory-tight":
    "Braucht {bytes} Arbeitsspeicher; dieses Gerät nennt {memory}. Schließ andere große Tabs.",
  "engine.title": "Modellbetrieb",
  "engine.stopped-text":
    "Für die Personas dieses Geräts läuft kein Modell: Andere Geräte ihrer Räume können sie übernehmen.",
  "engine.start": "Starten",
  "engine.stop": "Anhalten und Speicher freigeben",
  "engine.model": "Modell",
  "engine.lane": "Läuft",
  "engine.adapter": "Grafikkarte",
  "engine.speed": "Tempo der letzten Antwort",
  "engine.first-token": "Erstes Token nach",
  "engine.generation": "Starts, seit die Seite offen ist",
  "engine.file": "Datei {file}",
  "engine.safe-continue":
    "Eine Persona, die gerade sprach, schreibt nach dem Neustart an derselben Nachricht weiter.",
  "engine.given-up-do": "Versuch es jetzt neu oder wähle unten ein kleineres Modell.",
  "facts.title": "Dieses Gerät",
  "facts.webgpu": "WebGPU",
  "facts.webgpu-hardware": "ja, mit Grafikkarte",
  "facts.webgpu-software": "nur als Software",
  "facts.webgpu-none": "bietet dieser Browser nicht",
  "facts.adapter": "Grafikkarte",
  "facts.storage": "Freier Speicherplatz",
  "facts.memory": "Arbeitsspeicher",
  "facts.memory-value": "etwa {count} GiB",
  "facts.features": "Funktionen",
  "facts.unknown": "verrät dieser Browser nicht",
  "facts.none": "keine",
  "host.title": "Woher Modelldateien kommen",
  "host.label": "Modellquelle",
  "host.hint":
    "Leer lassen, um die eigene Quelle jedes Modells zu nehmen. Auch ein lokaler Spiegel geht, etwa http://localhost:9000.",
  "host.save": "Quelle speichern",
  "host.saved": "Modellquelle gespeichert.",

  // Settings
  "settings.title": "Einstellungen",
  "settings.you": "Du",
  "settings.name": "Dein Name",
  "settings.name-hint": "Personas und Menschen in deinen Räumen sehen ihn.",
  "settings.name-save": "Namen speichern",
  "settings.name-saved": "Name gespeichert.",
  "settings.look": "Aussehen",
  "settings.theme": "Farben",
  "settings.theme-auto": "Wie das Gerät",
  "settings.theme-light": "Papier",
  "settings.theme-dark": "Tinte",
  "settings.language": "Sprache",
  "settings.language-auto": "Wie der Browser",
  "settings.about": "Über Conclave",
  "settings.about-text":
    "Conclave: con clave, mit Schlüssel. Menschen und Personas reden miteinander; die Personas denken auf den Geräten derer, die dabei sind.",
  "settings.about-private":
    "Ein Raum verlässt diesen Browser nur, wenn du ihn teilst, und dann verschlüsselt, mit einem Schlüssel, den der Server zwischen euch nie hat. Modelldateien werden nur geholt, wenn du ein Modell wählst.",
  "settings.device": "Gerät",
  "settings.about-storage":
    "Räume liegen im Speicher dieses Browsers. Wer die Daten der Seite löscht, löscht auch sie.",
};
