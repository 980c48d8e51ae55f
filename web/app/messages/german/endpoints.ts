/** German of `english/endpoints.ts`, key by key. */

import type { endpoints as english } from "../english/endpoints.ts";
import type { Translated } from "../translate.ts";

export const endpoints: Translated<typeof english> = {
  "endpoints.title": "Modellserver",
  "endpoints.lead":
    "Personas können mit einem Server auf diesem Rechner denken, etwa Ollama, oder mit einem in einer Cloud.",
  "endpoints.local": "auf diesem Rechner",
  "endpoints.leaves-text":
    "Alles, was eine Persona dort liest, wird an {host} gesendet. Alle in ihren Räumen erfahren davon.",
  "endpoints.use": "{name} verwenden",
  "endpoints.remove": "Entfernen",
  "endpoints.remove-title": "{name} entfernen?",
  "endpoints.remove-text":
    "Der Schlüssel dazu wird von diesem Gerät gelöscht; das lässt sich nicht rückgängig machen, du müsstest ihn neu eingeben. Eine Persona, die damit denkt, bekommt das Startmodell.",
  "endpoints.has-key": "mit Schlüssel",
  "endpoints.slots-value": "{count} zugleich",
  "endpoints.add": "Server hinzufügen",
  "endpoints.kind": "Was ist es?",
  "endpoints.kind-cloud": "Ein anderer, oder eine Cloud",
  "endpoints.name": "Name",
  "endpoints.address": "Adresse",
  "endpoints.address-hint":
    "Bis einschließlich der Version, etwa https://models.example/v1. Außer auf diesem Rechner geht es nur mit https.",
  "endpoints.key": "Schlüssel",
  "endpoints.key-hint":
    "Nur wenn der Server einen verlangt. Er bleibt in diesem Browser auf diesem Gerät, geht nur an diese Adresse und steht in keinem Raum, keinem Link und keiner gespeicherten Datei.",
  "endpoints.slots": "Antworten zugleich, 1 bis {max}",
  "endpoints.look": "Nach seinen Modellen suchen",
  "endpoints.looking": "{address} wird gefragt. Vielleicht bittet dich dein Browser um Erlaubnis.",
  "endpoints.models": "Modelle, die angeboten werden",
  "endpoints.sees": "Welche davon Bilder verstehen",
  "endpoints.none":
    "Der Server antwortet, nennt aber kein Modell. Lade dort eines und such dann noch einmal.",
  "endpoints.left-out.one": "{count} weiteres hat einen zu langen Namen.",
  "endpoints.left-out.other": "{count} weitere haben zu lange Namen.",
  "endpoints.context": "Kontext in Token, wo der Server ihn nicht nennt",
  "endpoints.context-hint":
    "Worauf der Server eingestellt ist, nicht was das Modell könnte. Ist es zu viel, scheitern lange Gespräche.",
  "endpoints.context-told": "{count} Token",
  "endpoints.save": "Diese Modelle hinzufügen",
  "endpoints.added": "Server hinzugefügt.",
  // Why it is not reached
  "reach.not-running": "Unter {address} antwortet niemand",
  "reach.not-running-do":
    "Starte den Server oder berichtige die Adresse und such dann noch einmal.",
  "reach.not-running-blocked":
    "Safari zeigt das auch, wenn eine Seite über https einen Server unverschlüsselt fragt: Nimm einen anderen Browser oder stell diese Seite von diesem Rechner bereit.",
  "reach.start-ollama": "ollama serve",
  "reach.start-lm-studio": "lms server start --cors",
  "reach.start-llama-server": "llama-server --model DATEI.gguf --port 8080",
  "reach.start-vllm": "vllm serve MODELL",
  "reach.cors": "Ein Server ist da, aber diese Seite darf ihn nicht fragen",
  "reach.cors-do":
    "Erlaube dort den Ursprung {origin} (CORS), starte den Server neu und such dann noch einmal.",
  "reach.cors-ollama": "OLLAMA_ORIGINS={origin} ollama serve",
  "reach.cors-lm-studio": "lms server start --cors",
  "reach.cors-llama-server": "llama-server --cors-origins {origin}",
  "reach.cors-vllm": "vllm serve MODELL --allowed-origins '[\"{origin}\"]'",
  "reach.permission-denied": "Dieser Browser lässt die Seite nicht an Server auf diesem Rechner",
  "reach.permission-denied-do":
    "Drück auf das Zeichen neben der Adresse dieser Seite, erlaube den Zugriff auf das lokale Netz (oder auf Apps auf diesem Gerät) und such dann noch einmal.",
  "reach.permission-open":
    "Dein Browser fragt, ob diese Seite Server auf diesem Rechner erreichen darf",
  "reach.permission-open-do": "Erlaube es in der Frage des Browsers und such dann noch einmal.",
  "reach.mixed-content":
    "Diese Seite kam über https und darf {address} nicht unverschlüsselt fragen",
  "reach.mixed-content-do": "Gib dem Server https oder betreib ihn auf diesem Rechner.",
  "reach.address-in-clear": "Über ein Netz wird nur mit https gefragt",
  "reach.address-in-clear-do":
    "Gib dem Server https. Auf diesem Rechner schreib http://localhost oder http://127.0.0.1.",
  "reach.no-answer": "{address} antwortet nicht",
  "reach.no-answer-do": "Prüfe die Adresse und das Netz und such dann noch einmal.",
  "reach.late": "{address} brauchte zu lange für eine Antwort",
  "reach.late-do": "Vielleicht lädt der Server noch. Such in einer Weile noch einmal.",
  "reach.key-missing": "Der Server verlangt einen Schlüssel",
  "reach.key-missing-do": "Gib ihn oben ein und such dann noch einmal.",
  "reach.key-refused": "Der Server nimmt diesen Schlüssel nicht",
  "reach.key-refused-do":
    "Prüfe, ob er vollständig, nicht abgelaufen und für diesen Server gemacht ist.",
  "reach.busy": "Der Server ist beschäftigt oder lädt noch",
  "reach.busy-do": "Such in einer Weile noch einmal.",
  "reach.no-model-list": "Dort antwortet etwas, aber nicht mit einer Liste von Modellen",
  "reach.no-model-list-do":
    "Prüfe den Pfad: Bei den meisten Servern endet die Adresse auf /v1. Die Antwort hatte den Status {status}.",
  "reach.refused-address-invalid": "Das ist keine Adresse: Sie beginnt mit https:// oder http://",
  "reach.refused-name-invalid": "Ein Name fehlt",
  "reach.refused-slots-invalid": "So viele Antworten zugleich sind nicht möglich",
  "reach.refused-key-invalid": "Ein Schlüssel hat keine Leerzeichen und keine Zeilenumbrüche",
  "reach.refused-key-in-the-clear": "Ein Schlüssel geht nur über https oder an diesen Rechner",
  "reach.refused-models-invalid":
    "Wähle höchstens {max} Modelle, jedes mit einem Kontext ab {min} Token",
  "reach.refused-endpoints-full": "Mehr Server gehen nicht: Entferne erst einen",
};
